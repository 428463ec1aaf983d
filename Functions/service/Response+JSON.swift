import JSONValue
import LambdaEvents

extension Response {
    /// A JSON document. It is about one person: no cache between may keep it.
    static func document(_ value: JSONValue, status: Int = 200) -> Response {
        Response(
            status: status, headers: ["Content-Type": "application/json", "Cache-Control": "private, no-store"],
            body: value.encoded())
    }
}

extension JSONObject {
    /// Adds a text, if there is one.
    mutating func add(_ name: String, _ text: String?) {
        if let text { self[name] = .string(text) }
    }
}
