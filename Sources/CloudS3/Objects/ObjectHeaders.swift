import CloudCore
import NIOHTTP1

/// The header fields that are kept with an object and sent along with it: its metadata.
struct ObjectHeaders: Sendable, Equatable {
    struct Field: Sendable, Equatable {
        var name: String
        var value: String
    }

    /// Bytes of user metadata, names without their prefix and values together.
    static let metadataLimit = 2048
    static let metadataPrefix = "x-amz-meta-"

    /// The fields that are kept beside user metadata, as they are sent back.
    private static let kept = [
        "Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires",
        "x-amz-website-redirect-location", "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-bucket-key-enabled",
    ]

    private(set) var fields: [Field] = []

    /// The fields of a request that make an object.
    ///
    /// - Throws: `MetadataTooLarge`; what ``S3Request/refuseUnsupportedHeaders()`` does not let through is not looked at.
    init(of headers: HTTPHeaders) throws(ServiceError) {
        for name in Self.kept {
            guard var value = headers.first(name: name), !value.isEmpty else { continue }
            if name == "Content-Encoding" {
                // The framing of the upload is not a property of the object.
                value = headers[canonicalForm: name].filter { $0.lowercased() != "aws-chunked" }
                    .joined(separator: ",")
                if value.isEmpty { continue }
            }
            fields.append(Field(name: name, value: value))
        }
        var size = 0
        for (name, value) in headers where name.utf8.count > Self.metadataPrefix.utf8.count {
            let name = name.lowercased()
            guard name.hasPrefix(Self.metadataPrefix) else { continue }
            size += name.utf8.count - Self.metadataPrefix.utf8.count + value.utf8.count
            if let index = fields.firstIndex(where: { $0.name == name }) {
                fields[index].value += "," + value
            } else {
                fields.append(Field(name: name, value: value))
            }
        }
        guard size <= Self.metadataLimit else {
            throw .s3(
                .metadataTooLarge,
                members: ["Size": .string(String(size)), "MaxSizeAllowed": .string(String(Self.metadataLimit))])
        }
    }

    /// Fields as they are kept: a line each. Neither names nor values can hold a line end.
    init(stored: String) {
        fields = stored.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            return Field(
                name: String(decoding: line[..<colon], as: UTF8.self),
                value: String(decoding: line[line.index(after: colon)...], as: UTF8.self))
        }
    }

    var stored: String { fields.map { "\($0.name):\($0.value)\n" }.joined() }

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Adds the fields to an answer, with what every object has.
    func add(to headers: inout HTTPHeaders) {
        for field in fields { headers.add(name: field.name, value: field.value) }
        if self["Content-Type"] == nil { headers.add(name: "Content-Type", value: "binary/octet-stream") }
        addEncryption(to: &headers)
    }

    /// Adds what a write says of encryption: every object is encrypted, with S3's own keys where nothing else is said.
    func addEncryption(to headers: inout HTTPHeaders) {
        for field in fields where field.name.hasPrefix("x-amz-server-side-encryption") {
            headers.replaceOrAdd(name: field.name, value: field.value)
        }
        if self["x-amz-server-side-encryption"] == nil {
            headers.add(name: "x-amz-server-side-encryption", value: "AES256")
        }
    }

    /// Without the place that a website would redirect to, which copies do not take along.
    func withoutRedirect() -> ObjectHeaders {
        var copy = self
        copy.fields.removeAll { $0.name == "x-amz-website-redirect-location" }
        return copy
    }

    /// These fields with the encryption of others, which a copy is told anew.
    func withEncryption(of other: ObjectHeaders) -> ObjectHeaders {
        var copy = self
        let isEncryption = { (field: Field) in field.name.hasPrefix("x-amz-server-side-encryption") }
        copy.fields = copy.fields.filter { !isEncryption($0) } + other.fields.filter(isEncryption)
        return copy
    }
}
