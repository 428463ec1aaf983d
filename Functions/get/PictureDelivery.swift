import AWSClient
import LambdaEvents
import LambdaRuntime
import Pictures

/// One answer with a picture: the row says what it is, the cache or the bucket has its bytes.
struct PictureDelivery: Sendable {
    var service: PictureService
    var cache: PictureCache
    var owner: UserID
    var request: Request
    var context: Context

    /// How often a picture may be replaced between the row and the object before the answer gives up.
    private static let roundLimit = 5
    /// Seconds for which an address of a large picture holds.
    private static let addressLifetime: Int64 = 300

    func response() async throws -> Response {
        let key = try request.pictureKey()
        for _ in 1...Self.roundLimit {
            guard let record = try await service.pictures.record(owner, key, context.calls()) else {
                throw HTTPError.unknownKey
            }
            if let response = try await response(record) { return response }
            // The row pointed to an object that has gone: the picture was replaced or deleted in between.
        }
        context.logger.error("a row points to no object", ["key": .string(key.text)])
        throw HTTPError(502, "MissingObject", "The picture's bytes are missing from the store; it has been reported.")
    }

    /// The answer for a row; nil where its object has gone.
    private func response(_ record: PictureRecord) async throws -> Response? {
        var headers = headers(of: record)
        if isKnownToCaller(record) {
            headers["Content-Length"] = nil
            return Response(status: 304, headers: headers)
        }
        if request.method == "HEAD" { return Response(headers: headers) }
        switch request.byteRange(size: record.byteCount, tag: record.tag) {
        case .whole: return try await whole(record, headers)
        case .part(let range): return try await part(range, record, headers)
        case .unsatisfiable:
            throw HTTPError(
                416, "RangeNotSatisfiable",
                "The range lies outside of the picture, which has \(record.byteCount) bytes.",
                headers: ["Content-Range": "bytes */\(record.byteCount)"])
        }
    }

    private func whole(_ record: PictureRecord, _ headers: Headers) async throws -> Response? {
        guard record.byteCount <= service.settings.answerByteCount else { return try address(of: record, headers) }
        guard let (bytes, source) = try await bytes(of: record) else { return nil }
        var headers = headers
        headers["X-Cache"] = source.rawValue
        return Response(headers: headers, body: bytes)
    }

    private func part(_ range: Range<Int>, _ record: PictureRecord, _ headers: Headers) async throws -> Response? {
        guard range.count <= service.settings.answerByteCount else { return try address(of: record, headers) }
        var headers = headers
        headers["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(record.byteCount)"
        headers["Content-Length"] = String(range.count)
        if record.byteCount <= service.settings.answerByteCount {
            guard let (bytes, source) = try await bytes(of: record) else { return nil }
            headers["X-Cache"] = source.rawValue
            return Response(status: 206, headers: headers, body: Array(bytes[range]))
        }
        guard
            let bytes = try await service.bucket.get(
                record.object, range, limit: range.count, context.calls())
        else { return nil }
        guard bytes.count == range.count else { throw damaged(record) }
        headers["X-Cache"] = PictureCache.Source.miss.rawValue
        return Response(status: 206, headers: headers, body: bytes)
    }

    /// The bytes from the cache, else from the bucket; nil where the object has gone.
    private func bytes(of record: PictureRecord) async throws -> ([UInt8], PictureCache.Source)? {
        if let bytes = cache[record.object] { return (bytes, .hit) }
        guard
            let bytes = try await service.bucket.get(
                record.object, limit: service.settings.answerByteCount, context.calls())
        else { return nil }
        // What was acknowledged with a digest is given out with it or not at all.
        guard ContentDigest(of: bytes) == record.digest else { throw damaged(record) }
        cache[record.object] = bytes
        return (bytes, .miss)
    }

    /// The way to a picture that no answer of a function can carry.
    private func address(of record: PictureRecord, _ headers: Headers) throws -> Response {
        var response = Response(
            status: 307, headers: ["Cache-Control": "private, no-store", "X-Cache": PictureCache.Source.miss.rawValue])
        response["ETag"] = headers["ETag"]
        response["Location"] = try service.bucket.addressToGet(record.object, lifetime: .seconds(Self.addressLifetime))
        return response
    }

    private func headers(of record: PictureRecord) -> Headers {
        var headers: Headers = [
            "Content-Type": record.type.mediaType, "Content-Length": String(record.byteCount),
            "ETag": record.tag.description,
            "Last-Modified": HTTPDate.text(record.uploadedAt), "Accept-Ranges": "bytes",
            // The picture of a key may change at any time: it may be kept, and must be asked about.
            "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff",
        ]
        if let name = record.fileName { headers["Content-Disposition"] = ContentDisposition.inline(name) }
        return headers
    }

    private func isKnownToCaller(_ record: PictureRecord) -> Bool {
        if request.headers.contains("If-None-Match") { return request.isCurrent(record.tag) }
        return request.headers["If-Modified-Since"] == HTTPDate.text(record.uploadedAt)
    }

    private func damaged(_ record: PictureRecord) -> HTTPError {
        context.logger.error("an object does not have its digest", ["object": .string(record.object.text)])
        return HTTPError(502, "DamagedObject", "The picture's bytes are damaged in the store; it has been reported.")
    }
}
