import CloudCore
import NIOHTTP1

extension S3Service {
    private func partNumber(_ request: S3Request) throws(ServiceError) -> Int {
        let text = request.query["partNumber"] ?? ""
        guard let number = Int(text), MultipartUpload.partNumbers.contains(number) else {
            throw .invalidPartNumber(text)
        }
        return number
    }

    /// `PUT /bucket/key?partNumber=…&uploadId=…`
    func uploadPart(_ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseUnsupportedHeaders()
        let number = try partNumber(request)
        let upload = try upload(request, in: bucket)
        let payload = try PayloadDescription(of: request.http.headers)
        if upload.isChecksumExplicit, let given = payload.checksum, given != upload.checksumAlgorithm {
            throw ServiceError.s3(
                .invalidRequest,
                "Checksum Type mismatch occurred, expected checksum Type: \(upload.checksumAlgorithm.lowercaseName), "
                    + "actual checksum Type: \(given.lowercaseName)")
        }
        // Where the caller checks a part by something else than the upload keeps, both are computed: the second from
        // what was stored.
        let (digests, content) = try await receiveContent(
            request, payload, checksum: payload.checksum ?? upload.checksumAlgorithm)
        let kept = try await storedChecksum(digests, content, upload.checksumAlgorithm)
        let part = UploadedPart(
            number: number, size: digests.size, etag: digests.etag, modified: clock.now, checksum: kept,
            content: .none)
        try await storage.put(part, content: content, to: upload)
        var response = CloudResponse(status: 200, headers: ["ETag": "\"\(part.etag)\""])
        ObjectHeaders(stored: upload.storedHeaders).addEncryption(to: &response.headers)
        if let checksum = digests.checksum {
            response.headers.add(name: checksum.algorithm.headerName, value: checksum.value)
        }
        return response
    }

    /// The checksum that the upload keeps of a part.
    private func storedChecksum(
        _ digests: ContentDigests, _ content: StoredContent, _ algorithm: ChecksumAlgorithm
    ) async throws -> String? {
        if let checksum = digests.checksum, checksum.algorithm == algorithm { return checksum.value }
        var hasher = ContentHasher(checksum: algorithm)
        switch content {
        case .inline(let bytes): hasher.update(bytes)
        case .file(let name):
            do {
                let file = try OpenFile(path: storage.contents.path(of: name))
                var at = 0
                while at < digests.size {
                    let piece = try file.read(at: at, count: min(256 * 1024, digests.size - at))
                    guard !piece.isEmpty else { break }
                    piece.withUnsafeBytes { hasher.update($0) }
                    at += piece.count
                }
            } catch {
                storage.discard(content)
                throw error
            }
        }
        return hasher.finish().checksum?.value
    }

    /// `PUT /bucket/key?partNumber=…&uploadId=…` with `x-amz-copy-source`
    func uploadPartCopy(_ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseUnsupportedHeaders()
        let number = try partNumber(request)
        let upload = try upload(request, in: bucket)
        let (_, object, reader) = try openCopySource(request)
        let range = try Self.copyRange(request.header("x-amz-copy-source-range"), size: object.record.size)
        guard range.length <= CopySource.sizeLimit else {
            throw ServiceError.s3(
                .invalidRequest,
                "The specified copy source is larger than the maximum allowable size for a copy source: "
                    + "\(CopySource.sizeLimit)")
        }
        let (digests, content) = try await storage.copy(reader, range, checksum: upload.checksumAlgorithm)
        let part = UploadedPart(
            number: number, size: digests.size, etag: digests.etag, modified: clock.now,
            checksum: digests.checksum?.value, content: .none)
        try await storage.put(part, content: content, to: upload)
        var fields = HTTPHeaders()
        ObjectHeaders(stored: upload.storedHeaders).addEncryption(to: &fields)
        return document("CopyPartResult", headers: fields) { writer in
            writer.element("LastModified", part.modified.listed)
            writer.element("ETag", "\"\(part.etag)\"")
            if upload.isChecksumExplicit {
                writer.element(upload.checksumAlgorithm.elementName, ifPresent: part.checksum)
            }
        }
    }

    /// The stretch of the source that a part is copied from: both ends must be told and must exist.
    ///
    /// - Throws: `InvalidArgument`.
    static func copyRange(_ field: String?, size: Int) throws(ServiceError) -> ByteRange {
        guard let field else { return ByteRange(whole: size) }
        let invalid = ServiceError.invalidArgument(
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
                + "zero-based offsets of the first and last bytes to copy", name: "x-amz-copy-source-range",
            value: field)
        guard field.hasPrefix("bytes=") else { throw invalid }
        let ends = field.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, last >= first else { throw invalid }
        guard last < size else {
            throw .invalidArgument(
                "Range specified is not valid for source object of size: \(size)", name: "x-amz-copy-source-range",
                value: field)
        }
        return ByteRange(offset: first, length: last - first + 1)
    }

    /// `GET /bucket/key?uploadId=…`
    func listParts(_ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        let upload = try upload(request, in: bucket)
        let encode = try KeyEncoding(request)
        let limit = try request.number("max-parts", default: 1000, in: 0...1000)
        let marker = try request.number("part-number-marker", default: 0, in: 0...Int(Int32.max))
        let found = try storage.parts(ofUpload: upload.id, after: marker, limit: limit + 1)
        let page = found.prefix(limit)
        return document("ListPartsResult") { writer in
            writer.element("Bucket", bucket.name)
            writer.element("Key", encode(upload.key.text))
            writer.element("UploadId", upload.id)
            writeOwner("Initiator", to: &writer)
            writeOwner(to: &writer)
            writer.element("StorageClass", upload.storageClass)
            writer.element("PartNumberMarker", marker)
            writer.element("NextPartNumberMarker", page.last?.number ?? 0)
            writer.element("MaxParts", limit)
            encode.write(to: &writer)
            writer.element("IsTruncated", limit > 0 && found.count > limit)
            if upload.isChecksumExplicit {
                writer.element("ChecksumAlgorithm", upload.checksumAlgorithm.rawValue)
                writer.element("ChecksumType", upload.checksumType.rawValue)
            }
            for part in page {
                writer.element("Part") { writer in
                    writer.element("PartNumber", part.number)
                    writer.element("LastModified", part.modified.listed)
                    writer.element("ETag", "\"\(part.etag)\"")
                    writer.element("Size", part.size)
                    if upload.isChecksumExplicit {
                        writer.element(upload.checksumAlgorithm.elementName, ifPresent: part.checksum)
                    }
                }
            }
        }
    }
}
