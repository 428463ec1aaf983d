import CloudCore
import Digests
import JSONValue
import NIOCore
import NIOHTTP1

/// What a function answered, taken for an HTTP response. Nil where it cannot be: each product words that error itself.
struct FunctionAnswer {
    var status: Int
    var headers: HTTPHeaders
    var body: ByteBuffer

    /// Reads an answer of payload format 2.0: the explicit form where there is a `statusCode`, or any JSON at all, which
    /// then is the body of a 200.
    init?(format2 payload: ByteBuffer) {
        guard let value = try? JSONValue(parsing: payload.readableBytesView) else { return nil }
        guard case .object(let members) = value, let code = members["statusCode"] else {
            status = 200
            headers = ["Content-Type": "application/json"]
            body = value.string.map { ByteBuffer(string: $0) } ?? ByteBuffer(bytes: value.encoded())
            return
        }
        guard let status = Self.status(code), var headers = Self.headers(members["headers"]) else { return nil }
        if let cookies = members["cookies"], !cookies.isNull {
            guard let list = cookies.array else { return nil }
            for cookie in list {
                guard let text = cookie.string, Self.isFieldValue(text) else { return nil }
                headers.add(name: "Set-Cookie", value: text)
            }
        }
        guard let body = Self.body(members, decodes: true) else { return nil }
        if !headers.contains(name: "content-type") { headers.add(name: "Content-Type", value: "application/json") }
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Reads an answer of payload format 1.0.
    ///
    /// - Parameters:
    ///   - isStrict: as REST APIs are: no members but the five, and a status of 200 where there is none. HTTP APIs want
    ///     a `statusCode` and pass over what they do not know.
    ///   - decodes: whether a body in Base64 is to be turned into its bytes.
    init?(format1 payload: ByteBuffer, isStrict: Bool, decodes: Bool) {
        guard let value = try? JSONValue(parsing: payload.readableBytesView), case .object(let members) = value else {
            return nil
        }
        if isStrict, members.keys.contains(where: { !Self.members1.contains($0) }) { return nil }
        if members["statusCode"] == nil, !isStrict { return nil }
        guard let status = members["statusCode"].map(Self.status) ?? 200,
            let headers = Self.headers(members["headers"], members["multiValueHeaders"]),
            let body = Self.body(members, decodes: decodes)
        else { return nil }
        self.status = status
        self.headers = headers
        self.body = body
        if !headers.contains(name: "content-type") {
            self.headers.add(name: "Content-Type", value: isStrict ? "application/json" : "text/plain; charset=utf-8")
        }
    }

    private static let members1: Set<String> = [
        "statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded",
    ]

    /// A whole number, also as text.
    static func status(_ value: JSONValue) -> Int? {
        guard let code = value.int ?? value.string.flatMap({ Int($0) }), (100...599).contains(code) else { return nil }
        // An interim status cannot be the last word, and would leave the caller waiting for another.
        return code < 200 ? nil : code
    }

    /// Fields with one value each, and fields with several: these go first, and keep their case.
    static func headers(_ single: JSONValue?, _ multiple: JSONValue? = nil) -> HTTPHeaders? {
        var headers = HTTPHeaders()
        if let multiple, !multiple.isNull {
            guard let fields = multiple.object else { return nil }
            for (name, values) in fields {
                guard let values = values.array else { return nil }
                for value in values {
                    guard add(name, value, to: &headers) else { return nil }
                }
            }
        }
        guard let single, !single.isNull else { return headers }
        guard let fields = single.object else { return nil }
        for (name, value) in fields {
            if headers[name].contains(where: { $0 == text(value) }) { continue }
            let known = headers.first { $0.name.lowercased() == name.lowercased() }?.name
            guard add(known ?? name, value, to: &headers) else { return nil }
        }
        return headers
    }

    private static func add(_ name: String, _ value: JSONValue, to headers: inout HTTPHeaders) -> Bool {
        guard let text = text(value) else { return value.isNull }
        guard isFieldName(name), isFieldValue(text) else { return false }
        switch name.lowercased() {
        // The gateway frames the body itself.
        case "content-length", "transfer-encoding", "connection", "keep-alive", "trailer", "upgrade": break
        default: headers.add(name: name, value: text)
        }
        return true
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    private static func body(_ members: JSONObject, decodes: Bool) -> ByteBuffer? {
        guard let body = members["body"], !body.isNull else { return ByteBuffer() }
        guard let text = body.string else { return nil }
        let isBase64: Bool
        switch members["isBase64Encoded"] {
        case nil, .null: isBase64 = false
        case .bool(let flag): isBase64 = flag
        case .string(let text) where ["true", "false"].contains(text.lowercased()):
            isBase64 = text.lowercased() == "true"
        default: return nil
        }
        guard isBase64, decodes else { return ByteBuffer(string: text) }
        return Base64.decode(text).map { ByteBuffer(bytes: $0) }
    }

    /// A token (RFC 9110): anything else would end the field or the head.
    static func isFieldName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    static func isFieldValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
