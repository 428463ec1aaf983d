import CloudCore
import Emulator
import Synchronization

/// Keeps what a cloud says, for tests to look at and for failures to show.
final class CloudLog: Sendable {
    /// Lines that are kept.
    private static let capacity = 10_000

    private final class Memory: Sendable {
        struct State {
            var lines: [String] = []
            /// How many lines were said before those that are kept.
            var forgotten = 0
            /// How many lines have been shown with a failure.
            var shown = 0
        }
        let state = Mutex(State())
    }

    let activity: ActivityLog
    private let memory = Memory()

    init(clock: CloudClock) {
        activity = ActivityLog(.text(color: false), clock: clock) { [memory] bytes in
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            memory.state.withLock { state in
                state.lines += lines
                let excess = state.lines.count - CloudLog.capacity
                guard excess > 0 else { return }
                state.lines.removeFirst(excess)
                state.forgotten += excess
            }
        }
    }

    /// Everything that was said, as far as it is kept.
    var lines: [String] {
        activity.flush()
        return memory.state.withLock { $0.lines }
    }

    /// What was said since this was last asked for; the last so many lines of it.
    func news(limit: Int) -> [String] {
        activity.flush()
        return memory.state.withLock { state in
            let fresh = state.lines.dropFirst(max(0, state.shown - state.forgotten))
            state.shown = state.forgotten + state.lines.count
            return Array(fresh.suffix(limit))
        }
    }
}
