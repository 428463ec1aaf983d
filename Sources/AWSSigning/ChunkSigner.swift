import Digests

/// Signs, or checks, the chunks of an `aws-chunked` body: each signature covers the one before it, so that chunks can
/// be neither dropped nor put in another order.
///
/// Source: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks" and
/// "…Including Trailing Headers", S3 API Reference.
public struct ChunkSigner: Sendable {
    private let key: SigningKey
    private let timestamp: String
    /// The signature that the next one goes on from.
    public private(set) var previous: String

    /// Goes on from the signature of the request's headers.
    ///
    /// - Parameter date: the request's `x-amz-date`.
    public init(seed: String, key: SigningKey, date: SigningDate) {
        previous = seed
        self.key = key
        timestamp = date.timestamp
    }

    /// The signature of the next chunk; the last chunk is empty.
    public mutating func sign(chunk: some Sequence<UInt8>) -> String {
        sign(chunkHash: Digest.of(chunk, .sha256))
    }

    /// The signature of the next chunk, by its SHA-256.
    public mutating func sign(chunkHash: [UInt8]) -> String {
        previous = key.signature(
            of: "AWS4-HMAC-SHA256-PAYLOAD\n\(timestamp)\n\(key.scope)\n\(previous)\n\(PayloadHash.emptyHash)\n"
                + Hex.encode(chunkHash))
        return previous
    }

    /// The signature of the trailer, to be sent as `x-amz-trailer-signature`.
    ///
    /// - Parameter trailer: the headers behind the last chunk, in their order.
    public mutating func sign(trailer: [SignableRequest.Header]) -> String {
        let lines = trailer.map { "\($0.name.asciiLowercased):\($0.value.withSpacesFolded)\n" }.joined()
        previous = key.signature(
            of: "AWS4-HMAC-SHA256-TRAILER\n\(timestamp)\n\(key.scope)\n\(previous)\n"
                + Hex.encode(Digest.of(lines.utf8, .sha256)))
        return previous
    }
}
