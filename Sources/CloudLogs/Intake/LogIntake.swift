import CloudCore
import Dispatch
import GRDB
import Synchronization

/// Takes in what functions log and stores it in batches, beside the calls that the lines belong to.
///
/// A line is stored within 50 ms and a commit; a call that reads logs sees every line that came before it. Lines that wait
/// are bounded: when functions write faster than the store takes it, ``append(_:hasReserve:)`` waits until there is room,
/// which holds back the functions. No line is left out, unless the disk refuses it, which is said.
public final class LogIntake: Sendable {
    /// Bytes of lines that may wait.
    static let capacity = 4 * 1024 * 1024
    /// How long a line may wait for others.
    private static let delay = DispatchTimeInterval.milliseconds(50)

    private struct State {
        var entries: [LogEntry] = []
        var weight = 0
        var isScheduled = false
        var isUrgent = false
        var isStopped = false
        var waiting: [DispatchSemaphore] = []
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "darkroom.logs.intake")
    private let writer: IntakeWriter
    private let report: @Sendable (String) -> Void

    init(
        database: StoreDatabase, clock: CloudClock, retention: RetentionSchedule, liveTails: LiveTailBoard,
        groupLimit: Int64?, report: @escaping @Sendable (String) -> Void
    ) {
        writer = IntakeWriter(
            database: database, clock: clock, retention: retention, liveTails: liveTails, groupLimit: groupLimit)
        self.report = report
    }

    /// Takes a line. Blocks while there is no room for it.
    ///
    /// - Parameter hasReserve: for lines of the platform's own, which are few and come from threads that answer requests:
    ///   they find room where output has to wait.
    public func append(_ entry: LogEntry, hasReserve: Bool = false) {
        let weight = entry.weight
        let limit = hasReserve ? 2 * Self.capacity : Self.capacity
        while true {
            let (room, drain): (DispatchSemaphore?, Drain?) = state.withLock { state in
                guard !state.isStopped else { return (nil, nil) }
                guard state.entries.isEmpty || state.weight + weight <= limit else {
                    let semaphore = DispatchSemaphore(value: 0)
                    state.waiting.append(semaphore)
                    return (semaphore, state.isUrgent ? nil : .now)
                }
                state.entries.append(entry)
                state.weight += weight
                if state.weight > Self.capacity / 4, !state.isUrgent {
                    state.isUrgent = true
                    return (nil, .now)
                }
                if !state.isScheduled {
                    state.isScheduled = true
                    return (nil, .soon)
                }
                return (nil, nil)
            }
            switch drain {
            case .now: queue.async { self.drain() }
            case .soon: queue.asyncAfter(deadline: .now() + Self.delay) { self.drain() }
            case nil: break
            }
            guard let room else { return }
            room.wait()
        }
    }

    private enum Drain { case now, soon }

    /// Waits until every line that came before is stored.
    public func flush() async {
        guard state.withLock({ $0.isScheduled || $0.isUrgent || !$0.entries.isEmpty }) else { return }
        await withCheckedContinuation { continuation in
            queue.async {
                self.drain()
                continuation.resume()
            }
        }
    }

    /// Stores what has come in. Lines that come later are dropped: whoever wrote them has ended.
    func stop() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.drain()
                let waiting = self.state.withLock { state in
                    state.isStopped = true
                    defer { state.waiting = [] }
                    return state.waiting
                }
                for semaphore in waiting { semaphore.signal() }
                self.drain()
                continuation.resume()
            }
        }
    }

    /// On the queue: stores what waits.
    private func drain() {
        let (entries, waiting) = state.withLock { state in
            defer {
                state.entries = []
                state.weight = 0
                state.isScheduled = false
                state.isUrgent = false
                state.waiting = []
            }
            return (state.entries, state.waiting)
        }
        // There is room again while the lines are being stored: so at most twice the capacity is in memory.
        for semaphore in waiting { semaphore.signal() }
        guard !entries.isEmpty else { return }
        do {
            try writer.store(entries)
        } catch {
            report(
                "\(entries.count) lines that functions logged could not be stored: "
                    + UnexpectedFailure.message(for: error))
        }
    }
}
