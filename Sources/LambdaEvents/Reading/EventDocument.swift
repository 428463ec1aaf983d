import Digests
import JSONValue

/// An event's JSON, read once, with a large body left where it lies.
///
/// The body of an upload is megabytes of base64 in a JSON string. Made into a `String` first, it would be checked and
/// copied twice before it is decoded; here it is decoded straight from the event's bytes.
struct EventDocument {
    /// The event; a body that was left out is `null` here.
    let value: JSONValue
    private let bytes: [UInt8]
    private let largeBody: Range<Int>?

    /// From this size on, leaving the body out is worth a search for it.
    static let largeFrom = 2048

    /// - Throws: `JSONSyntaxError`; its place is that in the event also where a body was left out.
    init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
        self.bytes = bytes
        largeBody = bytes.count < Self.largeFrom ? nil : BodySearch.stringBody(in: bytes)
        guard let range = largeBody else {
            value = try JSONValue(parsing: bytes)
            return
        }
        do {
            value = try JSONValue(parsing: bytes[..<range.lowerBound] + Array("null".utf8) + bytes[range.upperBound...])
        } catch {
            // Only to say where: the place is off by what was left out.
            value = try JSONValue(parsing: bytes)
        }
    }

    /// The body of an HTTP event; nil where it should be base64 and is not, or is no string.
    ///
    /// - Throws: `JSONSyntaxError` for a string that is broken inside.
    func body(isBase64: Bool) throws(JSONSyntaxError) -> [UInt8]? {
        guard let largeBody else {
            switch value["body"] {
            case .none, .null: return []
            case .string(let text): return isBase64 ? Base64.decode(text) : Array(text.utf8)
            default: return nil
            }
        }
        let digits = largeBody.dropFirst().dropLast()
        let hasEscapes = bytes.withUnsafeBufferPointer {
            ByteSearch(bytes: $0).first(UInt8(ascii: "\\"), in: digits) != nil
        }
        if isBase64, !hasEscapes {
            return bytes[digits].withUnsafeBufferPointer { Base64.decode($0) }
        }
        let text = try JSONValue(parsing: bytes[largeBody]).string ?? ""
        return isBase64 ? Base64.decode(text) : Array(text.utf8)
    }
}

extension EventDocument {
    /// A body that is an object or a list, as JSON; nil for a text.
    var structuredBody: [UInt8]? {
        guard let body = value["body"], body.object != nil || body.array != nil else { return nil }
        return body.encoded()
    }

    /// The event with its body, for handlers that take it as it came.
    func whole() throws(JSONSyntaxError) -> JSONValue {
        largeBody == nil ? value : try JSONValue(parsing: bytes)
    }
}
