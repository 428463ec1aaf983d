import CloudCore

/// The picture that a request is about.
enum ImageSource: Sendable, Equatable {
    /// Bytes in the request.
    case bytes([UInt8])
    /// An object of a bucket.
    case object(bucket: String, key: String, version: String?)
}

/// Formats that Rekognition reads.
enum ImageFormat: Sendable, CaseIterable {
    case jpeg, png

    /// What files of the format begin with.
    private var signature: [UInt8] {
        switch self {
        case .jpeg: [0xFF, 0xD8, 0xFF]
        case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        }
    }

    /// The format of a file; nil for any other.
    init?(of bytes: [UInt8]) {
        guard let format = Self.allCases.first(where: { bytes.starts(with: $0.signature) }) else { return nil }
        self = format
    }
}
