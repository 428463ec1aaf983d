extension DynamoDBNumber {
    /// Bytes that sort as the numbers do: a byte for the sign, one for the magnitude, then two digits a byte.
    ///
    /// A negative number has everything behind its sign turned round, and a closing byte above all others, so that a
    /// longer number of the same beginning (which is further from zero) sorts first.
    var keyBytes: [UInt8] {
        guard coefficient != 0 else { return [0x80] }
        var digits: [UInt8] = []
        digits.reserveCapacity(Self.precision + 1)
        var rest = coefficient
        while rest != 0 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            digits.append(UInt8(truncatingIfNeeded: digit))
            rest = quotient
        }
        digits.reverse()
        let biased = UInt8(truncatingIfNeeded: exponent + digits.count - 1 - Self.magnitudes.lowerBound)
        if !digits.count.isMultiple(of: 2) { digits.append(0) }
        var bytes: [UInt8] = [isNegative ? 0x00 : 0xFF, biased]
        bytes.reserveCapacity(3 + digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            bytes.append(digits[index] * 10 + digits[index + 1])
        }
        if isNegative {
            for index in 1..<bytes.count { bytes[index] = ~bytes[index] }
            bytes.append(0xFF)
        }
        return bytes
    }
}
