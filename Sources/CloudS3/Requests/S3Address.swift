import CloudCore

/// Which bucket and which key a request is for.
///
/// Both of S3's styles are read: the bucket as the first segment of the path (`localhost:4566/bucket/key`) and as the
/// first label of the host (`bucket.s3.localhost:4566/key`, `bucket.localhost:4566/key`,
/// `bucket.s3.eu-west-1.amazonaws.com/key`).
struct S3Address: Equatable {
    /// Empty where the request is for the service.
    var bucket: String
    /// Empty where the request is for a bucket.
    var key: ObjectKey

    /// Reads the host and the path of a request.
    ///
    /// - Parameter endpointHosts: host names, lower-case, below which buckets have names of their own.
    /// - Throws: `InvalidURI` for what is no UTF-8, `KeyTooLongError`.
    init(host: String?, path: String, endpointHosts: [String]) throws(ServiceError) {
        let path = path.utf8.dropFirst()
        let encodedKey: Substring.UTF8View
        if let bucket = host.flatMap({ Self.bucket(inHost: $0, endpointHosts: endpointHosts) }) {
            self.bucket = bucket
            encodedKey = Substring(path).utf8
        } else {
            let slash = path.firstIndex(of: UInt8(ascii: "/"))
            bucket = PercentEncoding.decode(path[..<(slash ?? path.endIndex)])
            encodedKey = slash.map { Substring(path[path.index(after: $0)...]).utf8 } ?? Substring().utf8
        }
        guard let key = ObjectKey(encodedPath: encodedKey) else { throw .s3(.invalidURI) }
        guard key.text.utf8.count <= ObjectKey.lengthLimit else {
            throw .s3(
                .keyTooLong,
                members: [
                    "Size": .string(String(key.text.utf8.count)), "MaxSizeAllowed": .string("\(ObjectKey.lengthLimit)"),
                ])
        }
        self.key = key
    }

    /// The bucket in a `Host` field; nil where it names none.
    static func bucket(inHost host: String, endpointHosts: [String]) -> String? {
        var host = host[...]
        if host.hasPrefix("[") { return nil }
        if let colon = host.lastIndex(of: ":") { host = host[..<colon] }
        if host.hasSuffix(".") { host = host.dropLast() }
        guard host.utf8.contains(UInt8(ascii: ".")) else { return nil }
        let name = host.lowercased()
        if endpointHosts.contains(name) { return nil }
        // The longest suffix first: of `b.s3.localhost` the bucket is `b`.
        for suffix in endpointHosts where name.hasSuffix("." + suffix) {
            return String(name.dropLast(suffix.utf8.count + 1))
        }
        return bucket(inAmazonHost: name)
    }

    /// `bucket.s3.amazonaws.com`, `bucket.s3.<region>.…`, `bucket.s3-<region>.…`, `bucket.s3.dualstack.<region>.…`.
    private static func bucket(inAmazonHost name: String) -> String? {
        let labels = name.split(separator: ".")
        let end: Int
        if labels.suffix(2) == ["amazonaws", "com"] {
            end = labels.count - 2
        } else if labels.suffix(3) == ["amazonaws", "com", "cn"] {
            end = labels.count - 3
        } else {
            return nil
        }
        // The service's label is at most three before the domain: s3.dualstack.<region>.
        for index in stride(from: end - 1, through: max(0, end - 3), by: -1) {
            let label = labels[index]
            guard label == "s3" || label.hasPrefix("s3-") else { continue }
            return index == 0 ? nil : labels[..<index].joined(separator: ".")
        }
        return nil
    }
}
