import CloudCore

extension S3Service {
    /// Keys and common prefixes that one answer may have.
    static let listingLimit = 1000

    /// How an answer writes keys: as they are, or encoded as in URLs where the caller cannot read all characters.
    struct KeyEncoding {
        var isURL: Bool

        init(_ request: S3Request) throws(ServiceError) {
            switch request.query["encoding-type"] {
            case nil, "": isURL = false
            case "url": isURL = true
            case let other?:
                throw .invalidArgument(
                    "Invalid Encoding Method specified in Request", name: "encoding-type", value: other)
            }
        }

        func callAsFunction(_ text: String) -> String {
            isURL ? PercentEncoding.encode(text, keeping: "/") : text
        }

        func write(to writer: inout XMLWriter) {
            if isURL { writer.element("EncodingType", "url") }
        }
    }

    func listingQuery(_ request: S3Request) throws(ServiceError) -> ListingQuery {
        ListingQuery(
            prefix: Array((request.query["prefix"] ?? "").utf8),
            delimiter: Array((request.query["delimiter"] ?? "").utf8),
            limit: try request.number("max-keys", default: Self.listingLimit, in: 0...Self.listingLimit))
    }

    /// `GET /bucket`
    func listObjects(_ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        let encode = try KeyEncoding(request)
        var query = try listingQuery(request)
        let marker = request.query["marker"] ?? ""
        if !marker.isEmpty { query.resume(afterMarker: Array(marker.utf8)) }
        let page = try storage.list(query, in: bucket.id)
        return document("ListBucketResult") { writer in
            writer.element("Name", bucket.name)
            writer.element("Prefix", encode(request.query["prefix"] ?? ""))
            writer.element("Marker", encode(marker))
            if page.isTruncated, !query.delimiter.isEmpty, let last = page.entries.last {
                writer.element("NextMarker", encode(last.text.text))
            }
            writer.element("MaxKeys", query.limit)
            writeDelimiter(request, encode, to: &writer)
            encode.write(to: &writer)
            writer.element("IsTruncated", page.isTruncated)
            write(page, encode, withOwner: true, to: &writer)
        }
    }

    /// `GET /bucket?list-type=2`
    func listObjectsV2(_ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        let encode = try KeyEncoding(request)
        var query = try listingQuery(request)
        let startAfter = request.query["start-after"]
        let token = request.query["continuation-token"]
        if let token {
            let place = try ContinuationToken(parsing: token)
            switch place.kind {
            case .key: query.resume(after: place.name.bytes)
            case .commonPrefix: query.resume(behind: place.name.bytes)
            }
        } else if let startAfter, !startAfter.isEmpty {
            query.resume(after: Array(startAfter.utf8))
        }
        let page = try storage.list(query, in: bucket.id)
        return document("ListBucketResult") { writer in
            writer.element("Name", bucket.name)
            writer.element("Prefix", encode(request.query["prefix"] ?? ""))
            writer.element("ContinuationToken", ifPresent: token)
            if page.isTruncated, let last = page.entries.last {
                writer.element("NextContinuationToken", ContinuationToken(after: last).text)
            }
            writer.element("StartAfter", ifPresent: startAfter.map { encode($0) })
            writer.element("KeyCount", page.entries.count)
            writer.element("MaxKeys", query.limit)
            writeDelimiter(request, encode, to: &writer)
            encode.write(to: &writer)
            writer.element("IsTruncated", page.isTruncated)
            write(page, encode, withOwner: request.query["fetch-owner"] == "true", to: &writer)
        }
    }

    func writeDelimiter(_ request: S3Request, _ encode: KeyEncoding, to writer: inout XMLWriter) {
        if let delimiter = request.query["delimiter"], !delimiter.isEmpty {
            writer.element("Delimiter", encode(delimiter))
        }
    }

    private func write(_ page: ListingPage, _ encode: KeyEncoding, withOwner: Bool, to writer: inout XMLWriter) {
        for case .object(let object) in page.entries {
            writer.element("Contents") { writer in
                writer.element("Key", encode(object.key.text))
                write(object, withOwner: withOwner, to: &writer)
            }
        }
        writeCommonPrefixes(of: page, encode, to: &writer)
    }

    /// Everything of an object but its key.
    func write(_ object: ListingPage.Summary, withOwner: Bool, to writer: inout XMLWriter) {
        writer.element("LastModified", object.modified.listed)
        writer.element("ETag", "\"\(object.etag)\"")
        writer.element("ChecksumAlgorithm", ifPresent: object.checksumAlgorithm)
        writer.element("ChecksumType", ifPresent: object.checksumType)
        writer.element("Size", object.size)
        if withOwner { writeOwner(to: &writer) }
        writer.element("StorageClass", object.storageClass)
    }

    func writeCommonPrefixes(of page: ListingPage, _ encode: KeyEncoding, to writer: inout XMLWriter) {
        for case .commonPrefix(let prefix) in page.entries {
            writer.element("CommonPrefixes") { $0.element("Prefix", encode(prefix.text)) }
        }
    }
}
