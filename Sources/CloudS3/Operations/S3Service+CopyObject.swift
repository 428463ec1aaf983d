import CloudCore
import NIOHTTP1

extension S3Service {
    /// `PUT /bucket/key` with `x-amz-copy-source`
    func copyObject(_ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseUnsupportedHeaders()
        let (source, object, reader) = try openCopySource(request)
        guard object.record.size <= CopySource.sizeLimit else {
            throw ServiceError.s3(
                .invalidRequest,
                "The specified copy source is larger than the maximum allowable size for a copy source: "
                    + "\(CopySource.sizeLimit)")
        }
        let replacesMetadata = try Self.isReplace(request, "x-amz-metadata-directive")
        let replacesTags = try Self.isReplace(request, "x-amz-tagging-directive")
        let given = try ObjectHeaders(of: request.http.headers)
        let conditions = try await writeConditions(request, in: bucket)
        if source.bucket == bucket.name, source.key == request.key, !replacesMetadata,
            request.header("x-amz-storage-class") == nil, given["x-amz-website-redirect-location"] == nil,
            given["x-amz-server-side-encryption"] == nil, request.header("x-amz-checksum-algorithm") == nil
        {
            throw ServiceError.s3(
                .invalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the "
                    + "object's metadata, storage class, website redirect location or encryption attributes.")
        }
        let headers = replacesMetadata ? given : object.record.headers.withoutRedirect().withEncryption(of: given)
        let algorithm = try Self.checksumAlgorithm(request)
        let tags =
            replacesTags
            ? try request.header("x-amz-tagging").map { try TagSet(header: $0) }?.stored
            : object.record.storedTags

        let (digests, content) = try await copyContent(object, reader, checksum: algorithm)
        let record = ObjectRecord(
            bucketID: bucket.id, key: request.key, size: object.record.size,
            etag: digests?.etag ?? object.record.etag, modified: clock.now,
            storageClass: try StorageClass.parse(request.header("x-amz-storage-class")),
            checksum: digests?.checksum ?? object.record.checksum, storedHeaders: headers.stored, storedTags: tags)
        let announcement = self.announcement(.createdByCopy, request, bucket, size: record.size, etag: record.etag)
        try await storage.put(
            record, content: content, bucketName: bucket.name, conditions: conditions, announcement: announcement)
        deliver(announcement)

        var fields = HTTPHeaders()
        headers.addEncryption(to: &fields)
        return document("CopyObjectResult", headers: fields) { writer in
            writer.element("LastModified", record.modified.listed)
            writer.element("ETag", record.quotedETag)
            if let checksum = record.checksum {
                writer.element("ChecksumType", checksum.type.rawValue)
                writer.element(checksum.algorithm.elementName, checksum.value)
            }
        }
    }

    /// A content of its own with the bytes of an object. What came in one piece is not read: its file gets a second name,
    /// and everything that was computed of it holds. The copy of an object of several parts is of one piece.
    ///
    /// - Returns: what was computed anew, where it was.
    private func copyContent(
        _ object: LocatedObject, _ reader: ContentReader, checksum: ChecksumAlgorithm?
    ) async throws -> (ContentDigests?, StoredContent) {
        let record = object.record
        if record.partCount == 0, checksum == nil || checksum == record.checksum?.algorithm {
            if let bytes = object.bytes { return (nil, .inline(bytes)) }
            if let name = record.content.file, let copy = try await storage.contents.link(name) {
                return (nil, .file(copy))
            }
        }
        let algorithm = checksum ?? record.checksum?.algorithm ?? .crc64nvme
        return try await storage.copy(reader, ByteRange(whole: record.size), checksum: algorithm)
    }

    private static func isReplace(_ request: S3Request, _ name: String) throws(ServiceError) -> Bool {
        switch request.header(name) {
        case nil, "COPY": return false
        case "REPLACE": return true
        case let other?:
            let kind = name.contains("metadata") ? "metadata" : "tagging"
            throw .invalidArgument("Unknown \(kind) directive.", name: name, value: other)
        }
    }

    /// The algorithm that a request asks the service to compute.
    ///
    /// - Throws: `InvalidRequest`.
    static func checksumAlgorithm(_ request: S3Request) throws(ServiceError) -> ChecksumAlgorithm? {
        guard let name = request.header("x-amz-checksum-algorithm") else { return nil }
        guard let algorithm = ChecksumAlgorithm(rawValue: name.uppercased()) else {
            throw .s3(
                .invalidRequest,
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                    + "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
        }
        return algorithm
    }
}
