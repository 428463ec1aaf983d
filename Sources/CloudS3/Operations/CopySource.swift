import CloudCore
import NIOCore

/// What a copy is made from: the header `x-amz-copy-source`.
struct CopySource: Equatable {
    /// The largest object that one request may copy: 5 GiB.
    static let sizeLimit = 5 * 1024 * 1024 * 1024

    var bucket: String
    var key: ObjectKey

    /// Reads the header: `/bucket/key` or `bucket/key`, encoded as in URLs, and a version behind a question mark.
    ///
    /// - Throws: `InvalidArgument`, `NoSuchVersion`.
    init(header: String) throws(ServiceError) {
        let bytes = Array(header.utf8)
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        var path = bytes[..<mark]
        if path.first == UInt8(ascii: "/") { path = path.dropFirst() }
        // The slash between the two may be encoded as well.
        let decoded = PercentEncoding.decodeBytes(path, plusIsSpace: true)
        guard let slash = decoded.firstIndex(of: UInt8(ascii: "/")), slash + 1 < decoded.count, slash > 0,
            let key = String(validating: decoded[(slash + 1)...], as: UTF8.self)
        else {
            throw .invalidArgument(
                "Copy Source must mention the source bucket and key: sourcebucket/sourcekey", name: "x-amz-copy-source",
                value: header)
        }
        bucket = String(decoding: decoded[..<slash], as: UTF8.self)
        self.key = ObjectKey(key)
        let query = QueryItems(parsing: String(decoding: bytes[mark...].dropFirst(), as: UTF8.self))
        if let version = query["versionId"], version != "null" {
            throw .s3(.noSuchVersion, members: ["Key": .string(key), "VersionId": .string(version)])
        }
    }
}

extension S3Service {
    /// The source of a copy, held while it is read, once its conditions hold.
    ///
    /// - Throws: `NoSuchBucket`, `NoSuchKey`, `PreconditionFailed`, `InvalidArgument`, `AccessDenied`.
    func openCopySource(
        _ request: S3Request
    ) throws -> (source: CopySource, object: LocatedObject, reader: ContentReader) {
        let source = try CopySource(header: request.header("x-amz-copy-source") ?? "")
        let bucket = try bucket(named: source.bucket)
        if let owner = request.header("x-amz-source-expected-bucket-owner"), owner != identity.accountID {
            throw ServiceError.s3(.accessDenied)
        }
        let conditions = ReadConditions(of: request.http.headers, prefix: "x-amz-copy-source-")
        for _ in 0..<16 {
            guard let object = try storage.locate(source.key, in: bucket.id) else {
                throw ServiceError.noSuchKey(source.key)
            }
            switch conditions.outcome(etag: object.record.etag, modified: object.record.modified) {
            case .failed(let condition):
                throw ServiceError.preconditionFailed("x-amz-copy-source-" + condition)
            case .notModified:
                throw ServiceError.preconditionFailed(
                    conditions.ifNoneMatch == nil
                        ? "x-amz-copy-source-If-Modified-Since" : "x-amz-copy-source-If-None-Match")
            case .holds: break
            }
            if let reader = ContentReader(object, storage: storage) { return (source, object, reader) }
        }
        throw ServiceError.s3(.internalError)
    }
}
