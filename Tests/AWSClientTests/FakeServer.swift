import NIOCore
import NIOPosix
import Synchronization

@testable import AWSClient

/// A server on a real socket that does to each request what the test tells it: also what no decent server would do.
final class FakeServer: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        /// Every byte, body included.
        var bytes: [UInt8]
        var method: String
        var target: String
        var headers: [(name: String, value: String)]
        var body: [UInt8]
        /// Counts connections from 1.
        var connection: Int
        /// Counts requests from 1, over all connections.
        var number: Int

        subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
        var path: String { String(target.prefix { $0 != "?" }) }
        var query: String { String(target.dropFirst(path.count + 1)) }
    }

    /// What to do with a request.
    enum Action: Sendable {
        case send([UInt8])
        /// A piece again and again, each written when the one before it has left.
        case sendRepeatedly([UInt8], Int)
        /// Nothing more until so many requests have come.
        case awaitRequests(Int)
        case close
    }

    typealias Behaviour = @Sendable (Request) -> [Action]

    private struct State {
        var requests: [Request] = []
        var connections = 0
        var open = 0
        var waiting: [(count: Int, promise: EventLoopPromise<Void>)] = []
        var piecesSent = 0
    }

    private let state = Mutex(State())
    private let behaviour: Behaviour
    private let channel = Mutex<(any Channel)?>(nil)

    init(_ behaviour: @escaping Behaviour) { self.behaviour = behaviour }

    /// Runs `body` with a server that listens on a free port.
    static func with<Result>(
        _ behaviour: @escaping Behaviour, _ body: (FakeServer) async throws -> Result
    ) async throws -> Result {
        let server = FakeServer(behaviour)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(Handler(server: server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.channel.withLock { $0 = channel }
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }
    var requests: [Request] { state.withLock { $0.requests } }
    var piecesSent: Int { state.withLock { $0.piecesSent } }
    var openConnections: Int { state.withLock { $0.open } }

    fileprivate func opened() -> Int {
        state.withLock {
            $0.connections += 1
            $0.open += 1
            return $0.connections
        }
    }

    fileprivate func closed() { state.withLock { $0.open -= 1 } }

    fileprivate func sentPiece() { state.withLock { $0.piecesSent += 1 } }

    fileprivate func actions(for request: Request) -> [Action] {
        var request = request
        let ready = state.withLock { state in
            request.number = state.requests.count + 1
            state.requests.append(request)
            let ready = state.waiting.filter { $0.count <= request.number }
            state.waiting.removeAll { $0.count <= request.number }
            return ready
        }
        for entry in ready { entry.promise.succeed() }
        return behaviour(request)
    }

    fileprivate func await(_ count: Int, _ promise: EventLoopPromise<Void>) {
        let isReady = state.withLock { state in
            if state.requests.count >= count { return true }
            state.waiting.append((count, promise))
            return false
        }
        if isReady { promise.succeed() }
    }

    /// Takes requests apart and carries out actions, one connection each.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let server: FakeServer
        private var connection = 0
        private var received: [UInt8] = []
        private var hasContinued = false

        init(server: FakeServer) { self.server = server }

        func channelActive(context: ChannelHandlerContext) { connection = server.opened() }
        func channelInactive(context: ChannelHandlerContext) { server.closed() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += unwrapInboundIn(data).readableBytesView
            while let request = takeRequest(context) {
                run(server.actions(for: request)[...], context.channel)
            }
        }

        private func takeRequest(_ context: ChannelHandlerContext) -> Request? {
            guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self)
                .split(separator: "\r\n", omittingEmptySubsequences: false)
            let first = lines[0].split(separator: " ")
            let headers = lines.dropFirst().map { line in
                let colon = line.firstIndex(of: ":") ?? line.endIndex
                return (name: String(line[..<colon]), value: line[colon...].dropFirst().trimmingWhitespace)
            }
            func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
            let length = header("content-length").flatMap { Int($0) } ?? 0
            if header("expect") != nil, !hasContinued {
                hasContinued = true
                send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), context.channel).cascade(to: nil)
            }
            let total = end.upperBound + length
            guard received.count >= total else { return nil }
            let bytes = Array(received[..<total])
            received.removeFirst(total)
            hasContinued = false
            return Request(
                bytes: bytes, method: String(first[0]), target: String(first[1]), headers: headers,
                body: Array(bytes[end.upperBound...]), connection: connection, number: 0)
        }

        private func send(_ bytes: [UInt8], _ channel: any Channel) -> EventLoopFuture<Void> {
            channel.writeAndFlush(channel.allocator.buffer(bytes: bytes))
        }

        private func run(_ actions: ArraySlice<Action>, _ channel: any Channel) {
            guard let action = actions.first else { return }
            let rest = actions.dropFirst()
            let done: EventLoopFuture<Void>
            switch action {
            case .send(let bytes): done = send(bytes, channel)
            case .sendRepeatedly(let bytes, let count):
                server.sentPiece()
                done = send(bytes, channel)
                if count > 1 {
                    let loop = NIOLoopBound(self, eventLoop: channel.eventLoop)
                    done.whenSuccess {
                        loop.value.run([.sendRepeatedly(bytes, count - 1)] + rest, channel)
                    }
                    return
                }
            case .awaitRequests(let count):
                let promise = channel.eventLoop.makePromise(of: Void.self)
                server.await(count, promise)
                done = promise.futureResult
            case .close: done = channel.close()
            }
            let loop = NIOLoopBound(self, eventLoop: channel.eventLoop)
            done.whenSuccess { loop.value.run(rest, channel) }
        }
    }
}

extension FakeServer.Action {
    /// A whole answer with its length.
    static func answer(
        _ status: Int = 200, _ headers: [String: String] = [:], _ body: String = ""
    ) -> FakeServer.Action {
        answer(status, headers, Array(body.utf8))
    }

    static func answer(_ status: Int, _ headers: [String: String], _ body: [UInt8]) -> FakeServer.Action {
        var head = "HTTP/1.1 \(status) Text\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        return .send(Array("\(head)\r\n".utf8) + body)
    }

    static func text(_ text: String) -> FakeServer.Action { .send(Array(text.utf8)) }
}
