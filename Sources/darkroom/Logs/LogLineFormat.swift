import JSONValue

/// How events of a log are printed.
enum LogLineFormat {
    /// Lines for people; in colour, and without control characters, where a terminal shows them.
    case text(isTerminal: Bool)
    /// An object a line.
    case json(group: String)

    func line(_ event: LogReader.Event) -> String {
        switch self {
        case .json(let group):
            let object: JSONValue = [
                "time": .string(event.timestamp.iso8601WithMilliseconds), "group": .string(group),
                "stream": .string(event.stream), "message": .string(event.message),
                "eventId": .string(event.identifier),
            ]
            return object.text() + "\n"
        case .text(let isTerminal):
            let time = event.timestamp.iso8601WithMilliseconds
            var message = event.message[...]
            while message.last?.isNewline == true { message = message.dropLast() }
            let stream = Self.shortName(event.stream)
            guard isTerminal else { return "\(time) \(stream) \(message)\n" }
            return
                "\u{1B}[90m\(time)\u{1B}[0m \u{1B}[36m\(Self.printable(stream))\u{1B}[0m \(Self.printable(message))\n"
        }
    }

    /// The first digits of a function's stream, which tell its processes apart; other names as they are.
    static func shortName(_ stream: String) -> String {
        guard let bracket = stream.lastIndex(of: "]") else { return stream }
        let digits = stream[stream.index(after: bracket)...]
        return digits.count == 32 && digits.allSatisfy(\.isHexDigit) ? String(digits.prefix(8)) : stream
    }

    /// Control characters would steer the terminal.
    private static func printable(_ text: some StringProtocol) -> String {
        var printable = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 9, 10: printable.unicodeScalars.append(scalar)
            case 0..<32, 127..<160: printable += "\\x" + String(scalar.value + 256, radix: 16).dropFirst()
            default: printable.unicodeScalars.append(scalar)
            }
        }
        return printable
    }
}
