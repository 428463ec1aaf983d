/// The kinds of picture that the service stores.
public enum ImageType: String, Sendable, Hashable, CaseIterable {
    case jpeg, png, gif, webp

    /// The media type, such as `image/jpeg`.
    public var mediaType: String { "image/\(rawValue)" }

    /// A kind by its media type.
    public init?(mediaType: String) {
        guard let type = Self.allCases.first(where: { $0.mediaType == mediaType }) else { return nil }
        self = type
    }

    /// The kind's name for people.
    public var name: String {
        switch self {
        case .jpeg: "JPEG"
        case .png: "PNG"
        case .gif: "GIF"
        case .webp: "WebP"
        }
    }

    /// The bytes that files of the kind begin with. WebP's four size bytes in between may be anything.
    var signatures: [[UInt8?]] {
        switch self {
        case .jpeg: [[0xFF, 0xD8, 0xFF]]
        case .png: [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]]
        case .gif: [Array("GIF87a".utf8), Array("GIF89a".utf8)]
        case .webp: [Array("RIFF".utf8) + [nil, nil, nil, nil] + Array("WEBP".utf8)]
        }
    }

    /// Which kind these bytes begin like. What is too short to tell, but so far agrees, counts.
    static func beginning(of bytes: [UInt8]) -> ImageType? {
        allCases.first { type in
            type.signatures.contains { signature in
                zip(signature, bytes).allSatisfy { wanted, byte in wanted == nil || wanted == byte }
            }
        }
    }
}
