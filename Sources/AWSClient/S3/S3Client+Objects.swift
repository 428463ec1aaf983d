import AWSSigning
import Digests
import URLEncoding

extension S3Client {
    /// Stores an object.
    ///
    /// - Parameters:
    ///   - headers: media type, metadata and so on.
    ///   - ifNoneMatch: `*` stores only where no object has this key.
    ///   - ifMatch: stores only over the object with this ETag.
    /// - Throws: ``AWSError`` with ``AWSError/Code/preconditionFailed`` when a condition does not hold, and
    ///   ``AWSError/Code/conditionalRequestConflict`` when another write came in between.
    @discardableResult
    public func putObject(
        bucket: String, key: String, body: S3Body, headers: S3ObjectHeaders = S3ObjectHeaders(),
        ifNoneMatch: String? = nil, ifMatch: String? = nil, options: CallOptions = .none
    ) async throws -> S3StoredObject {
        var fields = headers.fields
        if let ifNoneMatch { fields.append(("If-None-Match", ifNoneMatch)) }
        if let ifMatch { fields.append(("If-Match", ifMatch)) }
        // Storing the same bytes twice does no harm; but behind a condition, the second attempt would find the
        // first one's object and report a conflict that there was not.
        let isIdempotent = ifNoneMatch == nil && ifMatch == nil
        let request = try upload(
            bucket, key, query: [], headers: fields, body: body, isIdempotent: isIdempotent)
        let response = try await client.send(request, options: options)
        return S3StoredObject(
            eTag: response.head.headers["etag"], versionID: response.head.headers["x-amz-version-id"])
    }

    func upload(
        _ bucket: String, _ key: String, query: [(String, String?)], headers: [(name: String, value: String)],
        body: S3Body, isIdempotent: Bool
    ) throws -> ServiceRequest {
        var headers = headers
        switch body {
        case .bytes(let bytes):
            headers += [
                ("X-Amz-Sdk-Checksum-Algorithm", "CRC32"),
                ("X-Amz-Checksum-Crc32", CyclicRedundancyCheck.crc32Text(of: bytes)),
            ]
            return try request(
                "PUT", bucket, key, query: query, headers: headers, body: .bytes(bytes), isIdempotent: isIdempotent)
        case .stream(let upload):
            headers.append(("X-Amz-Sdk-Checksum-Algorithm", "CRC32"))
            return try request(
                "PUT", bucket, key, query: query, headers: headers, body: .stream(upload), isIdempotent: isIdempotent)
        }
    }

    /// Reads an object, or a part of it, into memory.
    ///
    /// - Parameters:
    ///   - range: the part to read.
    ///   - ifNoneMatch: the ETag of what the caller has already.
    ///   - limit: the most bytes to take.
    /// - Throws: ``AWSError`` with ``AWSError/Code/noSuchKey``, ``AWSError/Code/notModified`` or
    ///   ``AWSError/Code/invalidRange``; ``TransportError`` of kind ``TransportError/Kind/tooLarge(limit:)``.
    public func getObject(
        bucket: String, key: String, range: S3Range? = nil, ifNoneMatch: String? = nil, ifMatch: String? = nil,
        limit: Int = 64 << 20, options: CallOptions = .none
    ) async throws -> S3Object {
        var request = try get(bucket, key, range, ifNoneMatch, ifMatch)
        request.responseLimit = limit
        let response = try await client.send(request, options: options) {
            try ChecksumExpectation($0.head)?.check($0.body)
        }
        return S3Object(info: S3ObjectInfo(response.head), body: response.body)
    }

    /// Starts to read an object, or a part of it; its bytes come as the caller takes them.
    ///
    /// - Throws: ``AWSError`` as for reading into memory; reading the body throws ``TransportError``.
    public func streamObject(
        bucket: String, key: String, range: S3Range? = nil, ifNoneMatch: String? = nil, ifMatch: String? = nil,
        options: CallOptions = .none
    ) async throws -> S3ObjectStream {
        let request = try get(bucket, key, range, ifNoneMatch, ifMatch)
        var (head, body) = try await client.open(request, options: options)
        body.checksum = ChecksumExpectation(head)
        return S3ObjectStream(info: S3ObjectInfo(head), body: body)
    }

