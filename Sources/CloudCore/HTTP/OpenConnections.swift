import NIOCore
import Synchronization

/// The connections of one listener, so that stopping it leaves none behind.
final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isShut = false
    }

    private let open = Mutex(State())

    var count: Int { open.withLock { $0.channels.count } }

    func add(_ channel: any Channel) {
        let isLate = open.withLock { open in
            if !open.isShut { open.channels[ObjectIdentifier(channel)] = channel }
            return open.isShut
        }
        // Accepted just before the listener was closed: the event loops go on, and would go on serving it.
        guard !isLate else { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in
            _ = self.open.withLock { $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
        }
    }

    /// Closes those that there are, and each that comes.
    func closeAll() async {
        // All at once: over TLS, each waits a moment for its peer to say that it is done.
        let closing = open.withLock { open in
            open.isShut = true
            return open.channels.values.map { $0.close() }
        }
        for closed in closing { try? await closed.get() }
    }
}
