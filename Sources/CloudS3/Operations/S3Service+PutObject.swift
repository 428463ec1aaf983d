import CloudCore
import NIOHTTP1

extension S3Service {
    /// `PUT /bucket/key`
    func putObject(_ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseUnsupportedHeaders()
        let payload = try PayloadDescription(of: request.http.headers)
        let headers = try ObjectHeaders(of: request.http.headers)
        let storageClass = try StorageClass.parse(request.header("x-amz-storage-class"))
        let tags = try request.header("x-amz-tagging").map { try TagSet(header: $0) }
        let conditions = try await writeConditions(request, in: bucket)

        let (digests, content) = try await receiveContent(request, payload, checksum: payload.checksum ?? .crc64nvme)
        let record = ObjectRecord(
            bucketID: bucket.id, key: request.key, size: digests.size, etag: digests.etag, modified: clock.now,
            storageClass: storageClass, checksum: digests.checksum, storedHeaders: headers.stored,
            storedTags: tags?.stored)
        let announcement = self.announcement(.createdByPut, request, bucket, size: record.size, etag: record.etag)
        try await storage.put(
            record, content: content, bucketName: bucket.name, conditions: conditions, announcement: announcement)
        deliver(announcement)

        var response = CloudResponse(status: 200, headers: ["ETag": record.quotedETag])
        headers.addEncryption(to: &response.headers)
        record.addChecksum(to: &response.headers)
        return response
    }

    /// The conditions of a write. They are looked at before the body is read, so that one which cannot succeed costs no
    /// transfer; what counts is the second look, in the transaction.
    func writeConditions(_ request: S3Request, in bucket: Bucket) async throws -> WriteConditions {
        let conditions = try WriteConditions(of: request.http.headers)
        if conditions.ifMatch != nil || conditions.requiresAbsence {
            try conditions.check(request.key, etag: storage.object(request.key, in: bucket.id)?.etag)
        }
        return conditions
    }
}

extension ObjectRecord {
    /// Adds the object's checksum to an answer.
    func addChecksum(to headers: inout HTTPHeaders) {
        guard let checksum else { return }
        headers.add(name: checksum.algorithm.headerName, value: checksum.value)
        headers.add(name: "x-amz-checksum-type", value: checksum.type.rawValue)
    }
}
