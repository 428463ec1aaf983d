import Digests
import Replay
import Synchronization

/// Exchanges on their way to one recorder: bounded, so that a slow one costs exchanges and not memory.
final class RecordingSubscription: Sendable {
    /// What a recorder gets.
    enum Item: Sendable {
        case exchange(ObservedExchange)
        /// So many exchanges came faster than they were taken.
        case leftOut(Int)
    }

    private struct State {
        var waiting: [ObservedExchange] = []
        var bytes = 0
        var leftOut = 0
        var isEnded = false
        var reader: CheckedContinuation<Item?, Never>?
    }

    /// Bytes that may wait for a recorder.
    static let backlogLimit = 64 << 20

    /// The longest body that is kept whole.
    let bodyLimit: Int
    let start = ContinuousClock.now
    private let state = Mutex(State())

    init(bodyLimit: Int) { self.bodyLimit = bodyLimit }

    /// Takes an exchange, whose request began at `began`; one that began earlier than the recording is none of its.
    func offer(_ exchange: ObservedExchange, began: ContinuousClock.Instant) {
        guard began >= start else { return }
        var exchange = exchange
        exchange.offset = Int((began - start) / .milliseconds(1))
        exchange.requestBody = exchange.requestBody.limited(to: bodyLimit)
        exchange.responseBody = exchange.responseBody.limited(to: bodyLimit)
        let size = exchange.size
        let (reader, item) = state.withLock { state -> (CheckedContinuation<Item?, Never>?, Item?) in
            guard !state.isEnded else { return (nil, nil) }
            if let reader = state.reader {
                state.reader = nil
                return (reader, .exchange(exchange))
            }
            guard state.leftOut == 0, state.waiting.isEmpty || state.bytes + size <= Self.backlogLimit else {
                state.leftOut += 1
                return (nil, nil)
            }
            state.waiting.append(exchange)
            state.bytes += size
            return (nil, nil)
        }
        reader?.resume(returning: item)
    }

    /// The next; nil once the recording has ended. One reader.
    func next() async -> Item? {
        await withCheckedContinuation { continuation in
            let item: Item?? = state.withLock { state in
                if !state.waiting.isEmpty {
                    let exchange = state.waiting.removeFirst()
                    state.bytes -= exchange.size
                    return .some(.exchange(exchange))
                }
                // Those that were left out came after those that waited.
                if state.leftOut > 0 {
                    defer { state.leftOut = 0 }
                    return .some(.leftOut(state.leftOut))
                }
                if state.isEnded { return .some(nil) }
                state.reader = continuation
                return nil
            }
            if let item { continuation.resume(returning: item) }
        }
    }

    /// Takes no more.
    func end() {
        let reader = state.withLock { state in
            state.isEnded = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }
}

extension ObservedExchange {
    /// About how many bytes it takes.
    fileprivate var size: Int {
        let fields = requestHeaders + responseHeaders
        return requestBody.size + responseBody.size + target.utf8.count
            + fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count } + 256
    }
}

extension ObservedExchange.Body {
    fileprivate var size: Int { if case .bytes(let bytes) = self { bytes.count } else { 64 } }

    /// The body, or its length and digest where it is longer.
    fileprivate func limited(to limit: Int) -> ObservedExchange.Body {
        guard case .bytes(let bytes) = self, bytes.count > limit else { return self }
        return .leftOut(length: bytes.count, sha256: Hex.encode(Digest.of(bytes, .sha256)))
    }
}
