import Digests

/// What a signature says about the body: the last line of the canonical request, and the value of
/// `x-amz-content-sha256`.
public enum PayloadHash: Sendable, Hashable {
    /// SHA-256 of the whole body, in hexadecimal digits.
    case sha256(String)
    /// The body is not signed.
    case unsigned
    /// `aws-chunked` in which each chunk is signed; with a signed trailer or without.
    case signedChunks(trailer: Bool)
    /// `aws-chunked` without chunk signatures, with a trailer.
    case unsignedChunksWithTrailer
    /// Something else that a request said of itself; kept so that its signature can be computed.
    case other(String)

    /// The hash of a body that is at hand.
    public static func of(_ body: some Sequence<UInt8>) -> PayloadHash { .sha256(Hex.encode(Digest.of(body, .sha256))) }

    /// The hash of no bytes.
    public static let empty = PayloadHash.sha256(emptyHash)

    static let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// Reads the value of `x-amz-content-sha256`.
    public init(headerValue: String) {
        switch headerValue {
        case "UNSIGNED-PAYLOAD": self = .unsigned
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": self = .signedChunks(trailer: false)
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": self = .signedChunks(trailer: true)
        case "STREAMING-UNSIGNED-PAYLOAD-TRAILER": self = .unsignedChunksWithTrailer
        default: self = Self.isHash(headerValue) ? .sha256(headerValue) : .other(headerValue)
        }
    }

    /// The value of `x-amz-content-sha256`.
    public var headerValue: String {
        switch self {
        case .sha256(let digits): digits
        case .unsigned: "UNSIGNED-PAYLOAD"
        case .signedChunks(trailer: false): "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        case .signedChunks(trailer: true): "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
        case .unsignedChunksWithTrailer: "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        case .other(let text): text
        }
    }

    /// Whether the body comes framed as `aws-chunked`.
    public var isChunked: Bool {
        switch self {
        case .signedChunks, .unsignedChunksWithTrailer: true
        default: false
        }
    }

    private static func isHash(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20)
            }
    }
}
