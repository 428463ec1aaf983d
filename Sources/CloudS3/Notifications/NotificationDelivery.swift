import CloudCore
import NIOCore
import Synchronization

/// Delivers what waits in the outbox, in the order in which it happened, also what an earlier process left behind.
///
/// A notification that its destination cannot take now stays and is offered again, after a pause of the cloud's time that
/// grows; those behind it go on. One that its destination will never take, since it is gone or refuses it, is dropped, and said so.
final class NotificationDelivery: Sendable {
    private static let batch = 100
    private static let longestPause = Duration.seconds(60)

    let targets: any TargetDelivery
    private let database: StoreDatabase
    private let clock: CloudClock
    private let owner: String
    private let report: @Sendable (String) -> Void
    private let signal: AsyncStream<ClockHold>.Continuation
    private let task: Mutex<Task<Void, Never>?>

    /// Begins to deliver.
    ///
    /// - Parameters:
    ///   - owner: the principal of the account, as records name it.
    ///   - report: told, in a sentence, of what is dropped.
    init(
        database: StoreDatabase, targets: any TargetDelivery, clock: CloudClock, owner: String,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.targets = targets
        self.clock = clock
        self.owner = owner
        self.report = report
        let (stream, signal) = AsyncStream<ClockHold>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.signal = signal
        task = Mutex(nil)
        let work = Task { [weak self] in
            var pause = Duration.seconds(1)
            for await hold in stream {
                guard let delivery = self else { return }
                let isDone = await delivery.deliverAll()
                hold.release()
                if isDone {
                    pause = .seconds(1)
                } else {
                    clock.schedule(at: clock.now + pause) { [weak delivery] in delivery?.wake() }
                    pause = min(pause * 2, Self.longestPause)
                }
            }
        }
        task.withLock { $0 = work }
        wake()
    }

    deinit { stop() }

    /// Tells that there is something in the outbox. The clock is not turned past this moment until it was offered.
    func wake() { signal.yield(clock.hold()) }

    /// Ends the delivery; what is left stays in the outbox.
    func stop() {
        signal.finish()
        task.withLock { $0 }?.cancel()
    }

    /// Offers everything once. Answers whether nothing is left for later.
    private func deliverAll() async -> Bool {
        var last: Int64 = 0
        var allTaken = true
        while !Task.isCancelled {
            let from = last
            guard
                let entries = try? database.read({
                    try NotificationOutbox.entries(after: from, limit: Self.batch, $0)
                })
            else { return false }
            guard let end = entries.last?.id else { return allTaken }
            last = end
            var done: [Int64] = []
            for entry in entries {
                if await deliver(entry) { done.append(entry.id) } else { allTaken = false }
            }
            let ids = done
            do { try await database.write { try NotificationOutbox.remove(ids, from: $0) } } catch { return false }
        }
        return false
    }

    /// Offers one. Answers whether it is over.
    private func deliver(_ entry: NotificationOutbox.Entry) async -> Bool {
        let event = entry.event
        let isBus = entry.destination.configurationID.isEmpty
        let message =
            isBus
            ? event.detail(sequencer: entry.sequencer, owner: owner)
            : event.record(
                sequencer: entry.sequencer, configurationID: entry.destination.configurationID, owner: owner)
        var delivery = Delivery(
            target: entry.destination.arn, payload: ByteBuffer(bytes: message.encoded()),
            source: "bucket \(event.bucket)", principal: "s3.amazonaws.com")
        if isBus { delivery.envelope = event.envelope }
        do {
            try await targets.deliver(delivery)
            return true
        } catch let error as ServiceError where !error.isTransient {
            report(
                "\(event.name.rawValue) of \(event.key.text) in the bucket \(event.bucket) was not taken by "
                    + "\(entry.destination.arn) and is dropped: \(error)")
            return true
        } catch {
            return false
        }
    }
}
