import CloudCore
import Synchronization

/// Gathers the runs of functions as they end, and hands them on moment by moment, in an order that is the same each time.
public final class RunJournal: InvocationObserver {
    private struct State {
        var runs: [FunctionRun] = []
        /// Runs of the moment that is not over.
        var present: [FunctionRun] = []
    }

    private let state = Mutex(State())
    private let report: @Sendable (FunctionRun) -> Void

    /// A journal.
    ///
    /// - Parameter report: told of each run once its moment is over.
    public init(report: @escaping @Sendable (FunctionRun) -> Void = { _ in }) { self.report = report }

    /// A call is over.
    public func invocationEnded(_ invocation: CompletedInvocation) {
        let run = FunctionRun(invocation)
        let settled = state.withLock { state in
            let isOver = state.present.first.map { $0.at < run.at } ?? false
            let settled = isOver ? Self.settle(&state) : []
            state.present.append(run)
            return settled
        }
        for run in settled { report(run) }
    }

    /// Puts the runs of a moment that is over in order.
    private static func settle(_ state: inout State) -> [FunctionRun] {
        let settled = state.present.sorted(by: FunctionRun.isBefore)
        state.runs += settled
        state.present = []
        return settled
    }

    /// All runs, once the last moment is over.
    public func finish() -> [FunctionRun] {
        let (settled, runs) = state.withLock { state in
            let settled = Self.settle(&state)
            return (settled, state.runs)
        }
        for run in settled { report(run) }
        return runs
    }
}
