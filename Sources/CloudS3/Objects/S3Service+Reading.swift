import CloudCore
import NIOCore

extension S3Service {
    /// What came of reading an object for another service of the same cloud.
    public enum Reading: Sendable, Equatable {
        /// Its bytes.
        case bytes(ByteBuffer)
        /// It has more bytes than were wanted: so many.
        case larger(Int)
        /// There is no such bucket, object or version.
        case missing
    }

    /// Reads a whole object, as a service does on behalf of its caller.
    ///
    /// - Parameters:
    ///   - version: the version's identifier; the current version unless given.
    ///   - limit: the most bytes that are wanted.
    /// - Throws: `IOError`; the store's errors.
    public func read(_ key: String, in bucketName: String, version: String?, limit: Int) async throws -> Reading {
        // Buckets here keep one version of each object, which has no identifier.
        guard version == nil || version == "null", let bucket = storage.catalog[bucketName] else { return .missing }
        let key = ObjectKey(key)
        // The content may be replaced between the look and the reading.
        for _ in 0..<16 {
            guard let object = try storage.locate(key, in: bucket.id) else { return .missing }
            let size = object.record.size
            guard size <= limit else { return .larger(size) }
            guard let reader = ContentReader(object, storage: storage) else { continue }
            var bytes = ByteBufferAllocator().buffer(capacity: size)
            try await reader.forEachPiece(in: ByteRange(whole: size)) { piece in
                var piece = piece
                bytes.writeBuffer(&piece)
            }
            return .bytes(bytes)
        }
        throw ServiceError.s3(.internalError)
    }
}
