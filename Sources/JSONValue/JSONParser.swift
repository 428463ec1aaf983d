/// Why a text is not JSON, and where.
public struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, as a clause: `expected ':' after the member's name`.
    public var reason: String
    /// Bytes before the fault.
    public var offset: Int
    /// The line of the fault, from 1.
    public var line: Int
    /// The column of the fault in bytes, from 1.
    public var column: Int

    /// The reason with its place.
    public var description: String { "\(reason) (line \(line), column \(column))" }
}

extension JSONValue {
    /// How deeply arrays and objects may be nested before a text is refused.
    public static let defaultDepthLimit = 512

    /// Reads one JSON text, strictly: no comments, no trailing commas, nothing behind the value, valid UTF-8.
    ///
    /// - Throws: ``JSONSyntaxError``.
    public init(parsing text: String, depthLimit: Int = defaultDepthLimit) throws(JSONSyntaxError) {
        self = try JSONValue(parsing: Array(text.utf8), depthLimit: depthLimit)
    }

    /// Reads one JSON text from bytes.
    ///
    /// - Throws: ``JSONSyntaxError``.
    public init(
        parsing bytes: some Collection<UInt8>, depthLimit: Int = defaultDepthLimit
    ) throws(JSONSyntaxError) {
        self = try JSONDocument(parsing: bytes, depthLimit: depthLimit, recordLines: false).value
    }
}

/// A JSON text that was read together with the lines on which its values stand, for messages that point at them.
public struct JSONDocument: Sendable {
    /// What the text says.
    public var value: JSONValue
    /// The line of each value, from 1, by JSON Pointer (RFC 6901); for a member, the line of its name.
    public var lines: [String: Int]

    /// Reads a text and notes the line of every value.
    ///
    /// - Throws: ``JSONSyntaxError``.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONSyntaxError) {
        try self.init(parsing: bytes, depthLimit: JSONValue.defaultDepthLimit, recordLines: true)
    }

    init(parsing bytes: some Collection<UInt8>, depthLimit: Int, recordLines: Bool) throws(JSONSyntaxError) {
        typealias Outcome = Result<JSONDocument, JSONSyntaxError>
        func parse(_ buffer: UnsafeBufferPointer<UInt8>) -> Outcome {
            var parser = JSONParser(bytes: buffer, depthLimit: depthLimit, recordLines: recordLines)
            do throws(JSONSyntaxError) {
                let value = try parser.document()
                return .success(JSONDocument(value: value, lines: parser.lines))
            } catch { return .failure(error) }
        }
        let outcome: Outcome =
            bytes.withContiguousStorageIfAvailable(parse) ?? Array(bytes).withUnsafeBufferPointer(parse)
        self = try outcome.get()
    }

    private init(value: JSONValue, lines: [String: Int]) {
        self.value = value
        self.lines = lines
    }

    /// The line on which a value stands; for one that is not there, that of the nearest value around it.
    public func line(of pointer: String) -> Int {
        var pointer = pointer[...]
        while true {
            if let line = lines[String(pointer)] { return line }
            guard let slash = pointer.lastIndex(of: "/") else { return 1 }
            pointer = pointer[..<slash]
        }
    }
}

