import CloudCore
import NIOCore

extension S3Service {
    /// Receives the content of a request: stored, checked, and named by no row yet.
    ///
    /// - Parameter checksum: what is computed where the request brings no checksum.
    /// - Throws: as ``PayloadReader``; `IOError`.
    func receiveContent(
        _ request: S3Request, _ payload: PayloadDescription, checksum: ChecksumAlgorithm
    ) async throws -> (ContentDigests, StoredContent) {
        var reader = try PayloadReader(request, payload)
        var hasher = ContentHasher(checksum: checksum, needsSHA256: payload.sha256 != nil)
        let writer = ContentWriter(storage.contents)
        let limit = payload.length ?? PayloadDescription.sizeLimit
        while let bytes = try await reader.next() {
            hasher.update(bytes)
            guard hasher.size <= limit else { break }
            try writer.write(bytes)
        }
        let digests = hasher.finish()
        try reader.verify(digests)
        return (digests, try await writer.finish())
    }

    /// Receives a short body that is an argument: a document.
    ///
    /// - Throws: `MaxMessageLengthExceeded`; as ``PayloadReader``.
    func receiveArgument(_ request: S3Request, limit: Int = 1024 * 1024) async throws -> [UInt8] {
        let payload = try PayloadDescription(of: request.http.headers, requiresLength: false)
        guard (payload.length ?? 0) <= limit else {
            throw ServiceError.s3(.maxMessageLengthExceeded, members: ["MaxMessageLengthBytes": .string("\(limit)")])
        }
        var reader = try PayloadReader(request, payload)
        var hasher = ContentHasher(checksum: payload.checksum, needsSHA256: payload.sha256 != nil)
        var argument: [UInt8] = []
        while let bytes = try await reader.next() {
            hasher.update(bytes)
            guard hasher.size <= limit else {
                throw ServiceError.s3(
                    .maxMessageLengthExceeded, members: ["MaxMessageLengthBytes": .string("\(limit)")])
            }
            argument.append(contentsOf: bytes.readableBytesView)
        }
        try reader.verify(hasher.finish())
        return argument
    }

    /// Receives a body that is an XML document.
    ///
    /// - Throws: `MalformedXML`; as ``receiveArgument(_:limit:)``.
    func receiveDocument(_ request: S3Request, limit: Int = 1024 * 1024) async throws -> XMLElement {
        let bytes = try await receiveArgument(request, limit: limit)
        do {
            return try XMLReader.parse(bytes)
        } catch {
            throw ServiceError.s3(.malformedXML)
        }
    }
}
