/// Whether bytes are one JSON text, found out without building anything: events are passed on as they came.
enum JSONSyntax {
    /// Levels of arrays and objects that are followed.
    static let depthLimit = 1000

    /// Whether this is JSON in valid UTF-8.
    static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.withContiguousStorageIfAvailable(check) ?? Array(bytes).withUnsafeBufferPointer(check)
    }

    private static func check(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var scanner = JSONScanner(bytes: bytes)
        return scanner.document()
    }
}

private struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0

    mutating func document() -> Bool {
        // One flag for each open bracket: true for an object. A loop, so that depth costs no stack.
        var open: [Bool] = []
        var needsValue = true
        while true {
            skipSpace()
            if needsValue {
                guard at < bytes.count else { return false }
                switch bytes[at] {
                case UInt8(ascii: "{"):
                    at += 1
                    skipSpace()
                    open.append(true)
                    if take(UInt8(ascii: "}")) {
                        open.removeLast()
                        needsValue = false
                    } else if !member() {
                        return false
                    }
                case UInt8(ascii: "["):
                    at += 1
                    skipSpace()
                    open.append(false)
                    if take(UInt8(ascii: "]")) {
                        open.removeLast()
                        needsValue = false
                    }
                default:
                    guard scalar() else { return false }
                    needsValue = false
                }
                guard open.count <= JSONSyntax.depthLimit else { return false }
                continue
            }
            guard let isObject = open.last else { return at == bytes.count }
            if take(UInt8(ascii: ",")) {
                skipSpace()
                if isObject, !member() { return false }
                needsValue = true
            } else if take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                open.removeLast()
            } else {
                return false
            }
        }
    }

    private mutating func member() -> Bool {
        guard string() else { return false }
        skipSpace()
        return take(UInt8(ascii: ":"))
    }

    private mutating func scalar() -> Bool {
        switch bytes[at] {
        case UInt8(ascii: "\""): string()
        case UInt8(ascii: "t"): literal("true")
        case UInt8(ascii: "f"): literal("false")
        case UInt8(ascii: "n"): literal("null")
        default: number()
        }
    }

    private mutating func literal(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard at + count <= bytes.count else { return false }
        for index in 0..<count where bytes[at + index] != text.utf8Start[index] { return false }
        at += count
        return true
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")), !digits() { return false }
        if take(UInt8(ascii: ".")), !digits() { return false }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = at
        while at < bytes.count, bytes[at] &- UInt8(ascii: "0") < 10 { at += 1 }
        return at > start
    }

    private mutating func string() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return true
            case UInt8(ascii: "\\"):
                at += 1
                guard escape() else { return false }
            case 0..<0x20: return false
            case 0x20..<0x80: at += 1
            default: guard character(byte) else { return false }
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard at < bytes.count else { return false }
        switch bytes[at] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            at += 1
            return true
        case UInt8(ascii: "u"):
            guard at + 4 < bytes.count else { return false }
            for index in 1...4 where Character(Unicode.Scalar(bytes[at + index])).hexDigitValue == nil { return false }
            at += 5
            return true
        default: return false
        }
    }

    /// A character of several bytes (Unicode 15, table 3-7).
    private mutating func character(_ first: UInt8) -> Bool {
        let (count, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xC2...0xDF: (count, second) = (1, 0x80...0xBF)
        case 0xE0: (count, second) = (2, 0xA0...0xBF)
        case 0xED: (count, second) = (2, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (2, 0x80...0xBF)
        case 0xF0: (count, second) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (3, 0x80...0xBF)
        case 0xF4: (count, second) = (3, 0x80...0x8F)
        default: return false
        }
        guard at + count < bytes.count, second.contains(bytes[at + 1]) else { return false }
        if count > 1 {
            for index in 2...count where !(0x80...0xBF).contains(bytes[at + index]) { return false }
        }
        at += count + 1
        return true
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
}
