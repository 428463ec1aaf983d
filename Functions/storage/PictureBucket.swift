import AWSClient
import LambdaRuntime
import Pictures

/// The bucket that holds the pictures' bytes.
struct PictureBucket: Sendable {
    let s3: S3Client
    let name: String

    func put(_ bytes: [UInt8], as object: ObjectName, _ type: ImageType, _ options: CallOptions) async throws {
        try await s3.putObject(
            bucket: name, key: object.text, body: .bytes(bytes), headers: S3ObjectHeaders(contentType: type.mediaType),
            options: options)
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

    /// How many bytes an object has; nil where there is no such object.
    func size(_ object: ObjectName, _ options: CallOptions) async throws -> Int? {
        try await s3.headObject(bucket: name, key: object.text, options: options)?.contentLength
    }

    func copy(_ source: ObjectName, to target: ObjectName, _ options: CallOptions) async throws {
        try await s3.copyObject(from: (name, source.text), to: (name, target.text), options: options)
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
