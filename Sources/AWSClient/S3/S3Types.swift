/// The body of an object to store.
public enum S3Body: Sendable {
    /// Bytes that are at hand.
    case bytes([UInt8])
    /// Bytes that are produced while they are sent.
    case stream(StreamedUpload)
}

/// What is stored along with an object's bytes.
public struct S3ObjectHeaders: Sendable, Hashable {
    /// Its media type.
    public var contentType: String?
    /// How caches may keep it.
    public var cacheControl: String?
    /// How a browser should offer it for download.
    public var contentDisposition: String?
    /// The caller's own metadata; names without `x-amz-meta-`, which come back in lower case.
    public var metadata: [String: String]

    /// Headers; all may be left out.
    public init(
        contentType: String? = nil, cacheControl: String? = nil, contentDisposition: String? = nil,
        metadata: [String: String] = [:]
    ) {
        self.contentType = contentType
        self.cacheControl = cacheControl
        self.contentDisposition = contentDisposition
        self.metadata = metadata
    }

    var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if let contentType { fields.append(("Content-Type", contentType)) }
        if let cacheControl { fields.append(("Cache-Control", cacheControl)) }
        if let contentDisposition { fields.append(("Content-Disposition", contentDisposition)) }
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            fields.append(("X-Amz-Meta-\(name)", value))
        }
        return fields
    }

    init(_ fields: HTTPFields) {
        contentType = fields["content-type"]
        cacheControl = fields["cache-control"]
        contentDisposition = fields["content-disposition"]
        metadata = [:]
        for (name, value) in fields {
            let name = name.lowercased()
            if name.hasPrefix("x-amz-meta-") { metadata[String(name.dropFirst(11))] = value }
        }
    }
}

/// What S3 says of an object.
public struct S3ObjectInfo: Sendable, Hashable {
    /// The length of the object; of a part of it, the length of that part.
    public var contentLength: Int
    /// Changes with the contents; in double quotes.
    public var eTag: String?
    /// As it stands in the header: `Fri, 24 May 2013 00:00:00 GMT`.
    public var lastModified: String?
    /// Of a part of an object: `bytes 0-9/443`.
    public var contentRange: String?
    /// The version, in buckets that keep versions.
    public var versionID: String?
    /// What was stored along with it.
    public var headers: S3ObjectHeaders

    init(_ head: HTTPHead) {
        contentLength = head.headers["content-length"].flatMap { Int($0) } ?? 0
        eTag = head.headers["etag"]
        lastModified = head.headers["last-modified"]
        contentRange = head.headers["content-range"]
        versionID = head.headers["x-amz-version-id"]
        headers = S3ObjectHeaders(head.headers)
    }
}

/// An object that was read whole.
public struct S3Object: Sendable {
    /// What S3 says of it.
    public var info: S3ObjectInfo
    /// Its bytes.
    public var body: [UInt8]
}

/// An object that is read while it comes.
public struct S3ObjectStream: Sendable {
    /// What S3 says of it.
    public var info: S3ObjectInfo
    /// Its bytes; checked at their end against the checksum that came along.
    public var body: StreamedBody
}

/// An object that was stored.
public struct S3StoredObject: Sendable, Hashable {
    /// Changes with the contents; in double quotes.
    public var eTag: String?
    /// The version, in buckets that keep versions.
    public var versionID: String?
}

/// A part of an object to read, in bytes.
public enum S3Range: Sendable, Hashable {
    /// From a first byte to a last, both included; the first byte of an object is 0.
    case bytes(ClosedRange<Int>)
    /// From a byte to the end.
    case from(Int)
    /// The last bytes, so many.
    case last(Int)

    var headerValue: String {
        switch self {
        case .bytes(let range): "bytes=\(range.lowerBound)-\(range.upperBound)"
        case .from(let first): "bytes=\(first)-"
        case .last(let count): "bytes=-\(count)"
        }
    }
}
