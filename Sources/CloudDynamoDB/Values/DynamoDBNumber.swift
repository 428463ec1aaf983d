/// A number as DynamoDB keeps it: a decimal of up to 38 significant digits, exact, between 1E-130 and 9.99…E+125 in
/// magnitude, or zero.
///
/// Kept normalised (`coefficient × 10^exponent`, the coefficient without trailing zeros), so that equal numbers are equal
/// values however they were written.
struct DynamoDBNumber: Sendable, Hashable {
    /// Significant digits that are kept.
    static let precision = 38
    /// The powers of ten that the first digit of a number may stand for.
    static let magnitudes = -130...125

    /// Never set for zero.
    let isNegative: Bool
    /// All digits, without trailing zeros: less than 10^38.
    let coefficient: UInt128
    /// The power of ten that the coefficient's last digit stands for; 0 for zero.
    let exponent: Int

    static let zero = DynamoDBNumber(isNegative: false, coefficient: 0, exponent: 0)

    private init(isNegative: Bool, coefficient: UInt128, exponent: Int) {
        self.isNegative = isNegative
        self.coefficient = coefficient
        self.exponent = exponent
    }

    /// A number by its parts, in any form.
    ///
    /// - Throws: ``DynamoDBNumberError`` where it has too many digits or lies outside the range.
    init(negative: Bool, digits: UInt128, exponent: Int) throws(DynamoDBNumberError) {
        guard digits != 0 else {
            self = .zero
            return
        }
        var coefficient = digits
        var exponent = exponent
        while coefficient % 10 == 0 {
            coefficient /= 10
            exponent += 1
        }
        let length = Self.digitCount(coefficient)
        guard length <= Self.precision else { throw .tooPrecise }
        let magnitude = exponent + length - 1
        guard magnitude <= Self.magnitudes.upperBound else { throw .overflow }
        guard magnitude >= Self.magnitudes.lowerBound else { throw .underflow }
        self.init(isNegative: negative, coefficient: coefficient, exponent: exponent)
    }

    /// The power of ten that the first digit stands for.
    var magnitude: Int { exponent + Self.digitCount(coefficient) - 1 }

    static func digitCount(_ value: UInt128) -> Int {
        if value < 10_000_000_000_000_000_000 {
            var rest = UInt64(truncatingIfNeeded: value)
            var count = 1
            while rest >= 10 {
                rest /= 10
                count += 1
            }
            return count
        }
        return 19 + digitCount(value / 10_000_000_000_000_000_000)
    }
}

/// Why a text or a result is no DynamoDB number.
enum DynamoDBNumberError: Error, Equatable {
    /// It is not written as a number.
    case notNumeric(String)
    /// More than 38 significant digits.
    case tooPrecise
    /// Larger than 9.99…E+125.
    case overflow
    /// Smaller than 1E-130, but not zero.
    case underflow

    /// The sentence that DynamoDB says it with.
    var message: String {
        switch self {
        case .notNumeric(""): "The parameter cannot be converted to a numeric value"
        case .notNumeric(let text): "The parameter cannot be converted to a numeric value: \(text)"
        case .tooPrecise: "Attempting to store more than 38 significant digits in a Number"
        case .overflow: "Number overflow. Attempting to store a number with magnitude larger than supported range"
        case .underflow: "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        }
    }
}
