import AWSSigning
import URLEncoding

/// A part of an upload in parts, as the completion names it.
public struct S3UploadedPart: Sendable, Hashable {
    /// From 1 to 10,000.
    public var number: Int
    /// As the upload of the part gave it.
    public var eTag: String
    /// The part's CRC-32 in base64, if the service gave it.
    public var crc32: String?

    /// A part from what is known of it.
    public init(number: Int, eTag: String, crc32: String? = nil) {
        self.number = number
        self.eTag = eTag
        self.crc32 = crc32
    }
}

/// An upload in parts that was neither completed nor given up.
public struct S3MultipartUpload: Sendable, Hashable {
    /// The key of the object to be.
    public var key: String
    /// The upload's identifier.
    public var uploadID: String
    /// When it was started: `2013-05-24T00:00:00.000Z`.
    public var initiated: String
}

/// Behind which upload a page of a listing begins.
public struct S3MultipartMark: Sendable, Hashable {
    /// The upload's key.
    public var key: String
    /// The upload's identifier.
    public var uploadID: String

    /// A place in a listing.
    public init(key: String, uploadID: String) {
        self.key = key
        self.uploadID = uploadID
    }
}

/// A page of a listing of uploads in parts.
public struct S3MultipartPage: Sendable, Hashable {
    /// The uploads.
    public var uploads: [S3MultipartUpload]
    /// Behind which the next page begins; nil at the end.
    public var next: S3MultipartMark?
}

extension S3Client {
    /// Starts an upload in parts.
    ///
    /// - Returns: its identifier.
    public func createMultipartUpload(
        bucket: String, key: String, headers: S3ObjectHeaders = S3ObjectHeaders(), options: CallOptions = .none
    ) async throws -> String {
        let fields = headers.fields + [("X-Amz-Checksum-Algorithm", "CRC32")]
        // Trying again may leave an upload that nobody knows of, which the sweep of abandoned uploads takes away.
        let request = try request("POST", bucket, key, query: [("uploads", nil)], headers: fields)
        let response = try await client.send(request, options: options)
        guard let identifier = try document(response)["UploadId"]?.text, !identifier.isEmpty else {
            throw TransportError(
                kind: .incompleteAnswer, message: "S3: the answer names no upload", mayHaveBeenExecuted: true)
        }
        return identifier
    }

    /// Uploads a part: at least 5 MiB, but for the last.
    public func uploadPart(
        bucket: String, key: String, uploadID: String, number: Int, body: S3Body, options: CallOptions = .none
    ) async throws -> S3UploadedPart {
        let request = try upload(
            bucket, key, query: [("partNumber", String(number)), ("uploadId", uploadID)], headers: [], body: body,
            isIdempotent: true)
        let fields = try await client.send(request, options: options).head.headers
        guard let eTag = fields["etag"] else {
            throw TransportError(
                kind: .incompleteAnswer, message: "S3: the answer has no ETag", mayHaveBeenExecuted: true)
        }
        return S3UploadedPart(number: number, eTag: eTag, crc32: fields["x-amz-checksum-crc32"])
    }

    /// Makes the object of its parts.
    @discardableResult
    public func completeMultipartUpload(
        bucket: String, key: String, uploadID: String, parts: [S3UploadedPart], options: CallOptions = .none
    ) async throws -> S3StoredObject {
        let list = parts.sorted { $0.number < $1.number }.map { part in
            "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(XMLText.escape(part.eTag))</ETag>"
                + (part.crc32.map { "<ChecksumCRC32>\(XMLText.escape($0))</ChecksumCRC32>" } ?? "") + "</Part>"
        }
        let body =
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list.joined())"
            + "</CompleteMultipartUpload>"
        let request = try request(
            "POST", bucket, key, query: [("uploadId", uploadID)], headers: [("Content-Type", "application/xml")],
            body: .bytes(Array(body.utf8)))
        let response = try await client.send(request, options: options, check: Self.refuseErrorDocument)
        return S3StoredObject(
            eTag: try document(response)["ETag"]?.text, versionID: response.head.headers["x-amz-version-id"])
    }

    /// Gives up an upload in parts; its parts go.
    public func abortMultipartUpload(
        bucket: String, key: String, uploadID: String, options: CallOptions = .none
    ) async throws {
        let request = try request("DELETE", bucket, key, query: [("uploadId", uploadID)])
        _ = try await client.send(request, options: options)
    }

    /// The uploads in parts that are under way in a bucket, page after page as they are asked for.
    public func multipartUploads(
        bucket: String, prefix: String? = nil, options: CallOptions = .none
    ) -> Paged<S3MultipartUpload> {
        Paged { mark in
            let page = try await listMultipartUploads(
                bucket: bucket, prefix: prefix, behind: mark as? S3MultipartMark, options: options)
            return (page.uploads, page.next)
        }
    }

    /// A page of the uploads in parts that are under way in a bucket, by key and then by their start.
    ///
    /// - Parameters:
    ///   - prefix: what all keys start with.
    ///   - mark: where the page before ended.
    ///   - maximumUploads: at most 1,000.
    public func listMultipartUploads(
        bucket: String, prefix: String? = nil, behind mark: S3MultipartMark? = nil, maximumUploads: Int? = nil,
        options: CallOptions = .none
    ) async throws -> S3MultipartPage {
        // Keys may hold what XML cannot: they come percent-encoded.
        var query: [(String, String?)] = [("uploads", nil), ("encoding-type", "url")]
        if let prefix { query.append(("prefix", prefix)) }
        if let mark { query += [("key-marker", mark.key), ("upload-id-marker", mark.uploadID)] }
        if let maximumUploads { query.append(("max-uploads", String(maximumUploads))) }
        let root = try document(try await client.send(try request("GET", bucket, query: query), options: options))
        let isEncoded = root["EncodingType"]?.text == "url"
        func decode(_ text: String?) -> String {
            isEncoded ? PercentEncoding.decode(text ?? "", plusIsSpace: true) : text ?? ""
        }
        let uploads = root.all("Upload").map {
            S3MultipartUpload(
                key: decode($0["Key"]?.text), uploadID: $0["UploadId"]?.text ?? "",
                initiated: $0["Initiated"]?.text ?? "")
        }
        let next = S3MultipartMark(
            key: decode(root["NextKeyMarker"]?.text), uploadID: root["NextUploadIdMarker"]?.text ?? "")
        return S3MultipartPage(uploads: uploads, next: root["IsTruncated"]?.text == "true" ? next : nil)
    }
}
