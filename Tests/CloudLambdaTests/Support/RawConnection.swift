import NIOCore
import NIOPosix
import Synchronization

/// A connection on which a test writes what it likes, byte for byte, and reads answers.
final class RawConnection: Sendable {
    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    struct Closed: Error {}

    private let channel: any Channel
    private let received: Received

    static func open(port: Int) async throws -> RawConnection {
        let received = Received()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(received: received))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawConnection(channel: channel, received: received)
    }

    private init(channel: any Channel, received: Received) {
        self.channel = channel
        self.received = received
    }

    func write(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)).get() }

    func write(_ bytes: ByteBuffer) async throws { try await channel.writeAndFlush(bytes).get() }

    func close() async { try? await channel.close().get() }

    /// Sends a request, and waits for its answer.
    func request(
        _ method: String, _ path: String, _ body: String = "", headers: [(String, String)] = []
    ) async throws -> Answer {
        try await write(Self.head(method, path, headers + [("Content-Length", "\(body.utf8.count)")]) + body)
        return try await answer()
    }

    static func head(_ method: String, _ path: String, _ headers: [(String, String)]) -> String {
        headers.reduce("\(method) \(path) HTTP/1.1\r\nHost: x\r\n") { $0 + "\($1.0): \($1.1)\r\n" } + "\r\n"
    }

    /// The next answer on this connection.
    func answer() async throws -> Answer {
        guard let end = await received.wait(forText: "\r\n\r\n") else { throw Closed() }
        let head = await received.take(end)
        var headers: [String: String] = [:]
        let lines = head.split(separator: "\r\n")
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard await received.wait(forCount: length) else { throw Closed() }
        let body = await received.take(length)
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return Answer(status: status ?? 0, headers: headers, body: body)
    }

    /// What has come in, waited for.
    actor Received {
        private var bytes: [UInt8] = []
        private var isClosed = false
        private var waiting: CheckedContinuation<Void, Never>?

        func add(_ more: [UInt8]) {
            bytes += more
            wake()
        }

        func close() {
            isClosed = true
            wake()
        }

        private func wake() {
            waiting?.resume()
            waiting = nil
        }

        /// Waits for bytes up to and with a text; nil once they will not come. The look and the wait are one step: what
        /// comes between them would otherwise be waited for forever.
        func wait(forText text: String) async -> Int? {
            let wanted = Array(text.utf8)
            while true {
                if bytes.count >= wanted.count,
                    let start = (0...(bytes.count - wanted.count)).first(where: {
                        bytes[$0..<($0 + wanted.count)].elementsEqual(wanted)
                    })
                {
                    return start + wanted.count
                }
                if isClosed { return nil }
                await withCheckedContinuation { waiting = $0 }
            }
        }

        /// Waits for so many bytes; false once they will not come.
        func wait(forCount count: Int) async -> Bool {
            while bytes.count < count {
                if isClosed { return false }
                await withCheckedContinuation { waiting = $0 }
            }
            return true
        }

        func take(_ count: Int) -> String {
            defer { bytes.removeFirst(count) }
            return String(decoding: bytes.prefix(count), as: UTF8.self)
        }
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let feed: AsyncStream<[UInt8]>.Continuation

        init(received: Received) {
            let (stream, feed) = AsyncStream<[UInt8]>.makeStream()
            self.feed = feed
            Task {
                for await bytes in stream { await received.add(bytes) }
                await received.close()
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            feed.yield(Array(unwrapInboundIn(data).readableBytesView))
        }

        func channelInactive(context: ChannelHandlerContext) { feed.finish() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
