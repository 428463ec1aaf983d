import Pictures
import Synchronization

/// Pictures that one execution environment keeps in memory, the last used longest.
///
/// They are kept by the names of their objects, and an object never changes: whoever has read the row can never be given
/// the bytes of another picture than the row's.
final class PictureCache: Sendable {
    /// Where an answer's bytes came from, as `X-Cache` says it.
    enum Source: String, Sendable {
        case hit = "HIT"
        case miss = "MISS"
    }

    private struct Entry {
        var bytes: [UInt8]
        var lastUse: UInt64
    }

    private struct State {
        var entries: [ObjectName: Entry] = [:]
        var byteCount = 0
        var clock: UInt64 = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// A cache.
    ///
    /// - Parameter capacity: bytes of pictures that it holds at most.
    init(capacity: Int) { self.capacity = capacity }

    /// How many bytes it holds.
    var byteCount: Int { state.withLock { $0.byteCount } }

    /// The bytes of an object. What is too large for a quarter of the cache is not kept.
    subscript(object: ObjectName) -> [UInt8]? {
        get {
            state.withLock { state in
                state.clock += 1
                state.entries[object]?.lastUse = state.clock
                return state.entries[object]?.bytes
            }
        }
        set {
            state.withLock { state in
                if let old = state.entries.removeValue(forKey: object) { state.byteCount -= old.bytes.count }
                guard let newValue, newValue.count <= capacity / 4 else { return }
                state.clock += 1
                while state.byteCount + newValue.count > capacity,
                    let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
                {
                    state.entries[oldest.key] = nil
                    state.byteCount -= oldest.value.bytes.count
                }
                state.entries[object] = Entry(bytes: newValue, lastUse: state.clock)
                state.byteCount += newValue.count
            }
        }
    }
}
