/// Reads regular expressions in the form that filter patterns have: no groups, ASCII only.
struct PatternExpressionParser {
    private typealias Step = PatternExpression.Step
    private typealias CharacterSet = PatternExpression.CharacterSet

    /// Steps that an expression may come to, once its repetitions are written out.
    private static let stepLimit = 4096
    /// Characters beside letters and digits that stand for themselves.
    private static let symbols = Set(" :_#=@/;,-".utf8)

    private let text: String
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }
    private var error: FilterPatternError { .invalidExpression(text) }

    mutating func alternatives() throws(FilterPatternError) -> ([PatternExpression.Step], beginnings: [Int]) {
        guard !bytes.isEmpty else { throw error }
        var steps: [Step] = []
        var beginnings = [0]
        while let byte = next {
            switch byte {
            case UInt8(ascii: "|"):
                position += 1
                steps.append(.accept)
                beginnings.append(steps.count)
            case UInt8(ascii: "^"):
                position += 1
                steps.append(.start)
            case UInt8(ascii: "$"):
                position += 1
                steps.append(.end)
            default:
                let set = try atom(byte)
                let (least, most) = try repetition()
                steps += Array(repeating: .one(set), count: least)
                if let most {
                    steps += Array(repeating: .optional(set), count: most - least)
                } else {
                    steps.append(.any(set))
                }
            }
            guard steps.count < Self.stepLimit else { throw error }
        }
        return (steps + [.accept], beginnings)
    }

    private mutating func atom(_ byte: UInt8) throws(FilterPatternError) -> PatternExpression.CharacterSet {
        position += 1
        switch byte {
        case UInt8(ascii: "."): return .everything
        case UInt8(ascii: "["): return try characterClass()
        case UInt8(ascii: "\\"): return try escaped()
        default:
            guard PatternScanner.isWord(byte) || Self.symbols.contains(byte) else { throw error }
            var set = CharacterSet()
            set.insert(byte)
            return set
        }
    }

    /// How often what was read is there; once where nothing is said. No upper bound for `*`, `+` and `{2,}`.
    private mutating func repetition() throws(FilterPatternError) -> (least: Int, most: Int?) {
        switch next {
        case UInt8(ascii: "*"):
            position += 1
            return (0, nil)
        case UInt8(ascii: "+"):
            position += 1
            return (1, nil)
        case UInt8(ascii: "?"):
            position += 1
            return (0, 1)
        case UInt8(ascii: "{"):
            position += 1
            guard let least = number() else { throw error }
            var most: Int? = least
            if next == UInt8(ascii: ",") {
                position += 1
                most = number()
            }
            guard next == UInt8(ascii: "}"), most.map({ $0 >= least }) ?? true else { throw error }
            position += 1
            return (least, most)
        default:
            return (1, 1)
        }
    }

    private mutating func number() -> Int? {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard let number = Int(String(decoding: bytes[start..<position], as: UTF8.self)), number < Self.stepLimit else {
            return nil
        }
        return number
    }

    /// `[a-z_]`, `[^0-9]`; the opening bracket has been read.
    private mutating func characterClass() throws(FilterPatternError) -> PatternExpression.CharacterSet {
        var set = CharacterSet()
        var isInverted = false
        if next == UInt8(ascii: "^") {
            position += 1
            isInverted = true
        }
        var isEmpty = true
        while let byte = next {
            position += 1
            if byte == UInt8(ascii: "]"), !isEmpty { return isInverted ? set.inverted : set }
            isEmpty = false
            guard byte < 0x80 else { throw error }
            if byte == UInt8(ascii: "\\") {
                set.formUnion(try escaped())
            } else if next == UInt8(ascii: "-"), position + 1 < bytes.count,
                bytes[position + 1] != UInt8(ascii: "]")
            {
                let last = bytes[position + 1]
                guard last >= byte, last < 0x80, last != UInt8(ascii: "\\") else { throw error }
                position += 2
                for member in byte...last { set.insert(member) }
            } else {
                set.insert(byte)
            }
        }
        throw error
    }

    /// What stands behind a backslash.
    private mutating func escaped() throws(FilterPatternError) -> PatternExpression.CharacterSet {
        guard let byte = next else { throw error }
        position += 1
        switch byte {
        case UInt8(ascii: "d"): return Self.digits
        case UInt8(ascii: "D"): return Self.digits.inverted
        case UInt8(ascii: "s"): return Self.spaces
        case UInt8(ascii: "S"): return Self.spaces.inverted
        case UInt8(ascii: "w"): return Self.words
        case UInt8(ascii: "W"): return Self.words.inverted
        case UInt8(ascii: "x"):
            guard position + 2 <= bytes.count,
                let code = UInt8(String(decoding: bytes[position..<position + 2], as: UTF8.self), radix: 16),
                code < 0x80
            else { throw error }
            position += 2
            return Self.only(code)
        default:
            guard byte < 0x80, byte > 0x20, !PatternScanner.isWord(byte) || byte == UInt8(ascii: "_") else {
                throw error
            }
            return Self.only(byte)
        }
    }

    private static func only(_ byte: UInt8) -> CharacterSet {
        var set = CharacterSet()
        set.insert(byte)
        return set
    }

    private static let digits = ascii { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    private static let spaces = ascii(PatternScanner.isSpace)
    private static let words = ascii(PatternScanner.isWord)

    private static func ascii(_ isMember: (UInt8) -> Bool) -> CharacterSet {
        var set = CharacterSet()
        for byte in UInt8(0)..<128 where isMember(byte) { set.insert(byte) }
        return set
    }
}
