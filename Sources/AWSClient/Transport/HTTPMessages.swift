/// Header fields in the order in which they came. Names match in any case.
public struct HTTPFields: Sendable, Sequence {
    private var fields: [(name: String, value: String)] = []

    init() {}

    init(_ fields: [(name: String, value: String)]) { self.fields = fields }

    mutating func append(name: String, value: String) { fields.append((name, value)) }

    /// The first value of a field.
    public subscript(name: String) -> String? {
        fields.first {
            $0.name.utf8.count == name.utf8.count
                && $0.name.utf8.elementsEqual(name.utf8) { $0.lowercasedASCII == $1.lowercasedASCII }
        }?.value
    }

    /// Goes through the fields in order.
    public func makeIterator() -> IndexingIterator<[(name: String, value: String)]> { fields.makeIterator() }
}

extension UInt8 {
    var lowercasedASCII: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}

/// A request as it goes onto the wire.
struct HTTPRequest: Sendable {
    var method: String
    var endpoint: Endpoint
    /// Percent-encoded, with a slash in front.
    var path: String
    /// Percent-encoded, without the question mark; empty for none.
    var query = ""
    /// `Host` among them.
    var headers: [(name: String, value: String)]
    var body: WireBody
    /// Whether the request may go out a second time when a kept connection turns out dead under it.
    var isRepeatable: Bool

    var url: String {
        "\(endpoint.isSecure ? "https" : "http")://\(endpoint.authority)\(path)\(query.isEmpty ? "" : "?\(query)")"
    }
}

/// The body of a request.
enum WireBody: Sendable {
    case none
    case bytes([UInt8])
    case upload(UploadQueue)
}

/// Status and headers of an answer.
struct HTTPHead: Sendable {
    var status: Int
    var headers: HTTPFields
}

/// A whole answer.
struct HTTPResponse: Sendable {
    var head: HTTPHead
    var body: [UInt8]
}
