import CloudCore
import Synchronization

/// Gathers the runs of functions as they end, and hands them on moment by moment, in an order that is the same each time.
public final class RunJournal: InvocationObserver {
    private struct State {
        var runs: [FunctionRun] = []
        /// Runs that were handed on; those behind are of the moment that is not over.
        var settled = 0
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
        let settled = state.withLock { state -> ArraySlice<FunctionRun> in
            var settled: ArraySlice<FunctionRun> = []
            if let last = state.runs.last, state.settled < state.runs.count, last.at < run.at {
                settled = settle(&state)
            }
            state.runs.append(run)
            return settled
        }
        for run in settled { report(run) }
    }

    private func settle(_ state: inout State) -> ArraySlice<FunctionRun> {
        let range = state.settled..<state.runs.count
        state.runs[range].sort(by: FunctionRun.isBefore)
        state.settled = state.runs.count
        return state.runs[range]
    }

    /// All runs, once the last moment is over.
    public func finish() -> [FunctionRun] {
        let (settled, runs) = state.withLock { state in
            let settled = settle(&state)
            return (settled, state.runs)
        }
        for run in settled { report(run) }
        return runs
    }
}
