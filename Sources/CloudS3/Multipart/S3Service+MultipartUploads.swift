import CloudCore
import Digests
import NIOHTTP1

extension S3Service {
    /// `POST /bucket/key?uploads`
    func createMultipartUpload(_ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseUnsupportedHeaders()
        let headers = try ObjectHeaders(of: request.http.headers)
        let explicit = try Self.checksumAlgorithm(request)
        let algorithm = explicit ?? .crc64nvme
        var type = algorithm.defaultMultipartType
        if let name = request.header("x-amz-checksum-type") {
            guard let chosen = ChecksumType(rawValue: name.uppercased()) else {
                throw ServiceError.invalidArgument(
                    "Value for x-amz-checksum-type header is invalid.", name: "x-amz-checksum-type", value: name)
            }
            guard explicit != nil else {
                throw ServiceError.s3(
                    .invalidRequest,
                    "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm "
                        + "header.")
            }
            guard algorithm.permits(chosen) else {
                throw ServiceError.s3(
                    .invalidRequest,
                    "The \(chosen.rawValue) checksum type cannot be used with the \(algorithm.lowercaseName) checksum "
                        + "algorithm.")
            }
            type = chosen
        }
        let upload = MultipartUpload(
            bucketID: bucket.id, key: request.key, id: Base64.encode(identifiers.bytes(48), .url),
            initiated: clock.now, storageClass: try StorageClass.parse(request.header("x-amz-storage-class")),
            checksumAlgorithm: algorithm, checksumType: type, isChecksumExplicit: explicit != nil,
            storedHeaders: headers.stored,
            storedTags: try request.header("x-amz-tagging").map { try TagSet(header: $0) }?.stored)
        try await storage.create(upload, bucketName: bucket.name)
        var fields = HTTPHeaders()
        headers.addEncryption(to: &fields)
        if upload.isChecksumExplicit {
            fields.add(name: "x-amz-checksum-algorithm", value: algorithm.rawValue)
            fields.add(name: "x-amz-checksum-type", value: type.rawValue)
        }
        return document("InitiateMultipartUploadResult", headers: fields) { writer in
            writer.element("Bucket", bucket.name)
            writer.element("Key", request.key.text)
            writer.element("UploadId", upload.id)
        }
    }

    /// The upload that a request is about.
    func upload(_ request: S3Request, in bucket: Bucket) throws -> MultipartUpload {
        try storage.upload(request.query["uploadId"] ?? "", of: request.key, in: bucket.id)
    }

    /// `POST /bucket/key?uploadId=…`
    func completeMultipartUpload(_ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        let conditions = try WriteConditions(of: request.http.headers)
        if let record = try completed(request, in: bucket) { return completionResult(record, request, bucket) }
        let upload = try upload(request, in: bucket)
        // The checksum that comes in a header is that of the object, not of this body.
        var bodyRequest = request
        for algorithm in ChecksumAlgorithm.allCases { bodyRequest.http.headers.remove(name: algorithm.headerName) }
        let body = try await receiveDocument(bodyRequest, limit: 8 * 1024 * 1024)
        let listed = try MultipartCompletion.listedParts(body, upload.checksumAlgorithm)
        let expected = request.header(upload.checksumAlgorithm.headerName)
        let size = try request.header("x-amz-mp-object-size").map { text in
            guard let size = Int(text), size >= 0 else {
                throw ServiceError.s3(.invalidRequest, "Value for x-amz-mp-object-size header is invalid.")
            }
            return size
        }
        let (record, announcement) = try await storage.complete(
            upload, listed, modified: clock.now, conditions: conditions,
            check: { completion in
                if let size, size != completion.size {
                    throw ServiceError.s3(
                        .invalidRequest,
                        "The provided 'x-amz-mp-object-size' header value \(size) does not match what was computed: "
                            + "\(completion.size)")
                }
                if let expected, let computed = completion.checksum?.value, !Self.isSame(expected, computed) {
                    throw ServiceError.badChecksum(upload.checksumAlgorithm)
                }
            },
            announcement: { record in
                self.announcement(.createdByMultipartUpload, request, bucket, size: record.size, etag: record.etag)
            })
        deliver(announcement)
        return completionResult(record, request, bucket)
    }

    /// The object that this upload has become already: the caller did not hear so, and asks again.
    private func completed(_ request: S3Request, in bucket: Bucket) throws -> ObjectRecord? {
        try storage.object(completedBy: request.query["uploadId"] ?? "", request.key, in: bucket)
    }

    private func completionResult(_ record: ObjectRecord, _ request: S3Request, _ bucket: Bucket) -> CloudResponse {
        var fields = HTTPHeaders()
        record.headers.addEncryption(to: &fields)
        return document("CompleteMultipartUploadResult", headers: fields) { writer in
            let host = request.header("host") ?? "s3.amazonaws.com"
            writer.element("Location", "http://\(host)\(request.http.path)")
            writer.element("Bucket", bucket.name)
            writer.element("Key", request.key.text)
            writer.element("ETag", record.quotedETag)
            if let checksum = record.checksum {
                writer.element(checksum.algorithm.elementName, checksum.value)
                writer.element("ChecksumType", checksum.type.rawValue)
            }
        }
    }

    /// Compares checksums; a composite one may come without the number of parts.
    private static func isSame(_ given: String, _ computed: String) -> Bool {
        given == computed || given == computed.prefix { $0 != "-" }
    }

    /// `DELETE /bucket/key?uploadId=…`
    func abortMultipartUpload(_ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        try await storage.abort(request.query["uploadId"] ?? "", of: request.key, in: bucket.id)
        return CloudResponse(status: 204)
    }
}
