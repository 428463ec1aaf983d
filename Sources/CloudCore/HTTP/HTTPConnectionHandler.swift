import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// One connection: turns the parts of a request into a ``CloudRequest``, hands it to the responder, writes the answer.
///
/// Small bodies are collected on the event loop before the responder starts, so that the common request costs one task
/// and never suspends on its body. Everything in here runs on the connection's event loop.
final class HTTPConnectionHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = HTTPServerResponsePart

    /// Bodies up to this length are complete before the responder sees them.
    private static let collectedBodyLimit = 256 * 1024
    /// How much of a body that nobody read is thrown away to keep the connection.
    private static let drainLimit = 1024 * 1024

    private enum Phase {
        case idle
        /// A short body is being collected.
        case collecting(HTTPRequestHead, ByteBuffer)
        /// The responder runs, or has run, and parts of the body still come in.
        case receiving(RequestBody)
        /// The request is complete and its answer is awaited.
        case responding
    }

    private let channel: any Channel
    /// Nil once the connection has ended.
    fileprivate private(set) var context: ChannelHandlerContext?
    private let respond: HTTPServer.Responder
    private let connection = ConnectionState()
    private let remoteAddress: String
    private let isSecure: Bool
    private let answers: AnswersUnderWay
    private var phase = Phase.idle
    private var isPaused = false
    private var readWaits = false
    private var awaitsContinue = false
    private var isAnswered = true
    /// Whether the head of the answer has gone out.
    private var hasBegunAnswer = false
    private var drained = 0

    init(
        channel: any Channel, isSecure: Bool, answers: AnswersUnderWay, respond: @escaping HTTPServer.Responder
    ) {
        self.channel = channel
        self.isSecure = isSecure
        self.answers = answers
        self.respond = respond
        remoteAddress = channel.remoteAddress?.ipAddress ?? "127.0.0.1"
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What comes behind a refusal, while that goes out.
        guard self.context != nil else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): receive(head, context: context)
        case .body(let bytes): receive(bytes, context: context)
        case .end(let trailers): receiveEnd(trailers, context: context)
        }
    }

    private func receive(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        isAnswered = false
        hasBegunAnswer = false
        drained = 0
        // RFC 9112, 3.2: whom an HTTP/1.1 request is for must be said, and said once. HTTP/1.0 has no such rule.
        let hosts = head.headers["host"].count
        guard hosts == 1 || (hosts == 0 && head.version == .http1_0) else { return refuse(400, context: context) }
        awaitsContinue = head.headers.first(name: "expect")?.lowercased() == "100-continue"
        let length = head.headers.first(name: "content-length").flatMap { Int($0) }
        let isChunked = head.headers.contains(name: "transfer-encoding")
        if !awaitsContinue, !isChunked, (length ?? 0) <= Self.collectedBodyLimit {
            phase = .collecting(head, ByteBuffer())
        } else {
            let body = RequestBody { [bound = NIOLoopBound(self, eventLoop: context.eventLoop)] in
                bound.execute { handler, context in handler.meetDemand(context: context) }
            }
            phase = .receiving(body)
            start(head, body: body, context: context)
        }
    }

    private func receive(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        switch phase {
        case .collecting(let head, var collected):
            // Taken out first: with two owners the append would copy.
            phase = .idle
            if collected.readableBytes == 0 {
                collected = bytes
            } else {
                collected.writeImmutableBuffer(bytes)
            }
            phase = .collecting(head, collected)
        case .receiving(let body):
            if isAnswered {
                drained += bytes.readableBytes
                if drained > Self.drainLimit { context.close(promise: nil) }
            } else if body.receive(bytes) {
                isPaused = true
            }
        case .idle, .responding: break
        }
    }

    private func receiveEnd(_ trailers: HTTPHeaders?, context: ChannelHandlerContext) {
        switch phase {
        case .collecting(let head, let collected):
            phase = .responding
            start(head, body: RequestBody(collected), context: context)
        case .receiving(let body):
            phase = isAnswered ? .idle : .responding
            awaitsContinue = false
            body.finish(trailers: trailers)
            // A complete body asks for nothing more: whoever reads the rest of it would not end a pause.
            resume(context: context)
        case .idle, .responding: break
        }
    }

    /// Reading from the socket pauses while a body waits to be read.
    func read(context: ChannelHandlerContext) {
        if isPaused { readWaits = true } else { context.read() }
    }

    private func meetDemand(context: ChannelHandlerContext) {
        if awaitsContinue, !isAnswered {
            awaitsContinue = false
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        }
        resume(context: context)
    }

    private func resume(context: ChannelHandlerContext) {
        isPaused = false
        guard readWaits else { return }
        readWaits = false
        context.read()
    }

    // MARK: Ending

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is IdleStateHandler.IdleStateEvent else { return context.fireUserInboundEventTriggered(event) }
        // A silent caller is only at fault where something is expected of it; an answer may take as long as it takes.
        switch phase {
        case .idle: context.close(promise: nil)
        case .collecting: refuse(408, context: context)
        // Who waits for `100 Continue` waits for this side.
        case .receiving where isPaused || (awaitsContinue && !isAnswered): break
        case .receiving(let body):
            if hasBegunAnswer { context.close(promise: nil) } else { refuse(408, context: context) }
            body.fail(.incomplete)
        case .responding: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .receiving(let body) = phase { body.fail(.incomplete) }
        phase = .idle
        self.context = nil
        connection.close()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard self.context != nil, canRefuse, let error = error as? HTTPParserError else {
            self.context = nil
            return context.close(promise: nil)
        }
        if case .receiving(let body) = phase { body.fail(.incomplete) }
        refuse(error == .headerOverflow ? 431 : 400, context: context)
    }

    /// Whether what came is a request that has had nothing of an answer yet: a second one would be taken for the next
    /// request's.
    private var canRefuse: Bool {
        switch phase {
        case .idle, .collecting: true
        case .receiving: !isAnswered && !hasBegunAnswer
        case .responding: false
        }
    }

    /// Answers a request that the responder does not get, or no longer, and ends the connection: where the next request
    /// would begin is not known.
    private func refuse(_ status: Int, context: ChannelHandlerContext) {
        phase = .idle
        isAnswered = true
        // What the responder may still say would be a second answer.
        self.context = nil
        connection.close()
        let headers: HTTPHeaders = ["Content-Length": "0", "Date": HTTPDateHeader.now(), "Connection": "close"]
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let ended = context.eventLoop.makePromise(of: Void.self)
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        ended.futureResult.whenComplete { _ in loopBound.value.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: ended)
    }

    // MARK: Responding

    private func start(_ head: HTTPRequestHead, body: RequestBody, context: ChannelHandlerContext) {
        let request = CloudRequest(
            method: head.method.rawValue, target: head.uri, headers: head.headers, body: body,
            remoteAddress: remoteAddress, isSecure: isSecure, connection: connection)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let exchange = Exchange(version: head.version, isHead: head.method == .HEAD, isKeepAlive: head.isKeepAlive)
        let respond = respond
        let channel = channel
        let answers = answers
        answers.begin()
        Task { @Sendable in
            await Self.answer(request, exchange, respond: respond, channel: channel, bound)
            answers.end()
        }
    }

    private static func answer(
        _ request: CloudRequest, _ exchange: Exchange, respond: HTTPServer.Responder, channel: any Channel,
        _ bound: NIOLoopBound<HTTPConnectionHandler>
    ) async {
        let given = await respond(request)
        // The kernel cannot encrypt a file on its way to the socket.
        let response =
            request.isSecure
            ? CloudResponse(status: given.status, headers: given.headers, body: given.body.withoutFile) : given
        if case .stream(let length, let produce) = response.body {
            await stream(response, length: length, exchange, channel: channel, bound, produce)
        } else {
            bound.execute { handler, context in handler.write(response, exchange, context: context) }
        }
    }

    /// What the answer must know of its request.
    private struct Exchange: Sendable {
        var version: HTTPVersion
        var isHead: Bool
        var isKeepAlive: Bool
    }

    private func head(_ response: CloudResponse, length: Int?, _ exchange: Exchange) -> HTTPResponseHead {
        hasBegunAnswer = true
        var headers = response.headers
        if let length, response.status != 304, response.status != 204, response.status >= 200,
            !headers.contains(name: "content-length")
        {
            headers.add(name: "Content-Length", value: String(length))
        }
        if !headers.contains(name: "date") { headers.add(name: "Date", value: HTTPDateHeader.now()) }
        // A caller that still waits for `100 Continue` may or may not send its body now: only closing is unambiguous.
        if !exchange.isKeepAlive || awaitsContinue { headers.replaceOrAdd(name: "Connection", value: "close") }
        return HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
    }

    private func write(_ response: CloudResponse, _ exchange: Exchange, context: ChannelHandlerContext) {
        switch response.body {
        case .bytes(let bytes):
            let head = head(response, length: bytes.readableBytes, exchange)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if !exchange.isHead, bytes.readableBytes > 0, response.status != 304, response.status != 204 {
                context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
            }
        case .file(let file, let offset, let length):
            context.write(wrapOutboundOut(.head(head(response, length: length, exchange))), promise: nil)
            guard !exchange.isHead, length > 0 else { break }
            // The region's handle must be told closed on its own; the file itself outlives the write in the callback.
            let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: file.descriptor)
            let region = FileRegion(
                fileHandle: handle, readerIndex: Int(offset), endIndex: Int(offset) + length)
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.whenComplete { _ in
                withExtendedLifetime(file) { _ = try? handle.takeDescriptorOwnership() }
            }
            context.write(wrapOutboundOut(.body(.fileRegion(region))), promise: written)
        case .stream: break
        }
        finish(trailers: nil, exchange, context: context)
    }

    private func finish(trailers: HTTPHeaders?, _ exchange: Exchange, context: ChannelHandlerContext) {
        let closes = !exchange.isKeepAlive || awaitsContinue
        isAnswered = true
        connection.forget()
        switch phase {
        case .receiving(let body):
            // Nobody reads the rest any more; a little of it is thrown away, more closes the connection.
            body.fail(.incomplete)
            meetDemand(context: context)
        case .idle, .collecting, .responding: phase = .idle
        }
        let ended = closes ? context.eventLoop.makePromise(of: Void.self) : nil
        if closes {
            let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
            ended?.futureResult.whenComplete { _ in loopBound.value.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(trailers)), promise: ended)
    }

    private static func stream(
        _ response: CloudResponse, length: Int?, _ exchange: Exchange, channel: any Channel,
        _ bound: NIOLoopBound<HTTPConnectionHandler>,
        _ produce: @Sendable (ResponseWriter) async throws -> Void
    ) async {
        let trailers = NIOLockedValueBox(HTTPHeaders?.none)
        do {
            bound.execute { handler, context in
                let head = handler.head(response, length: length, exchange)
                context.writeAndFlush(handler.wrapOutboundOut(.head(head)), promise: nil)
            }
            if !exchange.isHead {
                try await produce(
                    ResponseWriter(
                        write: { bytes in
                            let written = channel.eventLoop.makePromise(of: Void.self)
                            bound.eventLoop.execute {
                                let handler = bound.value
                                guard let context = handler.context else {
                                    return written.fail(ChannelError.ioOnClosedChannel)
                                }
                                context.writeAndFlush(
                                    handler.wrapOutboundOut(.body(.byteBuffer(bytes))), promise: written)
                            }
                            try await written.futureResult.get()
                        },
                        addTrailers: { fields in trailers.withLockedValue { $0 = fields } }))
            }
            bound.execute { handler, context in
                handler.finish(trailers: trailers.withLockedValue { $0 }, exchange, context: context)
            }
        } catch {
            // Half an answer has gone out: a broken connection is the only way left to say that it is not whole.
            try? await channel.close().get()
        }
    }
}

extension NIOLoopBound<HTTPConnectionHandler> {
    /// Does something on the connection's event loop, unless the connection has ended by then.
    fileprivate func execute(_ action: @escaping @Sendable (HTTPConnectionHandler, ChannelHandlerContext) -> Void) {
        eventLoop.execute {
            let handler = value
            if let context = handler.context { action(handler, context) }
        }
    }
}
