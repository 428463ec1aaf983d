extension DynamoDBNumber: Comparable {
    static func < (left: DynamoDBNumber, right: DynamoDBNumber) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative
            ? compareMagnitudes(left, right) > 0
            : compareMagnitudes(left, right) < 0
    }

    private static func compareMagnitudes(_ left: DynamoDBNumber, _ right: DynamoDBNumber) -> Int {
        if left.coefficient == 0 || right.coefficient == 0 {
            return left.coefficient == right.coefficient ? 0 : left.coefficient == 0 ? -1 : 1
        }
        let (leftMagnitude, rightMagnitude) = (left.magnitude, right.magnitude)
        if leftMagnitude != rightMagnitude { return leftMagnitude < rightMagnitude ? -1 : 1 }
        // With the same first place, padding the shorter one leaves both within 38 digits.
        var (a, b) = (left.coefficient, right.coefficient)
        if left.exponent > right.exponent {
            a *= powerOfTen(left.exponent - right.exponent)
        } else {
            b *= powerOfTen(right.exponent - left.exponent)
        }
        return a == b ? 0 : a < b ? -1 : 1
    }

    private static func powerOfTen(_ exponent: Int) -> UInt128 {
        var power: UInt128 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}

extension DynamoDBNumber {
    /// The number with the other sign.
    var negated: DynamoDBNumber {
        guard coefficient != 0,
            let negated = try? DynamoDBNumber(
                negative: !isNegative, digits: coefficient, exponent: exponent)
        else { return self }
        return negated
    }

    /// The exact sum.
    ///
    /// - Throws: ``DynamoDBNumberError`` where the sum is no DynamoDB number; it is never rounded.
    func adding(_ other: DynamoDBNumber) throws(DynamoDBNumberError) -> DynamoDBNumber {
        if other.coefficient == 0 { return self }
        if coefficient == 0 { return other }
        let (high, low) = exponent >= other.exponent ? (self, other) : (other, self)
        let shift = high.exponent - low.exponent
        // The last digit of the sum is not zero when the exponents differ. So where padding the higher number passes 39
        // digits, or where the sum passes 128 bits, more than 38 significant digits are certain.
        guard shift + Self.digitCount(high.coefficient) <= Self.precision + 1 else { throw .tooPrecise }
        let (padded, paddingOverflows) = high.coefficient.multipliedReportingOverflow(by: Self.powerOfTen(shift))
        guard !paddingOverflows else { throw .tooPrecise }
        if high.isNegative == low.isNegative {
            let (sum, sumOverflows) = padded.addingReportingOverflow(low.coefficient)
            guard !sumOverflows else { throw .tooPrecise }
            return try DynamoDBNumber(negative: high.isNegative, digits: sum, exponent: low.exponent)
        }
        return padded >= low.coefficient
            ? try DynamoDBNumber(
                negative: high.isNegative, digits: padded - low.coefficient, exponent: low.exponent)
            : try DynamoDBNumber(negative: low.isNegative, digits: low.coefficient - padded, exponent: low.exponent)
    }

    /// The exact difference.
    ///
    /// - Throws: as ``adding(_:)``.
    func subtracting(_ other: DynamoDBNumber) throws(DynamoDBNumberError) -> DynamoDBNumber {
        try adding(other.negated)
    }
}
