/// A regular expression of filter patterns: characters, classes, repetition, alternatives and anchors, without groups.
///
/// All ways through the expression are followed at once, so that the time a match takes grows with the length of the
/// text and of the expression, never faster, whoever wrote either.
struct PatternExpression: Sendable, Equatable {
    /// One step through an alternative.
    enum Step: Sendable, Equatable {
        /// Takes a character and goes on.
        case one(CharacterSet)
        /// Takes a character, or none.
        case optional(CharacterSet)
        /// Takes any number of characters.
        case any(CharacterSet)
        /// Goes on at the text's beginning only.
        case start
        /// Goes on at the text's end only.
        case end
        /// The alternative has been gone through.
        case accept
    }

    /// A set of characters: which of ASCII's, and whether all others.
    struct CharacterSet: Sendable, Equatable {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var hasOthers = false

        static let everything = CharacterSet(low: .max, high: .max, hasOthers: true)

        var inverted: CharacterSet { CharacterSet(low: ~low, high: ~high, hasOthers: !hasOthers) }

        mutating func insert(_ byte: UInt8) {
            if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte - 64) }
        }

        mutating func formUnion(_ other: CharacterSet) {
            low |= other.low
            high |= other.high
            hasOthers = hasOthers || other.hasOthers
        }

        /// A byte of 128 or more stands for a whole character beyond ASCII.
        func contains(_ byte: UInt8) -> Bool {
            if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
            return byte < 128 ? high >> UInt64(byte - 64) & 1 == 1 : hasOthers
        }
    }

    /// The steps of all alternatives, one behind the other; each ends with ``Step/accept``.
    let steps: [Step]
    /// Where each alternative begins.
    let beginnings: [Int]

    /// Reads an expression.
    ///
    /// - Throws: ``FilterPatternError``.
    init(parsing text: String) throws(FilterPatternError) {
        var parser = PatternExpressionParser(text)
        (steps, beginnings) = try parser.alternatives()
    }

    /// Whether some part of a text is as the expression says.
    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        var current = ActiveSteps(count: steps.count)
        var next = ActiveSteps(count: steps.count)
        var position = 0
        while true {
            let isStart = position == 0
            let isEnd = position >= text.count
            // A match may begin anywhere.
            for beginning in beginnings where activate(beginning, &current, isStart, isEnd) { return true }
            guard !isEnd else { return false }
            let byte = text[position]
            position += 1
            if byte >= 0x80 { while position < text.count, text[position] & 0xC0 == 0x80 { position += 1 } }
            let isEndNext = position >= text.count
            for step in current.list {
                switch steps[step] {
                case .one(let set), .optional(let set):
                    if set.contains(byte), activate(step + 1, &next, false, isEndNext) { return true }
                case .any(let set):
                    if set.contains(byte), activate(step, &next, false, isEndNext) { return true }
                case .start, .end, .accept: break
                }
            }
            swap(&current, &next)
            next.removeAll()
        }
    }

    /// Whether some part of a text is as the expression says.
    func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }

    /// Adds a step and those that are reached from it without taking a character. Returns true where one accepts.
    private func activate(_ first: Int, _ active: inout ActiveSteps, _ isStart: Bool, _ isEnd: Bool) -> Bool {
        var step = first
        while active.insert(step) {
            switch steps[step] {
            case .one: return false
            case .optional, .any: step += 1
            case .start:
                guard isStart else { return false }
                step += 1
            case .end:
                guard isEnd else { return false }
                step += 1
            case .accept: return true
            }
        }
        return false
    }
}

/// Steps that are being followed, each once.
private struct ActiveSteps {
    private(set) var list: [Int] = []
    private var isActive: [Bool]

    init(count: Int) { isActive = Array(repeating: false, count: count) }

    mutating func insert(_ step: Int) -> Bool {
        guard !isActive[step] else { return false }
        isActive[step] = true
        list.append(step)
        return true
    }

    mutating func removeAll() {
        for step in list { isActive[step] = false }
        list.removeAll(keepingCapacity: true)
    }
}
