/// Where the service gets pictures from that a request names by bucket and key.
public protocol ObjectReader: Sendable {
    /// An object's bytes.
    ///
    /// - Parameters:
    ///   - version: which version; the current one unless given.
    ///   - limit: the most bytes that are wanted; of a larger object none need be read.
    /// - Throws: what keeps the object's bytes from being read although it is there.
    func read(bucket: String, key: String, version: String?, limit: Int) async throws -> ObjectReading
}

/// What came of reading an object.
public enum ObjectReading: Sendable, Equatable {
    /// Its bytes.
    case bytes([UInt8])
    /// It has more bytes than are wanted: so many.
    case larger(Int)
    /// There is no such bucket, object or version.
    case missing
}
