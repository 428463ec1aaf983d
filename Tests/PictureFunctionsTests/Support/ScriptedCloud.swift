import JSONValue
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A peer that plays S3 and DynamoDB by a script: for what a real store does once in a year.
final class ScriptedCloud: Sendable {
    /// A request as the script sees it.
    struct Call: Sendable {
        var method: String
        var path: String
        /// The operation for DynamoDB; nil for S3.
        var operation: String?
        var body: JSONValue
    }

    /// What the peer does.
    enum Reply: Sendable {
        case answer(Int, String)
        /// Says nothing until the other side has gone.
        case silence
        /// Ends the connection without a word.
        case hangUp

        static func json(_ value: JSONValue) -> Reply { .answer(200, value.text()) }
        static let nothing = Reply.answer(200, "")
        static func s3(_ status: Int, _ code: String) -> Reply {
            .answer(status, "<Error><Code>\(code)</Code><Message>as scripted</Message></Error>")
        }
        static func database(_ status: Int, _ code: String) -> Reply {
            .answer(status, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#\(code)\",\"message\":\"as scripted\"}")
        }
    }

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel: any Channel
    private let log: CallLog

    /// All calls so far, in order, as `PUT S3` or `PutItem`.
    var calls: [Call] { log.calls.withLock { $0 } }
    var port: Int { channel.localAddress?.port ?? 0 }

    init(_ script: @escaping @Sendable (Call) -> Reply) async throws {
        let log = CallLog()
        self.log = log
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(log: log, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async throws {
        try await channel.close().get()
        try await group.shutdownGracefully()
    }
}

private final class CallLog: Sendable {
    let calls = Mutex<[ScriptedCloud.Call]>([])
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let log: CallLog
    private let script: @Sendable (ScriptedCloud.Call) -> ScriptedCloud.Reply
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(log: CallLog, script: @escaping @Sendable (ScriptedCloud.Call) -> ScriptedCloud.Reply) {
        self.log = log
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let buffer): body += buffer.readableBytesView
        case .end: answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let head else { return }
        let target = head.headers.first(name: "X-Amz-Target")?.split(separator: ".").last.map(String.init)
        let call = ScriptedCloud.Call(
            method: head.method.rawValue, path: head.uri, operation: target,
            body: target == nil ? .null : (try? JSONValue(parsing: body)) ?? .null)
        log.calls.withLock { $0.append(call) }
        switch script(call) {
        case .silence: return
        case .hangUp: context.close(promise: nil)
        case .answer(let status, let text):
            let headers: HTTPHeaders = ["Content-Length": String(text.utf8.count)]
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if call.method != "HEAD" {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
