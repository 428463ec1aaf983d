import AWSSigning
import CloudCore
import Digests
import NIOCore

/// Checks the signatures of chunks against the signature of the request that they belong to.
struct ChunkSignatureCheck {
    private var signer: ChunkSigner
    private var digest = Digest(.sha256)

    /// A check for a request whose own signature has been verified; nil where signatures are not looked at.
    ///
    /// - Throws: `AccessDenied` where the request is not signed in a way that chunks can go on from.
    init?(_ request: S3Request) throws(ServiceError) {
        guard let secret = request.call.verifiedSecret else { return nil }
        let received = try? SignatureV4.parse(
            method: request.http.method, path: request.http.path, query: request.http.query ?? "",
            headers: request.http.headers.map { ($0.name, $0.value) })
        guard let received, let scope = received.scope, let date = received.date else {
            throw .s3(.accessDenied, "Signed chunks need a Signature Version 4 of the request.")
        }
        signer = ChunkSigner(
            seed: received.signature, key: SigningKey(secretAccessKey: secret, scope: scope), date: date)
    }

    mutating func update(_ bytes: ByteBuffer) { digest.update(bytes.readableBytesView) }

    /// Ends a chunk.
    ///
    /// - Throws: `SignatureDoesNotMatch`.
    mutating func endChunk(signature: String?) throws(ServiceError) {
        let expected = signer.sign(chunkHash: digest.finalize())
        digest = Digest(.sha256)
        try compare(expected, signature)
    }

    /// Ends the trailer.
    ///
    /// - Throws: `SignatureDoesNotMatch`.
    mutating func endTrailer(_ trailers: [ChunkedPayloadDecoder.Trailer]) throws(ServiceError) {
        let name = "x-amz-trailer-signature"
        let expected = signer.sign(
            trailer: trailers.filter { $0.name != name }.map { (name: $0.name, value: $0.value) })
        try compare(expected, trailers.first { $0.name == name }?.value)
    }

    private func compare(_ expected: String, _ given: String?) throws(ServiceError) {
        guard let given, equalInConstantTime(Array(expected.utf8), Array(given.utf8)) else {
            throw .s3(.signatureDoesNotMatch)
        }
    }
}
