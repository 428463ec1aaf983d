import AWSSigning
import URLEncoding

/// An object in a listing.
public struct S3ListedObject: Sendable, Hashable {
    /// Its key.
    public var key: String
    /// Its length in bytes.
    public var size: Int
    /// Changes with the contents; in double quotes.
    public var eTag: String
    /// When it was stored: `2013-05-24T00:00:00.000Z`.
    public var lastModified: String
}

/// A page of a listing.
public struct S3ListPage: Sendable, Hashable {
    /// The objects, by key in the order of their bytes.
    public var objects: [S3ListedObject]
    /// What stands between the prefix and the delimiter, where one was given.
    public var commonPrefixes: [String]
    /// Where the next page starts; nil at the end.
    public var continuationToken: String?
}

extension S3Client {
    /// A page of the objects in a bucket.
    ///
    /// - Parameters:
    ///   - prefix: what all keys start with.
    ///   - delimiter: groups keys that are alike up to it.
    ///   - startAfter: a key to start behind.
    ///   - continuationToken: from the page before.
    ///   - maximumKeys: at most 1,000.
    public func listObjects(
        bucket: String, prefix: String? = nil, delimiter: String? = nil, startAfter: String? = nil,
        continuationToken: String? = nil, maximumKeys: Int? = nil, options: CallOptions = .none
    ) async throws -> S3ListPage {
        // Keys may hold what XML cannot: they come percent-encoded.
        var query: [(String, String?)] = [("list-type", "2"), ("encoding-type", "url")]
        if let prefix { query.append(("prefix", prefix)) }
        if let delimiter { query.append(("delimiter", delimiter)) }
        if let startAfter { query.append(("start-after", startAfter)) }
        if let continuationToken { query.append(("continuation-token", continuationToken)) }
        if let maximumKeys { query.append(("max-keys", String(maximumKeys))) }
        let root = try document(try await client.send(try request("GET", bucket, query: query), options: options))
        let isEncoded = root["EncodingType"]?.text == "url"
        func decode(_ text: String?) -> String {
            isEncoded ? PercentEncoding.decode(text ?? "", plusIsSpace: true) : text ?? ""
        }
        let next = root["NextContinuationToken"]?.text
        return S3ListPage(
            objects: root.all("Contents").map {
                S3ListedObject(
                    key: decode($0["Key"]?.text), size: $0["Size"].flatMap { Int($0.text) } ?? 0,
                    eTag: $0["ETag"]?.text ?? "", lastModified: $0["LastModified"]?.text ?? "")
            },
            commonPrefixes: root.all("CommonPrefixes").map { decode($0["Prefix"]?.text) },
            continuationToken: root["IsTruncated"]?.text == "true" && next?.isEmpty == false ? next : nil)
    }

    /// All objects of a bucket, page after page as they are asked for.
    public func objects(
        bucket: String, prefix: String? = nil, options: CallOptions = .none
    ) -> Paged<S3ListedObject> {
        Paged { token in
            let page = try await listObjects(
                bucket: bucket, prefix: prefix, continuationToken: token as? String, options: options)
            return (page.objects, page.continuationToken)
        }
    }
}
