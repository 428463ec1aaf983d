import JSONValue

/// A place where an answer is another than it was.
public struct Difference: Sendable, Hashable, CustomStringConvertible {
    /// Where: `status`, `headers/etag`, `body/pictures/0/key`.
    public var path: String
    /// What was there.
    public var expected: String
    /// What is there now.
    public var got: String

    /// A difference.
    public init(path: String, expected: String, got: String) {
        self.path = path
        self.expected = Self.shortened(expected)
        self.got = Self.shortened(got)
    }

    /// Place, then both.
    public var description: String { "\(path): expected \(expected), got \(got)" }

    /// As JSON tells it.
    public var value: JSONValue {
        ["path": .string(path), "expected": .string(expected), "got": .string(got)]
    }

    private static func shortened(_ text: String) -> String {
        text.count > 200 ? text.prefix(200) + "…" : text
    }
}
