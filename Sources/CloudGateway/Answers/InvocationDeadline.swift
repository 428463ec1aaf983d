import CloudCore
import Synchronization

/// Waits for a function, but not longer than the gateway does.
///
/// A function that is given up on runs on, as on AWS: nobody listens to its answer any more. So the call cannot be a
/// child task, for which its parent would have to wait.
enum InvocationDeadline {
    enum Outcome: Sendable {
        case answered(InvocationResult)
        case refused(ServiceError)
        case timedOut
    }

    static func invoke(
        _ invocation: Invocation, by invoker: any FunctionInvoker, within limit: Duration
    ) async -> Outcome {
        await withCheckedContinuation { continuation in
            let race = Race(continuation)
            let timer = Task {
                // Cancelled when the answer is there first.
                guard (try? await Task.sleep(for: limit)) != nil else { return }
                race.finish(.timedOut)
            }
            Task {
                do {
                    race.finish(.answered(try await invoker.invoke(invocation)))
                } catch let error as ServiceError {
                    race.finish(.refused(error))
                } catch {
                    race.finish(.refused(ServiceError("ServiceException", "\(error)", status: 500)))
                }
                timer.cancel()
            }
        }
    }

    /// Whoever comes first resumes the waiting task, and only once.
    private final class Race: Sendable {
        private let continuation: Mutex<CheckedContinuation<Outcome, Never>?>

        init(_ continuation: CheckedContinuation<Outcome, Never>) { self.continuation = Mutex(continuation) }

        func finish(_ outcome: Outcome) {
            let waiting = continuation.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            waiting?.resume(returning: outcome)
        }
    }
}
