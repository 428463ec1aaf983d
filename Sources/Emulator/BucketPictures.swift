import CloudRekognition
import CloudS3

/// Brings recognition the pictures of the same cloud's buckets.
struct BucketPictures: ObjectReader {
    let buckets: S3Service

    func read(bucket: String, key: String, version: String?, limit: Int) async throws -> ObjectReading {
        switch try await buckets.read(key, in: bucket, version: version, limit: limit) {
        case .bytes(let bytes): .bytes(Array(bytes.readableBytesView))
        case .larger(let count): .larger(count)
        case .missing: .missing
        }
    }
}
