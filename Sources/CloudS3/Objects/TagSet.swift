import CloudCore

/// The tags of an object or a bucket: names and values, in order, each name once.
struct TagSet: Sendable, Equatable {
    struct Tag: Sendable, Equatable {
        var key: String
        var value: String
    }

    /// How many tags an object may have.
    static let objectLimit = 10
    /// How many tags a bucket may have.
    static let bucketLimit = 50

    var tags: [Tag]

    var isEmpty: Bool { tags.isEmpty }
    var count: Int { tags.count }

    /// Tags that keep the rules.
    ///
    /// - Throws: `InvalidTag`, `BadRequest`.
    init(_ tags: [Tag], limit: Int) throws(ServiceError) {
        guard tags.count <= limit else {
            throw .s3(
                .badRequest,
                limit == Self.objectLimit
                    ? "Object tags cannot be greater than \(limit)" : "Bucket tag count cannot be greater than \(limit)"
            )
        }
        var seen: Set<[UInt8]> = []
        for tag in tags {
            guard (1...128).contains(tag.key.unicodeScalars.count), !tag.key.hasPrefix("aws:") else {
                throw .s3(.invalidTag, "The TagKey you have provided is invalid", ["TagKey": .string(tag.key)])
            }
            guard tag.value.unicodeScalars.count <= 256 else {
                throw .s3(.invalidTag, "The TagValue you have provided is invalid", ["TagValue": .string(tag.value)])
            }
            guard seen.insert(Array(tag.key.utf8)).inserted else {
                throw .s3(
                    .invalidTag, "Cannot provide multiple Tags with the same key", ["TagKey": .string(tag.key)])
            }
        }
        self.tags = tags
    }

    /// Tags as the header `x-amz-tagging` has them: `a=1&b=2`.
    init(header: String) throws(ServiceError) {
        try self.init(
            QueryItems(parsing: header).items.map { Tag(key: $0.name, value: $0.value ?? "") }, limit: Self.objectLimit)
    }

    /// Tags of a `Tagging` document.
    init(document: XMLElement, limit: Int) throws(ServiceError) {
        guard document.name == "Tagging", let set = document["TagSet"] else { throw .s3(.malformedXML) }
        var tags: [Tag] = []
        for tag in set.children {
            guard tag.name == "Tag", let key = tag.text(of: "Key"), let value = tag.text(of: "Value") else {
                throw .s3(.malformedXML)
            }
            tags.append(Tag(key: key, value: value))
        }
        try self.init(tags, limit: limit)
    }

    /// Tags as they are kept, in the form of the header.
    init(stored: String?) {
        tags = QueryItems(parsing: stored ?? "").items.map { Tag(key: $0.name, value: $0.value ?? "") }
    }

    /// The form in which tags are kept; nil for none.
    var stored: String? {
        guard !tags.isEmpty else { return nil }
        return tags.map { "\(PercentEncoding.encode($0.key))=\(PercentEncoding.encode($0.value))" }
            .joined(separator: "&")
    }

    /// The `Tagging` document.
    var document: [UInt8] {
        var writer = XMLWriter()
        writer.element("Tagging", namespace: S3Service.namespace) { writer in
            writer.element("TagSet") { writer in
                for tag in tags {
                    writer.element("Tag") { writer in
                        writer.element("Key", tag.key)
                        writer.element("Value", tag.value)
                    }
                }
            }
        }
        return writer.bytes
    }
}
