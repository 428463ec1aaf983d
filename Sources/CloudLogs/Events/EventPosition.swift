/// Where an event stands among those of its group or stream: by its time, then by its number.
///
/// Its text has 56 digits, as event identifiers and tokens of CloudWatch Logs have.
struct EventPosition: Sendable, Hashable, Comparable {
    static let beginning = EventPosition(timestamp: 0, id: 0)

    /// Milliseconds.
    var timestamp: Int64
    /// Grows with each event that is stored.
    var id: Int64

    static func < (left: EventPosition, right: EventPosition) -> Bool {
        (left.timestamp, left.id) < (right.timestamp, right.id)
    }

    /// Which no other event has.
    var text: String { "3" + Self.padded(timestamp, 35) + Self.padded(id, 20) }

    init(timestamp: Int64, id: Int64) { (self.timestamp, self.id) = (timestamp, id) }

    /// Reads ``text``; nil for anything else.
    init?(text: some StringProtocol) {
        guard text.utf8.count == 56, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.first == "3",
            let timestamp = Int64(text.dropFirst().prefix(35)), let id = Int64(text.suffix(20))
        else { return nil }
        self.init(timestamp: timestamp, id: id)
    }

    static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(max(0, number))
        return String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}

/// The tokens of `GetLogEvents`: what stands behind a position, or in front of it.
enum StreamToken: Sendable, Equatable {
    case forward(EventPosition)
    case backward(EventPosition)

    var text: String {
        switch self {
        case .forward(let position): "f/\(position.text)/s"
        case .backward(let position): "b/\(position.text)/s"
        }
    }

    init?(text: String) {
        guard text.hasSuffix("/s"), let position = EventPosition(text: text.dropFirst(2).dropLast(2)) else {
            return nil
        }
        if text.hasPrefix("f/") {
            self = .forward(position)
        } else if text.hasPrefix("b/") {
            self = .backward(position)
        } else {
            return nil
        }
    }
}
