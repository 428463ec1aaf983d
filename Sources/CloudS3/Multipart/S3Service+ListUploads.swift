import CloudCore

extension S3Service {
    /// `GET /bucket?uploads`
    func listMultipartUploads(_ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        let encode = try KeyEncoding(request)
        let limit = try request.number("max-uploads", default: 1000, in: 0...1000)
        let query = ListingQuery(
            prefix: Array((request.query["prefix"] ?? "").utf8),
            delimiter: Array((request.query["delimiter"] ?? "").utf8), limit: limit)
        let keyMarker = request.query["key-marker"] ?? ""
        // Without a key, the identifier means nothing; with a key alone, all uploads of that key have been told.
        let idMarker = keyMarker.isEmpty ? "" : request.query["upload-id-marker"] ?? ""
        var uploads: [MultipartUpload] = []
        var prefixes: [[UInt8]] = []
        var isTruncated = false
        var next: (key: String, id: String) = ("", "")
        let markerBytes = Array(keyMarker.utf8)
        let start = keyMarker.isEmpty || !idMarker.isEmpty ? markerBytes : markerBytes + [0]
        let toldPrefix = query.commonPrefix(of: markerBytes) == markerBytes ? markerBytes : nil
        if limit > 0 {
            try storage.uploads(in: bucket.id, prefix: query.prefix, from: start, id: idMarker) { upload in
                if let common = query.commonPrefix(of: upload.key.bytes) {
                    if common == prefixes.last || common == toldPrefix { return true }
                    guard uploads.count + prefixes.count < limit else {
                        isTruncated = true
                        return false
                    }
                    prefixes.append(common)
                    next = (ObjectKey(bytes: common).text, "")
                } else {
                    guard uploads.count + prefixes.count < limit else {
                        isTruncated = true
                        return false
                    }
                    uploads.append(upload)
                    next = (upload.key.text, upload.id)
                }
                return true
            }
        }
        return document("ListMultipartUploadsResult") { writer in
            writer.element("Bucket", bucket.name)
            writer.element("KeyMarker", encode(keyMarker))
            writer.element("UploadIdMarker", idMarker)
            if isTruncated {
                writer.element("NextKeyMarker", encode(next.key))
                writer.element("NextUploadIdMarker", next.id)
            }
            writer.element("Prefix", encode(request.query["prefix"] ?? ""))
            writeDelimiter(request, encode, to: &writer)
            writer.element("MaxUploads", limit)
            encode.write(to: &writer)
            writer.element("IsTruncated", isTruncated)
            for upload in uploads { write(upload, encode, to: &writer) }
            for prefix in prefixes {
                writer.element("CommonPrefixes") { $0.element("Prefix", encode(ObjectKey(bytes: prefix).text)) }
            }
        }
    }

    private func write(_ upload: MultipartUpload, _ encode: KeyEncoding, to writer: inout XMLWriter) {
        writer.element("Upload") { writer in
            writer.element("Key", encode(upload.key.text))
            writer.element("UploadId", upload.id)
            writeOwner("Initiator", to: &writer)
            writeOwner(to: &writer)
            writer.element("StorageClass", upload.storageClass)
            writer.element("Initiated", upload.initiated.listed)
            if upload.isChecksumExplicit {
                writer.element("ChecksumAlgorithm", upload.checksumAlgorithm.rawValue)
                writer.element("ChecksumType", upload.checksumType.rawValue)
            }
        }
    }
}
