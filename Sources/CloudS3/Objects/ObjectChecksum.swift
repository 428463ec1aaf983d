import Digests

/// The checksums that Amazon S3 computes, verifies and keeps.
public enum ChecksumAlgorithm: String, Sendable, CaseIterable {
    case crc32 = "CRC32"
    case crc32c = "CRC32C"
    case crc64nvme = "CRC64NVME"
    case sha1 = "SHA1"
    case sha256 = "SHA256"

    /// The header field that carries a value: `x-amz-checksum-crc32`.
    var headerName: String { "x-amz-checksum-" + lowercaseName }

    /// The XML element that carries a value: `ChecksumCRC32`.
    var elementName: String { "Checksum" + rawValue }

    /// The name as messages write it: `crc32`.
    var lowercaseName: String { rawValue.lowercased() }

    /// Bytes in a value.
    var byteCount: Int {
        switch self {
        case .crc32, .crc32c: 4
        case .crc64nvme: 8
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// The type that a multipart upload gets where it names none.
    var defaultMultipartType: ChecksumType { self == .crc64nvme ? .fullObject : .composite }

    /// Whether checksums of parts can be joined to that of the whole.
    func permits(_ type: ChecksumType) -> Bool {
        switch (self, type) {
        case (.crc64nvme, .composite), (.sha1, .fullObject), (.sha256, .fullObject): false
        default: true
        }
    }

    /// Whether a text is a value of this checksum, in base64.
    func isValue(_ text: String) -> Bool { Base64.decode(text)?.count == byteCount }
}

/// What a checksum covers.
public enum ChecksumType: String, Sendable {
    /// The bytes of the object.
    case fullObject = "FULL_OBJECT"
    /// The checksums of its parts, one behind the other.
    case composite = "COMPOSITE"
}

/// A checksum as it is kept with an object.
struct ObjectChecksum: Sendable, Equatable {
    var algorithm: ChecksumAlgorithm
    /// Base64; composite ones end in `-` and the number of parts.
    var value: String
    var type: ChecksumType
}
