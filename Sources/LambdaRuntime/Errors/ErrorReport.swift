import JSONValue

/// How a failure is told to Lambda and to whoever invoked the function.
///
/// Error types reach the caller as `errorType` (`OutOfStock`) and Lambda's records as `Function.OutOfStock`. The message is
/// the error's description: conform to `CustomStringConvertible` to choose its words.
public struct ErrorReport: Sendable, Hashable {
    /// What went wrong, for a person. At most ``messageLimit`` bytes.
    public let message: String
    /// Which error it is: the name of the error's type.
    public let type: String
    /// Where it happened, innermost call first. Swift errors carry no trace: empty unless given.
    public let stackTrace: [String]

    /// Longer messages are cut off, so that a report always fits where it has to go.
    public static let messageLimit = 32 * 1024

    /// A report in these words.
    public init(message: String, type: String, stackTrace: [String] = []) {
        self.message = Self.shortened(message)
        self.type = type
        self.stackTrace = stackTrace
    }

    /// The report on an error that was thrown.
    public init(_ error: any Error) {
        self.init(message: "\(error)", type: (error as? any RuntimeFault)?.errorType ?? Self.typeName(of: error))
    }

    /// The report as the JSON object of the Runtime API; valid whatever the text.
    public var json: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(message.utf8.count + type.utf8.count + 64)
        output.append(contentsOf: #"{"errorMessage":"#.utf8)
        JSONValue.write(string: message, into: &output)
        output.append(contentsOf: #","errorType":"#.utf8)
        JSONValue.write(string: type, into: &output)
        output.append(contentsOf: #","stackTrace":"#.utf8)
        JSONValue.array(stackTrace.map(JSONValue.string)).write(into: &output)
        output.append(UInt8(ascii: "}"))
        return output
    }

    /// The value of the header `Lambda-Runtime-Function-Error-Type`.
    public var headerValue: String { Self.headerValue(for: type) }

    /// The name of an error's type, without module and without generic arguments.
    static func typeName(of error: any Error) -> String {
        let name = String(describing: Swift.type(of: error))
        return String(name.prefix { $0 != "<" })
    }

    private static func shortened(_ message: String) -> String {
        guard message.utf8.count > messageLimit else { return message }
        return String(decoding: message.utf8.prefix(messageLimit), as: UTF8.self) + "…"
    }

    /// Lambda records only types of the form `(Runtime|Function)\.[A-Z][a-zA-Z]+`, and everything else as unknown: what
    /// does not fit in a name is left out here, which keeps most of it.
    static func headerValue(for type: String) -> String {
        var category = "Function"
        var name = type[...]
        for prefix in ["Function", "Runtime"] where type.hasPrefix(prefix + ".") {
            category = prefix
            name = name.dropFirst(prefix.count + 1)
        }
        let letters = name.utf8.filter { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
        guard letters.count >= 2, let first = letters.first else { return category + ".Unknown" }
        return category + "." + String(decoding: [first & ~0x20] + letters.dropFirst(), as: UTF8.self)
    }
}

/// A failure of the program's set-up rather than of its function, with a type of Lambda's own naming.
protocol RuntimeFault: Error, CustomStringConvertible {
    var errorType: String { get }
}
