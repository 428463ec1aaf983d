import Synchronization

/// Something that is loaded when it is first needed, once, and shared from then on. A load that fails is tried again by the
/// next who needs it: what was missing may be there by then.
final class LoadedOnce<Value: Sendable>: Sendable {
    /// The closure stands in a structure: it is only called while nothing is loaded.
    private struct Loader: Sendable {
        var load: @Sendable () throws(RecognitionError) -> Value
    }

    private let loader: Loader
    private let loaded = Mutex<Value?>(nil)

    init(_ load: @escaping @Sendable () throws(RecognitionError) -> Value) { loader = Loader(load: load) }

    /// The value; those who come while it is loaded wait for it.
    func value() throws(RecognitionError) -> Value {
        try loaded.withLock { loaded throws(RecognitionError) in
            if let loaded { return loaded }
            let value = try loader.load()
            loaded = value
            return value
        }
    }
}
