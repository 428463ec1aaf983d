/// What stands in a session's file in place of a secret, and says where a replay takes the value from.
public enum SecretReference: Sendable, Hashable {
    /// What stood at a place of an earlier answer.
    case answer(exchange: Int, place: AnswerPlace)
    /// A password, made up by the replay. `length` is that of the recorded one where it may matter: very short and very
    /// long ones are refused for it.
    case password(number: Int, length: Int?)
    /// Something that the caller knew: it is made up too, unless the replay is told it.
    case given(number: Int, name: String, isNumber: Bool)

    /// The reference as it stands between `${` and `}`.
    var text: String {
        switch self {
        case .answer(let exchange, let place): "answer:\(exchange)\(place.text)"
        case .password(let number, let length): "password:\(number)\(length.map { ":\($0)" } ?? "")"
        case .given(let number, let name, let isNumber):
            "\(isNumber ? "number" : "secret"):\(number):\(Self.escaped(name))"
        }
    }

    /// Reads what ``text`` writes; nil for anything else.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2 else { return nil }
        switch parts[0] {
        case "answer":
            let rest = text.dropFirst("answer:".count)
            guard let slash = rest.firstIndex(of: "/"), let exchange = Int(rest[..<slash]),
                let place = AnswerPlace(rest[slash...])
            else { return nil }
            self = .answer(exchange: exchange, place: place)
        case "password":
            guard let number = Int(parts[1]) else { return nil }
            if parts.count > 2 {
                guard let length = Int(parts[2]), (0...65536).contains(length) else { return nil }
                self = .password(number: number, length: length)
            } else {
                self = .password(number: number, length: nil)
            }
        case "secret", "number":
            guard parts.count > 2, let number = Int(parts[1]) else { return nil }
            self = .given(number: number, name: Self.unescaped(parts[2]), isNumber: parts[0] == "number")
        default: return nil
        }
    }

    /// Characters that a reference may not hold, and the percent sign that stands for them.
    private static let escapes: [(character: String, code: String)] = [
        ("%", "%25"), ("}", "%7D"), ("|", "%7C"), ("?", "%3F"),
    ]

    static func escaped(_ text: String) -> String {
        escapes.reduce(text) { $0.replacing($1.character, with: $1.code) }
    }

    static func unescaped(_ text: some StringProtocol) -> String {
        escapes.reversed().reduce(String(text)) { $0.replacing($1.code, with: $1.character) }
    }
}

/// A place in an answer: a JSON Pointer into `{"headers": …, "cookies": …, "body": …}`, or a part of the query of the URL
/// that stands there.
public struct AnswerPlace: Sendable, Hashable {
    /// A part of a URL's query.
    enum QueryPart: Sendable, Hashable {
        case whole
        case parameter(String)
    }

    /// A JSON Pointer; a string that is JSON itself is gone into.
    var pointer: String
    var query: QueryPart?

    init(pointer: String, query: QueryPart? = nil) {
        self.pointer = pointer
        self.query = query
    }

    var text: String {
        let pointer = SecretReference.escaped(pointer)
        return switch query {
        case nil: pointer
        case .whole: pointer + "?"
        case .parameter(let name): "\(pointer)?\(SecretReference.escaped(name))"
        }
    }

    init?(_ text: some StringProtocol) {
        guard text.first == "/" else { return nil }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        pointer = SecretReference.unescaped(parts[0])
        if parts.count > 1 { query = parts[1].isEmpty ? .whole : .parameter(SecretReference.unescaped(parts[1])) }
    }
}
