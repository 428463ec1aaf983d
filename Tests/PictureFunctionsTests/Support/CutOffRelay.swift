import NIOCore
import NIOPosix
import Synchronization

/// Stands between a function and its cloud and lets so many requests through: after the last one every connection ends
/// and none begins. To the cloud, the function was killed at that moment.
final class CutOffRelay: Sendable {
    private let channel: any Channel
    private let allowance: Allowance

    /// Whether more was asked for than was let through.
    var hasCut: Bool { allowance.left.withLock { $0 < 0 } }
    var port: Int { channel.localAddress?.port ?? 0 }

    init(to port: Int, requests: Int) async throws {
        let allowance = Allowance(requests)
        self.allowance = allowance
        // The process's own group: connections whose ends are still on their way outlive the relay.
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RelayHandler(port, allowance))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async throws {
        try await channel.close().get()
    }
}

private final class Allowance: Sendable {
    let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(count) }

    /// Whether so many requests more may go through.
    func take(_ count: Int) -> Bool {
        left.withLock { left in
            guard left >= count else {
                if count > 0 || left < 0 { left = -1 }
                return count == 0 && left >= 0
            }
            left -= count
            return true
        }
    }
}

/// The function's side of a connection; makes one to the cloud and passes everything on.
private final class RelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let port: Int
    private let allowance: Allowance
    private var peer: (any Channel)?
    private var waiting: [ByteBuffer] = []

    init(_ port: Int, _ allowance: Allowance) {
        self.port = port
        self.allowance = allowance
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { peer in
                peer.eventLoop.makeCompletedFuture {
                    try peer.pipeline.syncOperations.addHandler(ReturnHandler(channel))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenComplete { result in
                switch result {
                case .failure: channel.close(promise: nil)
                case .success(let peer): handler.value.start(peer)
                }
            }
    }

    private func start(_ peer: any Channel) {
        self.peer = peer
        for buffer in waiting { peer.writeAndFlush(buffer, promise: nil) }
        waiting = []
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard allowance.take(Self.requests(in: buffer)) else {
            peer?.close(promise: nil)
            context.close(promise: nil)
            return
        }
        guard let peer else {
            waiting.append(buffer)
            return
        }
        peer.writeAndFlush(buffer, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { peer?.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// How many requests begin in these bytes: as many as have the end of a request line.
    private static func requests(in buffer: ByteBuffer) -> Int {
        let mark = Array(" HTTP/1.1\r\n".utf8)
        let bytes = Array(buffer.readableBytesView)
        guard bytes.count >= mark.count else { return 0 }
        return (0...(bytes.count - mark.count)).filter { start in
            bytes[start] == mark[0] && bytes[start..<(start + mark.count)] == mark[...]
        }.count
    }
}

/// The cloud's side.
private final class ReturnHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let client: any Channel

    init(_ client: any Channel) { self.client = client }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
