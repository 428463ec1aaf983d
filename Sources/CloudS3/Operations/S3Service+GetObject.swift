import CloudCore
import NIOCore
import NIOHTTP1

extension S3Service {
    /// How often an object is looked up again when its content was replaced between the look and the reading.
    private static let attempts = 16

    /// `GET /bucket/key`
    func getObject(_ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseOtherVersions()
        for _ in 0..<Self.attempts {
            guard let object = try storage.locate(request.key, in: bucket.id) else {
                throw ServiceError.noSuchKey(request.key)
            }
            var response = try response(for: object, request)
            guard let range = response.range else { return response.head }
            guard let body = try storage.body(of: object, range) else { continue }
            response.head.body = body
            return response.head
        }
        throw ServiceError.s3(.internalError)
    }

    /// `HEAD /bucket/key`
    func headObject(_ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseOtherVersions()
        let object =
            request.query.contains("partNumber")
            ? try storage.locate(request.key, in: bucket.id)
            : try storage.object(request.key, in: bucket.id).map { LocatedObject(record: $0, parts: []) }
        guard let object else { throw ServiceError.noSuchKey(request.key) }
        var response = try response(for: object, request)
        if let range = response.range { response.head.headers.add(name: "Content-Length", value: "\(range.length)") }
        return response.head
    }

    /// The answer to a reader, without its body, and the stretch that the body is to be; nil where there is none.
    private func response(
        for object: LocatedObject, _ request: S3Request
    ) throws(ServiceError) -> (head: CloudResponse, range: ByteRange?) {
        let record = object.record
        var headers: HTTPHeaders = [
            "Last-Modified": record.modified.httpDate, "ETag": record.quotedETag, "Accept-Ranges": "bytes",
        ]
        switch ReadConditions(of: request.http.headers).outcome(etag: record.etag, modified: record.modified) {
        case .failed(let condition): throw .preconditionFailed(condition)
        case .notModified: return (CloudResponse(status: 304, headers: headers), nil)
        case .holds: break
        }
        let stretch = try Self.stretch(of: object, request)
        record.headers.add(to: &headers)
        if !record.tags.isEmpty { headers.add(name: "x-amz-tagging-count", value: "\(record.tags.count)") }
        if record.storageClass != StorageClass.standard {
            headers.add(name: "x-amz-storage-class", value: record.storageClass)
        }
        if stretch.isPart, record.partCount > 0 {
            headers.add(name: "x-amz-mp-parts-count", value: String(record.partCount))
        }
        // A checksum is that of the whole: with a part of the bytes it would only make clients fail.
        if request.header("x-amz-checksum-mode")?.uppercased() == "ENABLED", stretch.range.length == record.size {
            record.addChecksum(to: &headers)
        }
        if stretch.isPartial { headers.add(name: "Content-Range", value: stretch.range.contentRange(of: record.size)) }
        try Self.override(&headers, request)
        return (CloudResponse(status: stretch.isPartial ? 206 : 200, headers: headers), stretch.range)
    }

    private struct Stretch {
        var range: ByteRange
        var isPartial = false
        var isPart = false
    }

    /// The stretch that a request asks for, by `Range` or by the number of a part.
    private static func stretch(of object: LocatedObject, _ request: S3Request) throws(ServiceError) -> Stretch {
        let size = object.record.size
        if let text = request.query["partNumber"] {
            guard request.header("range") == nil else {
                throw .s3(.invalidRequest, "Cannot specify both Range header and partNumber query parameter")
            }
            guard let number = Int(text), MultipartUpload.partNumbers.contains(number) else {
                throw .invalidPartNumber(text)
            }
            var offset = 0
            for part in object.parts {
                if part.number == number {
                    return Stretch(
                        range: ByteRange(offset: offset, length: part.size), isPartial: part.size > 0, isPart: true)
                }
                offset += part.size
            }
            guard object.parts.isEmpty, object.record.partCount == 0, number == 1 else {
                throw .s3(
                    .invalidPartNumber,
                    members: [
                        "PartNumberRequested": .string(text),
                        "ActualPartCount": .string(String(max(1, object.record.partCount))),
                    ])
            }
            return Stretch(range: ByteRange(whole: size), isPartial: size > 0, isPart: true)
        }
        switch ByteRange.parse(request.header("range"), size: size) {
        case .whole: return Stretch(range: ByteRange(whole: size))
        case .range(let range): return Stretch(range: range, isPartial: true)
        case .unsatisfiable:
            throw .s3(
                .invalidRange,
                members: [
                    "RangeRequested": .string(request.header("range") ?? ""), "ActualObjectSize": .string(String(size)),
                ])
        }
    }

    /// Header fields of the answer that a request may set itself, by query parameters.
    static let overrides = [
        "response-content-type": "Content-Type", "response-content-language": "Content-Language",
        "response-expires": "Expires", "response-cache-control": "Cache-Control",
        "response-content-disposition": "Content-Disposition", "response-content-encoding": "Content-Encoding",
    ]

    private static func override(_ headers: inout HTTPHeaders, _ request: S3Request) throws(ServiceError) {
        guard !request.query.isEmpty else { return }
        for item in request.query.items {
            guard let name = overrides[item.name], let value = item.value else { continue }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw .invalidArgument(
                    "Header value cannot be represented using ISO-8859-1.", name: item.name, value: value)
            }
            headers.replaceOrAdd(name: name, value: value)
        }
    }
}

extension ServiceError {
    static func invalidPartNumber(_ text: String) -> ServiceError {
        .invalidArgument(
            "Part number must be an integer between 1 and 10000, inclusive", name: "partNumber", value: text)
    }
}
