import CloudCore

/// A text taken apart into what must come again as it was, and what is new each time: identifiers and moments.
struct VolatileText: Sendable, Equatable {
    /// What a stretch of a text is by its shape.
    enum Kind: Sendable, Hashable {
        /// A moment, written in one of a few ways.
        case moment(Style)
        /// A UUID.
        case uuid
        /// Hexadecimal digits, so many of them.
        case hexadecimal(Int)
        /// Letters and digits without any order.
        case opaque
    }

    /// How a moment is written.
    enum Style: Sendable, Hashable { case iso8601, basic, day, http, seconds, milliseconds }

    /// A stretch of a text.
    enum Piece: Sendable, Equatable {
        case literal(String)
        case volatile(Kind, String)
    }

    private(set) var pieces: [Piece] = []

    /// Takes a text apart.
    ///
    /// - Parameter around: moments, to one of which numbers and days must be near to be taken for moments.
    init(_ text: String, around: [Timestamp]) {
        // Nothing volatile is shorter.
        guard text.utf8.count >= 10 else {
            if !text.isEmpty { pieces = [.literal(text)] }
            return
        }
        let bytes = Array(text.utf8)
        var start = 0
        var at = 0
        var isBoundary = true
        while at < bytes.count {
            if isBoundary, let (kind, length) = Self.shape(bytes, at, around) {
                if start < at { pieces.append(.literal(String(decoding: bytes[start..<at], as: UTF8.self))) }
                pieces.append(.volatile(kind, String(decoding: bytes[at..<(at + length)], as: UTF8.self)))
                at += length
                start = at
                isBoundary = true
            } else {
                isBoundary = !bytes[at].isWordCharacter
                at += 1
            }
        }
        if start < bytes.count { pieces.append(.literal(String(decoding: bytes[start...], as: UTF8.self))) }
    }

    /// The identifiers in it.
    var identifiers: [String] {
        pieces.compactMap { piece in
            guard case .volatile(let kind, let text) = piece else { return nil }
            if case .moment = kind { return nil }
            return text
        }
    }

    /// Everything volatile in it.
    var volatiles: [String] { pieces.compactMap { if case .volatile(_, let text) = $0 { text } else { nil } } }

    /// The text with identifiers replaced.
    func replacing(_ value: (String) -> String?) -> String {
        pieces.map { piece in
            switch piece {
            case .literal(let text): text
            case .volatile(.moment, let text): text
            case .volatile(_, let text): value(text) ?? text
            }
        }.joined()
    }

    // MARK: Shapes

    private static func shape(_ bytes: [UInt8], _ at: Int, _ around: [Timestamp]) -> (Kind, Int)? {
        if let length = match(bytes, at, "dddd-dd-ddTdd:dd:dd") {
            return (.moment(.iso8601), length + zone(bytes, at + length))
        }
        if let length = match(bytes, at, "ddddddddTddddddZ") { return (.moment(.basic), length) }
        if let length = match(bytes, at, "aaa, dd aaa dddd dd:dd:dd GMT") { return (.moment(.http), length) }
        if let length = match(bytes, at, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh"), ends(bytes, at + length) {
            return (.uuid, length)
        }
        if let length = match(bytes, at, "dddd-dd-dd"), ends(bytes, at + length), isNear(day: bytes, at, around) {
            return (.moment(.day), length)
        }
        return run(bytes, at, around)
    }

