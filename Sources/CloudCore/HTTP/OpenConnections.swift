import NIOCore
import Synchronization

/// The connections of one listener, so that stopping it leaves none behind.
final class OpenConnections: Sendable {
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    var count: Int { open.withLock { $0.count } }

    func add(_ channel: any Channel) {
        open.withLock { $0[ObjectIdentifier(channel)] = channel }
        channel.closeFuture.whenComplete { _ in
            _ = self.open.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
        }
    }

    func closeAll() async {
        // All at once: over TLS, each waits a moment for its peer to say that it is done.
        let closing = open.withLock { $0.values.map { $0.close() } }
        for closed in closing { try? await closed.get() }
    }
}
