import CloudCore
import NIOHTTP1

extension S3Service {
    /// `GET /bucket/key?attributes`
    func getObjectAttributes(_ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseOtherVersions()
        let wanted = Set(
            request.http.headers[canonicalForm: "x-amz-object-attributes"].map(String.init).filter { !$0.isEmpty })
        let known: Set<String> = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
        guard !wanted.isEmpty else {
            throw ServiceError.s3(.invalidRequest, "x-amz-object-attributes header must be specified")
        }
        if let other = wanted.subtracting(known).sorted().first {
            throw ServiceError.invalidArgument(
                "Invalid attribute name specified.", name: "x-amz-object-attributes", value: other)
        }
        let limit = min(1000, try Self.positive(request, "x-amz-max-parts") ?? 1000)
        let marker = try Self.positive(request, "x-amz-part-number-marker") ?? 0
        guard let object = try storage.locate(request.key, in: bucket.id) else {
            throw ServiceError.noSuchKey(request.key)
        }
        let record = object.record
        let headers: HTTPHeaders = ["Last-Modified": record.modified.httpDate]
        return document("GetObjectAttributesResponse", headers: headers) { writer in
            if wanted.contains("ETag") { writer.element("ETag", record.etag) }
            if wanted.contains("Checksum"), let checksum = record.checksum {
                writer.element("Checksum") { writer in
                    writer.element(checksum.algorithm.elementName, checksum.value)
                    writer.element("ChecksumType", checksum.type.rawValue)
                }
            }
            if wanted.contains("ObjectParts"), record.partCount > 0 {
                writer.element("ObjectParts") {
                    Self.write(object, from: marker, limit: limit, to: &$0)
                }
            }
            if wanted.contains("StorageClass") { writer.element("StorageClass", record.storageClass) }
            if wanted.contains("ObjectSize") { writer.element("ObjectSize", record.size) }
        }
    }

    private static func positive(_ request: S3Request, _ name: String) throws(ServiceError) -> Int? {
        guard let text = request.header(name) else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw .invalidArgument("Provided \(name) not an integer or within integer range", name: name, value: text)
        }
        return number
    }

    private static func write(
        _ object: LocatedObject, from marker: Int, limit: Int, to writer: inout XMLWriter
    ) {
        let rest = object.parts.filter { $0.number > marker }
        let page = rest.prefix(limit)
        writer.element("PartsCount", object.record.partCount)
        writer.element("PartNumberMarker", marker)
        writer.element("NextPartNumberMarker", page.last?.number ?? 0)
        writer.element("MaxParts", limit)
        writer.element("IsTruncated", rest.count > page.count)
        // Parts are told where their checksums are of use: where the object's was made of them.
        guard let checksum = object.record.checksum, checksum.type == .composite else { return }
        for part in page {
            writer.element("Part") { writer in
                writer.element("PartNumber", part.number)
                writer.element("Size", part.size)
                writer.element(checksum.algorithm.elementName, ifPresent: part.checksum)
            }
        }
    }
}
