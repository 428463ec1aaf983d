import Digests

/// The MD5 digests by which callers check that a message arrived whole.
enum MessageChecksum {
    /// The digest of a body.
    static func of(_ body: String) -> String { Hex.encode(Digest.of(body.utf8, .md5)) }

    /// The digest of attributes; nil for none.
    ///
    /// Each attribute goes in, in the order of the names, as its name, type and value, each behind its length in four
    /// bytes, with one byte before the value that tells texts (1) from bytes (2). Source: "Calculating the MD5 message
    /// digest for message attributes", Amazon SQS Developer Guide.
    static func of(_ attributes: [MessageAttribute]) -> String? {
        guard !attributes.isEmpty else { return nil }
        var content: [UInt8] = []
        func append(_ bytes: some Collection<UInt8>) {
            let length = UInt32(truncatingIfNeeded: bytes.count)
            for shift in [24, 16, 8, 0] { content.append(UInt8(truncatingIfNeeded: length >> UInt32(shift))) }
            content.append(contentsOf: bytes)
        }
        for attribute in attributes {
            append(attribute.name.utf8)
            append(attribute.dataType.utf8)
            switch attribute.value {
            case .text(let text):
                content.append(1)
                append(text.utf8)
            case .bytes(let bytes):
                content.append(2)
                append(bytes)
            }
        }
        return Hex.encode(Digest.of(content, .md5))
    }
}
