import CloudCore

extension S3Service {
    /// `GET /bucket?versions`: in a bucket that never had versions, each object is its own only one.
    func listObjectVersions(_ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        let encode = try KeyEncoding(request)
        var query = try listingQuery(request)
        let marker = request.query["key-marker"] ?? ""
        if !marker.isEmpty { query.resume(afterMarker: Array(marker.utf8)) }
        let page = try storage.list(query, in: bucket.id)
        return document("ListVersionsResult") { writer in
            writer.element("Name", bucket.name)
            writer.element("Prefix", encode(request.query["prefix"] ?? ""))
            writer.element("KeyMarker", encode(marker))
            writer.element("VersionIdMarker", request.query["version-id-marker"] ?? "")
            if page.isTruncated, let last = page.entries.last {
                writer.element("NextKeyMarker", encode(last.text.text))
                if case .object = last { writer.element("NextVersionIdMarker", "null") }
            }
            writer.element("MaxKeys", query.limit)
            writeDelimiter(request, encode, to: &writer)
            encode.write(to: &writer)
            writer.element("IsTruncated", page.isTruncated)
            for case .object(let object) in page.entries {
                writer.element("Version") { writer in
                    writer.element("Key", encode(object.key.text))
                    writer.element("VersionId", "null")
                    writer.element("IsLatest", true)
                    write(object, withOwner: true, to: &writer)
                }
            }
            writeCommonPrefixes(of: page, encode, to: &writer)
        }
    }
}