/// Recursive descent over bytes. Depth is bounded, so that no text can exhaust the stack.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let depthLimit: Int
    let recordLines: Bool
    var lines: [String: Int] = [:]
    private var at = 0
    private var depth = 0
    private var pointer = ""

    init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int, recordLines: Bool) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        self.recordLines = recordLines
    }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        skipSpace()
        noteLine()
        let value = try value()
        skipSpace()
        guard at == bytes.count else { throw fault("there is text behind the end of the JSON value") }
        return value
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        guard at < bytes.count else { throw fault("the text ends where a value is expected") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw fault("unexpected \(describeByte()) where a value is expected")
        }
    }

    /// A member's name as it stands in a pointer (RFC 6901, 3).
    private static func pointerToken(_ key: String) -> String {
        guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return key }
        var token = ""
        for scalar in key.unicodeScalars {
            switch scalar {
            case "~": token += "~0"
            case "/": token += "~1"
            default: token.unicodeScalars.append(scalar)
            }
        }
        return token
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONValue {
        try enter()
        var members = JSONObject()
        skipSpace()
        if take(UInt8(ascii: "}")) {
            depth -= 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                throw fault("expected a member's name in double quotes")
            }
            let start = at
            let key = try string()
            let outer = pointer
            if recordLines {
                pointer += "/" + Self.pointerToken(key)
                noteLine(at: start)
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("expected ':' after the member's name") }
            skipSpace()
            members[key] = try value()
            pointer = outer
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw fault("expected ',' or '}' in an object") }
            depth -= 1
            return .object(members)
        }
    }

    private mutating func array() throws(JSONSyntaxError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) {
            depth -= 1
            return .array(elements)
        }
        while true {
            skipSpace()
            let outer = pointer
            if recordLines {
                pointer += "/\(elements.count)"
                noteLine()
            }
            elements.append(try value())
            pointer = outer
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw fault("expected ',' or ']' in an array") }
            depth -= 1
            return .array(elements)
        }
    }

    private mutating func enter() throws(JSONSyntaxError) {
        depth += 1
        guard depth <= depthLimit else { throw fault("arrays and objects are nested deeper than \(depthLimit)") }
        at += 1
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        let open = at
        at += 1
        let start = at
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                let run = UnsafeBufferPointer(rebasing: bytes[start..<at])
                guard let text = String(validating: run, as: UTF8.self) else {
                    at = start
                    throw fault("a string is not valid UTF-8")
                }
                at += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start, open: open)
            case 0..<0x20: throw fault("a control character stands in a string unescaped")
            default: at += 1
            }
        }
        at = open
        throw fault("a string has no end")
    }

    private mutating func escapedString(from start: Int, open: Int) throws(JSONSyntaxError) -> String {
        var text = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                guard let decoded = String(validating: text, as: UTF8.self) else {
                    throw fault("a string is not valid UTF-8")
                }
                at += 1
                return decoded
            case UInt8(ascii: "\\"):
                at += 1
                try escape(into: &text)
            case 0..<0x20: throw fault("a control character stands in a string unescaped")
            default:
                text.append(byte)
                at += 1
            }
        }
        at = open
        throw fault("a string has no end")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        guard at < bytes.count else { throw fault("a string has no end") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"):
            var scalar = UInt32(try hexadecimal())
            if (0xD800..<0xDC00).contains(scalar), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
                bytes[at + 1] == UInt8(ascii: "u")
            {
                let mark = at
                at += 2
                let low = UInt32(try hexadecimal())
                if (0xDC00..<0xE000).contains(low) {
                    scalar = 0x10000 + ((scalar - 0xD800) << 10) + (low - 0xDC00)
                } else {
                    at = mark
                }
            }
            // Half a surrogate pair names no character: it reads as U+FFFD, which loses less than a refusal.
            text.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
        default:
            at -= 1
            throw fault("unknown escape in a string")
        }
    }

    private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt16 {
        guard at + 4 <= bytes.count else { throw fault("\\u is followed by fewer than 4 digits") }
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue else {
                throw fault("\\u is followed by something that is no hexadecimal digit")
            }
            value = value << 4 | UInt16(digit)
            at += 1
        }
        return value
    }

    private mutating func number() throws(JSONSyntaxError) -> String {
        let start = at
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            if at < bytes.count, isDigit(bytes[at]) { throw fault("a number has a leading zero") }
        } else if digits() == 0 {
            throw fault("a number has no digits")
        }
        if take(UInt8(ascii: ".")), digits() == 0 { throw fault("a number has no digits behind its point") }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if digits() == 0 { throw fault("a number has no digits in its exponent") }
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = at
        while at < bytes.count, isDigit(bytes[at]) { at += 1 }
        return at - start
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        let length = text.utf8CodeUnitCount
        guard at + length <= bytes.count,
            UnsafeBufferPointer(rebasing: bytes[at..<at + length])
                .elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: length))
        else { throw fault("unexpected \(describeByte()) where a value is expected") }
        at += length
        return value
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 {
            at += 1
        }
    }

    private var linesSeen = (upTo: 0, line: 1)

    private mutating func noteLine(at place: Int? = nil) {
        guard recordLines else { return }
        let place = place ?? at
        while linesSeen.upTo < place {
            if bytes[linesSeen.upTo] == 0x0A { linesSeen.line += 1 }
            linesSeen.upTo += 1
        }
        lines[pointer] = linesSeen.line
    }

    private func describeByte() -> String {
        let byte = bytes[at]
        return (0x21..<0x7F).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    }

    private func fault(_ reason: String) -> JSONSyntaxError {
        var line = 1
        var column = 1
        for byte in bytes[..<min(at, bytes.count)] {
            if byte == 0x0A {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return JSONSyntaxError(reason: reason, offset: at, line: line, column: column)
    }
}
