import Digests
import JSONValue

/// What a function gave back, taken apart for comparison.
///
/// An HTTP answer (an object with `statusCode`) has its body undone: base64 decoded, JSON read, text and bytes as they are.
struct FunctionOutput {
    /// The output with its body undone; bytes that are no text stand as base64.
    let value: JSONValue
    /// The body of an HTTP answer, as bytes.
    let body: [UInt8]?

    init(_ payload: [UInt8]) {
        guard let value = try? JSONValue(parsing: payload) else {
            self.value = .string(String(decoding: payload, as: UTF8.self))
            body = nil
            return
        }
        guard var answer = value.object, answer.contains("statusCode"), let text = answer["body"]?.string else {
            self.value = value
            body = nil
            return
        }
        let bytes = answer["isBase64Encoded"] == true ? Base64.decode(text) ?? Array(text.utf8) : Array(text.utf8)
        body = bytes
        if Self.isJSON(answer), let json = try? JSONValue(parsing: bytes) {
            answer["body"] = json
        } else {
            answer["body"] = .string(String(validating: bytes, as: UTF8.self) ?? Base64.encode(bytes))
        }
        self.value = .object(answer)
    }

    private static func isJSON(_ answer: JSONObject) -> Bool {
        let headers = answer["headers"]?.object ?? [:]
        let type = headers.first { $0.key.lowercased() == "content-type" }?.value.string?.lowercased() ?? ""
        let essence = type.prefix { $0 != ";" }
        return essence == "application/json" || essence.hasSuffix("+json")
    }
}

extension JSONValue {
    /// The value that a JSON Pointer (RFC 6901) leads to.
    func value(at pointer: String) -> JSONValue? {
        var value = self
        for part in pointer.split(separator: Character("/"), omittingEmptySubsequences: false).dropFirst() {
            let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            let index = Int(name).flatMap { index in value[index] }
            guard let next = index ?? value[name] else { return nil }
            value = next
        }
        return value
    }
}
