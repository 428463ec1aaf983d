import CloudCore
import Digests
import NIOCore

/// Computes everything that is wanted of a content in one pass over it.
struct ContentHasher {
    private let md5 = Digest(.md5)
    private let sha1: Digest?
    private let sha256: Digest?
    private var check: CyclicRedundancyCheck?
    private let algorithm: ChecksumAlgorithm?
    private(set) var size = 0

    /// - Parameters:
    ///   - checksum: the checksum to compute; nil for none.
    ///   - needsSHA256: whether the SHA-256 is wanted for itself; it is computed once.
    init(checksum: ChecksumAlgorithm?, needsSHA256: Bool = false) {
        algorithm = checksum
        sha1 = checksum == .sha1 ? Digest(.sha1) : nil
        sha256 = checksum == .sha256 || needsSHA256 ? Digest(.sha256) : nil
        check =
            switch checksum {
            case .crc32: .crc32
            case .crc32c: .crc32c
            case .crc64nvme: .crc64nvme
            case .sha1, .sha256, nil: nil
            }
    }

    mutating func update(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { update($0) }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        size += bytes.count
        md5.update(bytes)
        sha1?.update(bytes)
        sha256?.update(bytes)
        check?.update(bytes)
    }

    /// Ends the computation.
    mutating func finish() -> ContentDigests {
        let sha256 = sha256?.finalize()
        let value: [UInt8]? =
            switch algorithm {
            case nil: nil
            case .sha1: sha1?.finalize()
            case .sha256: sha256
            case .crc32, .crc32c, .crc64nvme: check?.bytes
            }
        var checksum: ObjectChecksum?
        if let algorithm, let value {
            checksum = ObjectChecksum(algorithm: algorithm, value: Base64.encode(value), type: .fullObject)
        }
        return ContentDigests(size: size, md5: md5.finalize(), sha256: sha256, checksum: checksum)
    }
}

/// What was computed of a content.
struct ContentDigests: Sendable {
    var size: Int
    var md5: [UInt8]
    var sha256: [UInt8]?
    var checksum: ObjectChecksum?

    /// The entity tag of an object that came in one piece.
    var etag: String { Hex.encode(md5) }
}