    private func get(
        _ bucket: String, _ key: String, _ range: S3Range?, _ ifNoneMatch: String?, _ ifMatch: String?
    ) throws -> ServiceRequest {
        var headers: [(name: String, value: String)] = [("X-Amz-Checksum-Mode", "ENABLED")]
        if let range { headers.append(("Range", range.headerValue)) }
        if let ifNoneMatch { headers.append(("If-None-Match", ifNoneMatch)) }
        if let ifMatch { headers.append(("If-Match", ifMatch)) }
        return try request("GET", bucket, key, headers: headers)
    }

    /// Asks what an object is like, without its bytes; nil when there is none.
    public func headObject(
        bucket: String, key: String, options: CallOptions = .none
    ) async throws -> S3ObjectInfo? {
        do {
            let response = try await client.send(try request("HEAD", bucket, key), options: options)
            return S3ObjectInfo(response.head)
        } catch AWSError.Code.notFound {
            return nil
        }
    }

    /// Deletes an object. That there is none is no error.
    public func deleteObject(bucket: String, key: String, options: CallOptions = .none) async throws {
        _ = try await client.send(try request("DELETE", bucket, key), options: options)
    }

    /// Deletes many objects, a thousand with each request.
    ///
    /// - Returns: the keys that could not be deleted, with the reasons.
    public func deleteObjects(
        bucket: String, keys: [String], options: CallOptions = .none
    ) async throws -> [S3DeleteFailure] {
        var failures: [S3DeleteFailure] = []
        for start in stride(from: 0, to: keys.count, by: 1000) {
            let objects = keys[start..<min(start + 1000, keys.count)]
                .map { "<Object><Key>\(XMLText.escape($0))</Key></Object>" }.joined()
            let body = Array(
                "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(objects)<Quiet>true</Quiet></Delete>".utf8)
            let headers = [
                (name: "Content-Type", value: "application/xml"),
                (name: "X-Amz-Sdk-Checksum-Algorithm", value: "CRC32"),
                (name: "X-Amz-Checksum-Crc32", value: CyclicRedundancyCheck.crc32Text(of: body)),
            ]
            let request = try request("POST", bucket, query: [("delete", nil)], headers: headers, body: .bytes(body))
            let response = try await client.send(request, options: options, check: Self.refuseErrorDocument)
            failures += try document(response).all("Error").map {
                S3DeleteFailure(
                    key: $0["Key"]?.text ?? "", code: AWSError.Code(rawValue: $0["Code"]?.text ?? ""),
                    message: $0["Message"]?.text ?? "")
            }
        }
        return failures
    }

    /// Copies an object within S3.
    ///
    /// - Parameter headers: what the copy has in place of the source's own headers and metadata; those unless given.
    @discardableResult
    public func copyObject(
        from source: (bucket: String, key: String), to target: (bucket: String, key: String),
        headers: S3ObjectHeaders? = nil, options: CallOptions = .none
    ) async throws -> S3StoredObject {
        let place = "\(source.bucket)/\(PercentEncoding.encode(source.key, keepingSlashes: true))"
        var fields = [(name: "X-Amz-Copy-Source", value: place)]
        if let headers { fields += [("X-Amz-Metadata-Directive", "REPLACE")] + headers.fields }
        let request = try request("PUT", target.bucket, target.key, headers: fields)
        let response = try await client.send(request, options: options, check: Self.refuseErrorDocument)
        return S3StoredObject(
            eTag: try document(response)["ETag"]?.text, versionID: response.head.headers["x-amz-version-id"])
    }

    /// A URL that reads an object without keys, for as long as it holds: at most a week.
    public func presignGet(bucket: String, key: String, lifetime: Duration) throws -> String {
        client.presign(try request("GET", bucket, key), lifetime: lifetime)
    }

    /// A URL that stores an object without keys, for as long as it holds: at most a week.
    ///
    /// - Parameter contentType: when given, the upload must state just this type.
    public func presignPut(
        bucket: String, key: String, contentType: String? = nil, lifetime: Duration
    ) throws -> String {
        let headers = contentType.map { [(name: "Content-Type", value: $0)] } ?? []
        return client.presign(try request("PUT", bucket, key, headers: headers), lifetime: lifetime)
    }
}

/// An object that could not be deleted.
public struct S3DeleteFailure: Sendable, Hashable {
    /// Which object.
    public var key: String
    /// Why not.
    public var code: AWSError.Code
    /// Why not, in the service's words.
    public var message: String
}
