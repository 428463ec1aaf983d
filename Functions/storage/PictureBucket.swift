import AWSClient
import LambdaRuntime
import Pictures

/// The bucket that holds the pictures' bytes.
///
/// Each object carries its picture's key as metadata: what is told of an object alone finds its row by it.
struct PictureBucket: Sendable {
    let s3: S3Client
    let name: String

    private static let keyField = "picture-key"

    func put(
        _ bytes: [UInt8], as object: ObjectName, of key: PictureKey, _ type: ImageType, _ options: CallOptions
    ) async throws {
        try await s3.putObject(
            bucket: name, key: object.text, body: .bytes(bytes), headers: Self.headers(type.mediaType, key),
            options: options)
    }

    /// A key may begin or end with a space, which no header field keeps.
    private static func headers(_ contentType: String?, _ key: PictureKey) -> S3ObjectHeaders {
        S3ObjectHeaders(contentType: contentType, metadata: [keyField: key.percentEncoded])
    }

    /// The bytes of an object, or some of them; nil where there is no such object.
    func get(
        _ object: ObjectName, _ range: Range<Int>? = nil, limit: Int, _ options: CallOptions
    ) async throws -> [UInt8]? {
        do {
            return try await s3.getObject(
                bucket: name, key: object.text, range: range.map { .bytes($0.lowerBound...($0.upperBound - 1)) },
                limit: limit, options: options
            ).body
        } catch AWSError.Code.noSuchKey {
            return nil
        }
    }

    /// What an object is like.
    struct Description: Sendable, Hashable {
        var byteCount: Int
        var contentType: String?
        /// The key of its picture; nil for what a client has sent straight to the bucket.
        var key: PictureKey?
    }

    /// What an object is like; nil where there is no such object.
    func description(of object: ObjectName, _ options: CallOptions) async throws -> Description? {
        try await s3.headObject(bucket: name, key: object.text, options: options).map { info in
            Description(
                byteCount: info.contentLength, contentType: info.headers.contentType,
                key: info.headers.metadata[Self.keyField].flatMap { PictureKey(percentEncoded: $0) })
        }
    }

    /// Makes an object of a picture from what a client has sent.
    func copy(
        _ source: ObjectName, to target: ObjectName, of key: PictureKey, contentType: String?, _ options: CallOptions
    ) async throws {
        try await s3.copyObject(
            from: (name, source.text), to: (name, target.text), headers: Self.headers(contentType, key),
            options: options)
    }

    /// Deletes an object that no row points to. That it fails is logged and no more: the sweeper finds what is left.
    func discard(_ object: ObjectName, _ context: Context) async {
        do {
            try await s3.deleteObject(
                bucket: name, key: object.text, options: context.calls(leaving: .milliseconds(200)))
        } catch {
            context.logger.warn(
                "an object without a row is left", ["object": .string(object.text), "reason": .string("\(error)")])
        }
    }

    /// Deletes objects that no row points to, many at once.
    func discard(_ objects: [ObjectName], _ context: Context) async {
        guard !objects.isEmpty else { return }
        do {
            let left = try await s3.deleteObjects(
                bucket: name, keys: objects.map(\.text), options: context.calls(leaving: .milliseconds(200)))
            for failure in left {
                context.logger.warn(
                    "an object without a row is left",
                    ["object": .string(failure.key), "reason": .string("\(failure.code): \(failure.message)")])
            }
        } catch {
            context.logger.warn(
                "objects without rows are left", ["count": .init(objects.count), "reason": .string("\(error)")])
        }
    }

    func addressToGet(_ object: ObjectName, lifetime: Duration) throws -> String {
        try s3.presignGet(bucket: name, key: object.text, lifetime: lifetime)
    }

    func addressToPut(_ object: ObjectName, lifetime: Duration) throws -> String {
        try s3.presignPut(bucket: name, key: object.text, lifetime: lifetime)
    }
}
