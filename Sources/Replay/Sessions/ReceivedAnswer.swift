import JSONValue

/// What came back over the wire in a replay.
public struct ReceivedAnswer: Sendable {
    /// The status.
    public var status: Int
    /// The header fields.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// An answer.
    public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// What stands at a place; nil where there is no such place, or nothing in it.
    func text(at place: AnswerPlace) -> String? {
        guard let text = text(at: place.pointer), !text.isEmpty else { return nil }
        guard let part = place.query else { return text }
        guard let mark = text.firstIndex(of: "?") else { return nil }
        let query = text[text.index(after: mark)...].prefix { $0 != "#" }
        switch part {
        case .whole: return String(query)
        case .parameter(let name):
            for parameter in query.split(separator: "&") {
                let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if pair.count == 2, RecordedText.Encoding.percentDecoded(pair[0], plusIsSpace: true) == name {
                    return RecordedText.Encoding.percentDecoded(pair[1], plusIsSpace: false)
                }
            }
            return nil
        }
    }

    private func text(at pointer: String) -> String? {
        // A cookie in a text of the answer, behind a `#`.
        if pointer.hasPrefix("/body"), let hash = pointer.lastIndex(of: "#") {
            return text(at: String(pointer[..<hash])).flatMap {
                Self.cookie(String(pointer[pointer.index(after: hash)...]), in: $0)
            }
        }
        if pointer.hasPrefix("/cookies/") {
            let name = String(pointer.dropFirst("/cookies/".count))
            return values(of: "set-cookie").lazy.compactMap { Self.cookie(name, in: $0) }.first
        }
        if pointer.hasPrefix("/headers/") { return values(of: String(pointer.dropFirst("/headers/".count))).first }
        guard pointer.hasPrefix("/body") else { return nil }
        let rest = pointer.dropFirst("/body".count)
        guard !rest.isEmpty else { return String(decoding: body, as: UTF8.self) }
        guard var value = try? JSONValue(parsing: body) else { return nil }
        for part in rest.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            // A text that is JSON itself is gone into.
            if case .string(let text) = value, let inner = try? JSONValue(parsing: text) { value = inner }
            let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            guard let next = value[name] ?? Int(name).flatMap({ value[$0] }) else { return nil }
            value = next
        }
        return value.string ?? value.numberText
    }

    private func values(of name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name }.map(\.value)
    }

    private static func cookie(_ name: String, in field: String) -> String? {
        let pair = field.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
        guard pair.count == 2, pair[0] == name else { return nil }
        return String(pair[1])
    }
}
