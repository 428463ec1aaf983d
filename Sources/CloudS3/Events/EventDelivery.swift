import CloudCore
import GRDB
import Synchronization

/// Hands the events of the outbox over to the receiver, in the order in which they happened, also those that an earlier
/// process left behind.
///
/// An event that the receiver refuses stays and is offered again, after a pause that grows; those behind it go on.
final class EventDelivery: Sendable {
    private static let batch = 100
    private static let longestPause = Duration.seconds(60)

    private let database: StoreDatabase
    private let receiver: any ObjectEventReceiver
    private let signal: AsyncStream<Void>.Continuation
    private let task: Mutex<Task<Void, Never>?>

    init(database: StoreDatabase, receiver: any ObjectEventReceiver) {
        self.database = database
        self.receiver = receiver
        let (stream, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.signal = signal
        task = Mutex(nil)
        let work = Task { [weak self] in
            var pause = Duration.milliseconds(250)
            for await _ in stream {
                guard let delivery = self else { return }
                if await delivery.deliverAll() {
                    pause = .milliseconds(250)
                } else {
                    try? await Task.sleep(for: pause)
                    pause = min(pause * 2, Self.longestPause)
                    delivery.wake()
                }
            }
        }
        task.withLock { $0 = work }
        wake()
    }

    deinit { stop() }

    func wants(_ event: ObjectEvent) -> Bool { receiver.wants(event) }

    /// Tells that there is something in the outbox.
    func wake() { signal.yield() }

    /// Ends the delivery; what is left stays in the outbox.
    func stop() {
        signal.finish()
        task.withLock { $0 }?.cancel()
    }

    /// Offers every event once. Answers whether all were taken.
    private func deliverAll() async -> Bool {
        var last: Int64 = 0
        var allTaken = true
        while !Task.isCancelled {
            let from = last
            guard let events = try? database.read({ try ObjectEvent.fetch(after: from, limit: Self.batch, $0) }) else {
                return false
            }
            guard let end = events.last?.id else { return allTaken }
            last = end
            var taken: [Int64] = []
            for (id, event) in events {
                do {
                    try await receiver.receive(event)
                    taken.append(id)
                } catch {
                    allTaken = false
                }
            }
            let done = taken
            do {
                try await database.write { database in
                    for id in done {
                        try database.cachedStatement(sql: "DELETE FROM outbox WHERE id = ?").execute(arguments: [id])
                    }
                }
            } catch {
                return false
            }
        }
        return false
    }
}
