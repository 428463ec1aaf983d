import CloudCore
import Digests
import NIOCore

/// Reads the content out of a request's body, whatever its framing, and checks it against all that the request says.
struct PayloadReader {
    private let description: PayloadDescription
    private let body: RequestBody
    private var decoder: ChunkedPayloadDecoder?
    private var signatures: ChunkSignatureCheck?
    private var trailers: [ChunkedPayloadDecoder.Trailer] = []

    /// - Throws: `AccessDenied` where chunks are signed and the request is not.
    init(_ request: S3Request, _ description: PayloadDescription) throws(ServiceError) {
        self.description = description
        body = request.http.body
        if case .chunked(let isSigned, _) = description.framing {
            decoder = ChunkedPayloadDecoder(sizeLimit: description.length ?? PayloadDescription.sizeLimit)
            signatures = isSigned ? try ChunkSignatureCheck(request) : nil
        }
    }

    /// The next bytes of the content; nil at its end.
    ///
    /// - Throws: `IncompleteBody`, `SignatureDoesNotMatch`, `MalformedTrailerError`.
    mutating func next() async throws -> ByteBuffer? {
        guard decoder != nil else { return try await nextOfBody() }
        while true {
            guard let event = try decoder?.next() else {
                if decoder?.isFinished == true { return nil }
                if let bytes = try await nextOfBody() {
                    decoder?.feed(bytes)
                    continue
                }
                guard let last = try decoder?.endOfBody() else { return nil }
                try receive(last)
                return nil
            }
            if case .data(let bytes) = event {
                signatures?.update(bytes)
                return bytes
            }
            try receive(event)
        }
    }

    private mutating func receive(_ event: ChunkedPayloadDecoder.Event) throws(ServiceError) {
        switch event {
        case .data: break
        case .chunkEnd(let signature): try signatures?.endChunk(signature: signature)
        case .end(let trailers):
            self.trailers = trailers
            if case .chunked(_, hasTrailer: true) = description.framing { try signatures?.endTrailer(trailers) }
        }
    }

    private func nextOfBody() async throws -> ByteBuffer? {
        do {
            return try await body.next()
        } catch is RequestBodyError {
            throw ServiceError.s3(.incompleteBody)
        }
    }

    /// Compares what was computed with what the request says.
    ///
    /// - Throws: `IncompleteBody`, `BadDigest`, `XAmzContentSHA256Mismatch`, `MalformedTrailerError`, `InvalidRequest`.
    func verify(_ digests: ContentDigests) throws(ServiceError) {
        if let length = description.length, length != digests.size {
            throw description.framing == .plain
                ? .s3(
                    .incompleteBody,
                    "You did not provide the number of bytes specified by the Content-Length HTTP header")
                : ChunkedPayloadDecoder.wrongLength
        }
        if let md5 = description.md5, md5 != digests.md5 {
            throw .s3(
                .badDigest,
                members: [
                    "ExpectedDigest": .string(Hex.encode(md5)), "CalculatedDigest": .string(Base64.encode(digests.md5)),
                ])
        }
        if let sha256 = description.sha256, let computed = digests.sha256, sha256 != computed {
            throw .s3(
                .contentSHA256Mismatch,
                members: [
                    "ClientComputedContentSHA256": .string(Hex.encode(sha256)),
                    "S3ComputedContentSHA256": .string(Hex.encode(computed)),
                ])
        }
        guard let algorithm = description.checksum else { return }
        guard let value = description.checksumValue ?? trailers.first(where: { $0.name == algorithm.headerName })?.value
        else { throw .s3(.malformedTrailer) }
        guard let given = Base64.decode(value), given.count == algorithm.byteCount else {
            throw .invalidChecksum(algorithm)
        }
        guard let computed = digests.checksum, Base64.decode(computed.value) == given else {
            throw .badChecksum(algorithm)
        }
    }
}
