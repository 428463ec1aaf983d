import AWSClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// One request on a connection of its own: bytes go out and come in as they are, nothing is followed or guessed.
enum HTTPExchange {
    static func send(
        _ method: HTTPMethod, _ path: String, to base: String, headers: [(String, String)], body: [UInt8]
    ) async throws -> TestResponse {
        guard let endpoint = Endpoint(base), let port = endpoint.port else { throw TestRequestError.elsewhere(base) }
        var fields = HTTPHeaders([("Host", endpoint.authority)])
        for (name, value) in headers { fields.replaceOrAdd(name: name, value: value) }
        if !body.isEmpty || ["POST", "PUT", "PATCH"].contains(method.name) {
            fields.replaceOrAdd(name: "Content-Length", value: String(body.count))
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: .init(rawValue: method.name), uri: path, headers: fields)
        let group = MultiThreadedEventLoopGroup.singleton
        let answer = group.next().makePromise(of: TestResponse.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: group)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(AnswerHandler(answer: answer))
                    }
                }
                .connect(host: endpoint.host, port: port).get()
        } catch {
            answer.fail(error)
            throw error
        }
        let timeout = channel.eventLoop.scheduleTask(in: .seconds(60)) { answer.fail(TestRequestError.timedOut) }
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !body.isEmpty {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
        }
        // A refusal may come, and the connection end, before all was sent: the answer counts.
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        defer {
            timeout.cancel()
            channel.close(promise: nil)
        }
        return try await answer.futureResult.get()
    }
}

/// Gathers an answer.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let answer: EventLoopPromise<TestResponse>
    private var response: TestResponse?

    init(answer: EventLoopPromise<TestResponse>) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            response = TestResponse(
                status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) }, body: [])
        case .body(let buffer): response?.body += buffer.readableBytesView
        case .end:
            if let response { answer.succeed(response) }
        }
    }

    // A promise takes its first outcome; later ones change nothing.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { answer.fail(TestRequestError.closed) }
}
