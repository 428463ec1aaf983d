import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

@testable import LambdaRuntime

/// A Runtime API on a real socket that behaves as a test says.
final class MockRuntimeAPI: Sendable {
    private struct State {
        var behaviour: any RuntimeAPIBehaviour
        var requests: [ReceivedRequest] = []
        var connections = 0
    }

    private let state: NIOLockedValueBox<State>
    private let stop: StopSignal
    private let channels = NIOLockedValueBox<[any Channel]>([])

    init(_ behaviour: some RuntimeAPIBehaviour, stop: StopSignal) {
        self.state = NIOLockedValueBox(State(behaviour: behaviour))
        self.stop = stop
    }

    var requests: [ReceivedRequest] { state.withLockedValue { $0.requests } }
    var cutsBodies: Bool { state.withLockedValue { $0.behaviour.cutsBodies } }

    /// Starts to listen on a free port of the loopback interface.
    func listen() async throws -> String {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                let number = self.state.withLockedValue { state in
                    defer { state.connections += 1 }
                    return state.connections
                }
                self.channels.withLockedValue { $0.append(channel) }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(HTTPResponseEncoder())
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    try pipeline.addHandler(MockConnection(server: self, number: number))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        channels.withLockedValue { $0.append(server) }
        return "127.0.0.1:\(server.localAddress?.port ?? 0)"
    }

    func close() async {
        for channel in channels.withLockedValue({ $0 }) { try? await channel.close() }
    }

    fileprivate func answer(_ request: ReceivedRequest) -> Answer {
        let answer = state.withLockedValue { state in
            state.requests.append(request)
            return state.behaviour.answer(request)
        }
        if case .stop = answer { stop.stop() }
        return answer
    }
}

private final class MockConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: MockRuntimeAPI
    private let number: Int
    private var request: ReceivedRequest?

    init(server: MockRuntimeAPI, number: Int) {
        self.server = server
        self.number = number
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = ReceivedRequest(
                method: head.method, path: head.uri, headers: head.headers, body: [], connection: number)
        case .body(let buffer):
            request?.body.append(contentsOf: buffer.readableBytesView)
            if server.cutsBodies { context.close(promise: nil) }
        case .end(let trailers):
            request?.trailers = trailers
            if let request { respond(server.answer(request), context) }
            request = nil
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func respond(_ answer: Answer, _ context: ChannelHandlerContext) {
        switch answer {
        case .http(let status, var headers, let body):
            headers.replaceOrAdd(name: "Content-Length", value: String(body.count))
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .raw(let bytes):
            // Past the encoder, straight to the socket.
            let channel = context.channel
            let buffer = ByteBuffer(bytes: bytes)
            context.pipeline.context(handlerType: HTTPResponseEncoder.self).whenSuccess { encoder in
                encoder.writeAndFlush(NIOAny(buffer)).whenComplete { _ in channel.close(promise: nil) }
            }
        case .drop: context.close(promise: nil)
        case .silence, .stop: break
        }
    }
}
