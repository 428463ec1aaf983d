extension DynamoDBNumber {
    /// Reads a decimal: a sign, digits with or without a point, an exponent.
    init(parsing text: String) throws(DynamoDBNumberError) {
        var text = text
        let parts = text.withUTF8 { Self.scan($0) }
        guard let parts else { throw .notNumeric(text) }
        // Zero has no magnitude: 0E+9999 is a zero like any other.
        guard parts.hasTooManyDigits == false else { throw .tooPrecise }
        try self.init(negative: parts.isNegative, digits: parts.digits, exponent: parts.exponent)
    }

    private struct Parts {
        var isNegative = false
        var digits: UInt128 = 0
        var exponent = 0
        var hasTooManyDigits = false
    }

    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Parts? {
        var parts = Parts()
        var at = 0
        if at < bytes.count, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
            parts.isNegative = bytes[at] == UInt8(ascii: "-")
            at += 1
        }
        var hasDigits = false
        var isFraction = false
        // Zeros are held back until a digit follows: trailing ones only move the exponent.
        var heldZeros = 0
        var kept = 0
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else if byte &- UInt8(ascii: "0") < 10 {
                hasDigits = true
                if isFraction { parts.exponent -= 1 }
                if byte == UInt8(ascii: "0") {
                    if parts.digits != 0 { heldZeros += 1 }
                } else {
                    kept += heldZeros + 1
                    if kept > precision {
                        parts.hasTooManyDigits = true
                    } else {
                        for _ in 0...heldZeros { parts.digits *= 10 }
                        parts.digits += UInt128(byte - UInt8(ascii: "0"))
                    }
                    heldZeros = 0
                }
            } else {
                break
            }
            at += 1
        }
        guard hasDigits else { return nil }
        parts.exponent += heldZeros
        if at < bytes.count {
            guard bytes[at] | 0x20 == UInt8(ascii: "e") else { return nil }
            at += 1
            var isNegative = false
            if at < bytes.count, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
                isNegative = bytes[at] == UInt8(ascii: "-")
                at += 1
            }
            guard at < bytes.count else { return nil }
            var exponent = 0
            while at < bytes.count {
                guard bytes[at] &- UInt8(ascii: "0") < 10 else { return nil }
                // Past any range, more digits make no difference.
                exponent = min(exponent * 10 + Int(bytes[at] - UInt8(ascii: "0")), 1_000_000_000)
                at += 1
            }
            parts.exponent += isNegative ? -exponent : exponent
        }
        return parts
    }

    /// The number in full, without an exponent, as DynamoDB gives it back.
    var text: String {
        guard coefficient != 0 else { return "0" }
        let digits = String(coefficient)
        let sign = isNegative ? "-" : ""
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
        let point = digits.utf8.count + exponent
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    /// Bytes that the number counts for in an item: one for two digits, one more, and one for a sign.
    var byteCount: Int {
        guard coefficient != 0 else { return 1 }
        return (Self.digitCount(coefficient) + 1) / 2 + 1 + (isNegative ? 1 : 0)
    }
}
