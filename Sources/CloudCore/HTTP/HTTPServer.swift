import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Limits of a listener on what its callers may send.
public struct HTTPLimits: Sendable {
    /// Bytes of all header fields together.
    public var headerListBytes = 80 * 1024
    /// How many header fields.
    public var headerCount = 500
    /// How long a connection may be silent while a request is awaited or under way.
    public var idle: TimeAmount = .seconds(75)

    /// The defaults.
    public init() {}

    /// Those of HTTP APIs: a function URL takes a megabyte of header fields, and an API says for itself what is too much.
    public static let gateway: HTTPLimits = {
        var limits = HTTPLimits()
        limits.headerListBytes = 1024 * 1024
        return limits
    }()
}

/// Why a listener could not be opened, said so that a person knows what to do.
public enum HTTPServerError: Error, Sendable, CustomStringConvertible {
    /// Another program listens there.
    case addressInUse(host: String, port: Int)
    /// Anything else that the system refuses.
    case cannotListen(host: String, port: Int, reason: String)

    /// The sentence.
    public var description: String {
        switch self {
        case .addressInUse(let host, let port):
            "Port \(port) on \(host) is taken by another program: end that, or choose another port."
        case .cannotListen(let host, let port, let reason): "Cannot listen on \(host), port \(port): \(reason)."
        }
    }
}

/// An HTTP/1.1 listener: one responder, any number of connections.
///
/// It stands on SwiftNIO's HTTP codec directly. What the services need is at this level: trailer fields, `100 Continue`
/// only once somebody reads the body, bodies that wait in the socket while nobody does, files sent by the kernel, and a
/// listener light enough that every execution environment can have its own.
public final class HTTPServer: Sendable {
    /// Answers a request. Errors are answers too.
    public typealias Responder = @Sendable (CloudRequest) async -> CloudResponse

    /// The port that it listens on, also when the system chose it.
    public let port: Int
    /// The address that it listens on.
    public let host: String
    private let channel: any Channel
    private let connections: OpenConnections
    private let answers: AnswersUnderWay

    private init(
        host: String, port: Int, channel: any Channel, connections: OpenConnections, answers: AnswersUnderWay
    ) {
        self.answers = answers
        self.host = host
        self.port = port
        self.channel = channel
        self.connections = connections
    }

    /// Opens a listener.
    ///
    /// - Parameters:
    ///   - port: 0 lets the system choose.
    ///   - certificate: what to show to callers, who then speak TLS; nil for plain HTTP.
    ///   - group: the event loops that serve the connections.
    /// - Throws: ``HTTPServerError``.
    public static func start(
        host: String = "127.0.0.1", port: Int = 0, limits: HTTPLimits = HTTPLimits(),
        certificate: ServerCertificate? = nil, group: any EventLoopGroup, respond: @escaping Responder
    ) async throws -> HTTPServer {
        let connections = OpenConnections()
        let answers = AnswersUnderWay()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.add(channel)
                    var decoding = NIOHTTPDecoderLimitConfiguration()
                    decoding.maxHeaderFieldSize = limits.headerListBytes
                    decoding.maxHeaderListSize = limits.headerListBytes
                    decoding.maxHeaderFieldCount = limits.headerCount
                    let pipeline = channel.pipeline.syncOperations
                    if let certificate { try pipeline.addHandler(NIOSSLServerHandler(context: certificate.context)) }
                    try pipeline.addHandler(IdleStateHandler(readTimeout: limits.idle))
                    try pipeline.configureHTTPServerPipeline(
                        withPipeliningAssistance: true, withErrorHandling: false, withOutboundHeaderValidation: true,
                        withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoding)
                    try pipeline.addHandler(
                        HTTPConnectionHandler(
                            channel: channel, isSecure: certificate != nil, answers: answers, respond: respond))
                }
            }
        do {
            // An address that is written in numbers needs nobody to look it up, which would ask the kernel for all of the
            // machine's addresses on another thread: each execution environment opens a port.
            let address = try? SocketAddress(ipAddress: host, port: port)
            let channel =
                if let address {
                    try await bootstrap.bind(to: address).get()
                } else {
                    try await bootstrap.bind(host: host, port: port).get()
                }
            return HTTPServer(
                host: host, port: channel.localAddress?.port ?? port, channel: channel, connections: connections,
                answers: answers)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw HTTPServerError.addressInUse(host: host, port: port)
        } catch let error as IOError {
            throw HTTPServerError.cannotListen(
                host: host, port: port, reason: String(cString: strerror(error.errnoCode)))
        } catch {
            throw HTTPServerError.cannotListen(host: host, port: port, reason: "\(error)")
        }
    }

    /// How many connections are open.
    var connectionCount: Int { connections.count }

    /// Stops listening and closes every connection.
    public func stop() async {
        try? await channel.close().get()
        await connections.closeAll()
    }

    /// Waits, after ``stop()``, until every request that was being answered has been, at most for a while. Only then may
    /// the event loops end: an answer that comes later would have none to go out on.
    public func answered(patience: Duration = .seconds(5)) async { await answers.settled(patience: patience) }
}