    /// `.123Z`, `+01:00` behind a time of day.
    private static func zone(_ bytes: [UInt8], _ at: Int) -> Int {
        var end = at
        if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
            end += 1
            while end < bytes.count, bytes[end].isDigit { end += 1 }
        }
        if end < bytes.count, bytes[end] == UInt8(ascii: "Z") { return end + 1 - at }
        for pattern in ["+dd:dd", "-dd:dd", "+dddd", "-dddd"] as [StaticString] {
            if let length = match(bytes, end, pattern) { return end + length - at }
        }
        return end - at
    }

    /// A run of letters and digits that nobody has chosen.
    private static func run(_ bytes: [UInt8], _ at: Int, _ around: [Timestamp]) -> (Kind, Int)? {
        var end = at
        while end < bytes.count, bytes[end].isWordCharacter { end += 1 }
        let run = bytes[at..<end]
        if run.allSatisfy(\.isDigit) { return number(run, around).map { ($0, run.count) } }
        // Hexadecimal digits may be a part of a name: `part-4f1c…`.
        let digits = run.prefix(while: \.isLowercaseHexadecimal)
        if digits.count >= 16, digits.count == run.count || !bytes[at + digits.count].isLetterOrDigit,
            digits.contains(where: \.isDigit), digits.contains(where: { !$0.isDigit })
        {
            return (.hexadecimal(digits.count), digits.count)
        }
        guard run.count >= 16, isWithoutOrder(run) else { return nil }
        var length = run.count
        while at + length < bytes.count, length < run.count + 2, bytes[at + length] == UInt8(ascii: "=") { length += 1 }
        return (.opaque, length)
    }

    /// Whether letters of both cases and digits change about as they do by chance, which words and their numbers do not.
    private static func isWithoutOrder(_ run: ArraySlice<UInt8>) -> Bool {
        var last: UInt8 = 0
        var changes = 0
        var classes: Set<UInt8> = []
        for byte in run where byte.isLetterOrDigit {
            let kind: UInt8 = byte.isDigit ? 1 : byte & 0x20 == 0 ? 2 : 3
            classes.insert(kind)
            if last != 0, kind != last { changes += 1 }
            last = kind
        }
        return classes.count >= 2 && classes.contains(1) && changes * 10 >= run.count * 3
    }

    /// How far from the exchange a number of seconds may lie to be taken for a moment: sessions and caches last less.
    private static let nearness: Int64 = 400 * 86_400_000

    private static func number(_ run: ArraySlice<UInt8>, _ around: [Timestamp]) -> Kind? {
        guard run.count == 10 || run.count == 13, let value = Int64(String(decoding: run, as: UTF8.self)) else {
            return nil
        }
        let milliseconds = run.count == 10 ? value * 1000 : value
        guard isNear(milliseconds: milliseconds, around) else { return nil }
        return .moment(run.count == 10 ? .seconds : .milliseconds)
    }

    /// A day is taken for a moment only near the exchange: birthdays are none.
    private static func isNear(day bytes: [UInt8], _ at: Int, _ around: [Timestamp]) -> Bool {
        let text = String(decoding: bytes[at..<(at + 10)], as: UTF8.self) + "T00:00:00Z"
        guard let day = Timestamp(iso8601: text) else { return false }
        return around.contains { abs(day.milliseconds - $0.milliseconds) < 3 * 86_400_000 }
    }

    /// Whether so many milliseconds since the epoch may be a moment of the exchange's time.
    static func isNear(milliseconds: Int64, _ around: [Timestamp]) -> Bool {
        around.contains { abs(milliseconds - $0.milliseconds) < nearness }
    }

    private static func ends(_ bytes: [UInt8], _ at: Int) -> Bool { at >= bytes.count || !bytes[at].isLetterOrDigit }

    /// The length of a pattern where it fits: `d` is a digit, `h` a hexadecimal one, `a` a letter.
    private static func match(_ bytes: [UInt8], _ at: Int, _ pattern: StaticString) -> Int? {
        let length = pattern.utf8CodeUnitCount
        guard at + length <= bytes.count else { return nil }
        let fits = pattern.withUTF8Buffer { pattern in
            for (offset, expected) in pattern.enumerated() {
                let byte = bytes[at + offset]
                switch expected {
                case UInt8(ascii: "d"): if !byte.isDigit { return false }
                case UInt8(ascii: "h"): if !byte.isHexadecimal { return false }
                case UInt8(ascii: "a"): if !byte.isLetterOrDigit || byte.isDigit { return false }
                default: if byte != expected { return false }
                }
            }
            return true
        }
        return fits ? length : nil
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    fileprivate var isLowercaseHexadecimal: Bool { isDigit || self &- UInt8(ascii: "a") < 6 }
    fileprivate var isHexadecimal: Bool { isDigit || (self | 0x20) &- UInt8(ascii: "a") < 6 }
    fileprivate var isLetterOrDigit: Bool { isDigit || (self | 0x20) &- UInt8(ascii: "a") < 26 }
    fileprivate var isWordCharacter: Bool {
        isLetterOrDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}
