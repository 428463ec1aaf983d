import CloudCore
import Synchronization

/// A call that waits for messages: woken once, by whatever comes first.
final class ReceiveWaiter: Sendable {
    private let state = Mutex<(continuation: CheckedContinuation<Void, Never>?, isWoken: Bool)>((nil, false))

    /// Returns once it was woken, at once if it already was.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWoken = state.withLock { state in
                    if !state.isWoken { state.continuation = continuation }
                    return state.isWoken
                }
                if isWoken { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
    }

    /// Ends the wait. Answers whether it was this call that did.
    @discardableResult
    func wake() -> Bool {
        let (continuation, isFirst) = state.withLock { state in
            defer { state = (nil, true) }
            return (state.continuation, !state.isWoken)
        }
        continuation?.resume()
        return isFirst
    }
}
