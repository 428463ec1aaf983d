import JSONValue

/// An event that is not what the handler takes.
public struct InvalidEvent: Error, Sendable, Hashable, CustomStringConvertible {
    /// The type that was expected.
    public let expected: String
    /// Where in the event the fault is: `order.lines[2].price`; empty for the event as a whole.
    public let path: String
    /// What is wrong there.
    public let reason: String

    /// One sentence that says all three.
    public var description: String {
        "The event is not a valid \(expected)" + (path.isEmpty ? "" : " at \(path)") + ": \(reason)"
    }

    init(_ error: DecodingError, expected: Any.Type) {
        self.expected = String(describing: expected)
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            path = Self.text(of: context.codingPath)
            reason = context.debugDescription
        case .keyNotFound(let key, let context):
            path = Self.text(of: context.codingPath)
            reason = "\"\(key.stringValue)\" is missing."
        @unknown default:
            path = ""
            reason = "\(error)"
        }
    }

    init(_ error: JSONSyntaxError, expected: Any.Type) {
        self.expected = String(describing: expected)
        path = ""
        reason = "it is no JSON: \(error)"
    }

    private static func text(of path: [any CodingKey]) -> String {
        var text = ""
        for key in path {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
        return text
    }
}
