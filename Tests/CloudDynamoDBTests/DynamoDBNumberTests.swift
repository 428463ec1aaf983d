import Testing

@testable import CloudDynamoDB

@Suite struct DynamoDBNumberTests {
    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("0.000", "0"), ("0e999999999999999999999", "0"), ("+5", "5"), ("007", "7"),
        ("1.50", "1.5"),
        ("1e3", "1000"), ("1E-3", "0.001"), (".5", "0.5"), ("5.", "5"), ("-12.340e1", "-123.4"),
        ("1e125", "1" + String(repeating: "0", count: 125)),
        ("1e-130", "0." + String(repeating: "0", count: 129) + "1"),
        ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
        ("0.00012345678901234567890123456789012345678", "0.00012345678901234567890123456789012345678"),
        ("100000000000000000000000000000000000000000", "100000000000000000000000000000000000000000"),
    ])
    func normalises(written: String, text: String) throws {
        #expect(try DynamoDBNumber(parsing: written).text == text)
    }

    @Test(arguments: [
        ("", DynamoDBNumberError.notNumeric("")), ("abc", .notNumeric("abc")), ("1 ", .notNumeric("1 ")),
        ("--1", .notNumeric("--1")), (".", .notNumeric(".")), ("1e", .notNumeric("1e")), ("1e+", .notNumeric("1e+")),
        ("1.2.3", .notNumeric("1.2.3")), ("NaN", .notNumeric("NaN")), ("0x10", .notNumeric("0x10")),
        ("１", .notNumeric("１")), ("1e126", .overflow), ("-1e126", .overflow), ("10e125", .overflow),
        ("1e99999999999999999999", .overflow), ("1e-131", .underflow), ("0.1e-130", .underflow),
        ("123456789012345678901234567890123456789", .tooPrecise),
        ("1.00000000000000000000000000000000000001", .tooPrecise),
    ])
    func refuses(written: String, error: DynamoDBNumberError) {
        #expect(throws: error) { try DynamoDBNumber(parsing: written) }
    }

    @Test func sizesCountTwoDigitsAByte() throws {
        for (text, size) in [("0", 1), ("5", 2), ("-5", 3), ("12", 2), ("123", 3), ("1e100", 2), ("-123.45", 5)] {
            #expect(try DynamoDBNumber(parsing: text).byteCount == size, "\(text)")
        }
    }

    /// Digit by digit, as on paper: slow, and too simple to be wrong in the same way.
    struct PaperNumber {
        var isNegative: Bool
        /// From 10^-200 upwards.
        var digits: [Int]

        static let places = 400
        static let point = 200

        init(_ text: String) {
            isNegative = text.hasPrefix("-")
            digits = Array(repeating: 0, count: Self.places)
            let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
            for (offset, digit) in parts[0].reversed().enumerated() {
                digits[Self.point + offset] = digit.wholeNumberValue ?? 0
            }
            if parts.count > 1 {
                for (offset, digit) in parts[1].enumerated() {
                    digits[Self.point - 1 - offset] = digit.wholeNumberValue ?? 0
                }
            }
        }

        static func isLess(_ a: [Int], _ b: [Int]) -> Bool {
            for place in stride(from: places - 1, through: 0, by: -1) where a[place] != b[place] {
                return a[place] < b[place]
            }
            return false
        }

        func adding(_ other: PaperNumber) -> PaperNumber {
            var result = self
            if isNegative == other.isNegative {
                var carry = 0
                for place in 0..<Self.places {
                    let sum = digits[place] + other.digits[place] + carry
                    result.digits[place] = sum % 10
                    carry = sum / 10
                }
                return result
            }
            let swaps = Self.isLess(digits, other.digits)
            let (large, small) = swaps ? (other, self) : (self, other)
            var borrow = 0
            for place in 0..<Self.places {
                var difference = large.digits[place] - small.digits[place] - borrow
                borrow = difference < 0 ? 1 : 0
                if difference < 0 { difference += 10 }
                result.digits[place] = difference
            }
            result.isNegative = large.isNegative
            return result
        }

        /// The text, or nil where there are more than 38 significant digits or the range is left.
        var text: String? {
            guard let first = digits.lastIndex(where: { $0 != 0 }), let last = digits.firstIndex(where: { $0 != 0 })
            else { return "0" }
            guard first - last < 38, first - Self.point <= 125, first - Self.point >= -130 else { return nil }
            let whole = digits[Self.point...].reversed().drop { $0 == 0 }.map(String.init).joined()
            let fraction = last < Self.point ? digits[last..<Self.point].reversed().map(String.init).joined() : ""
            return (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : "." + fraction)
        }
    }

    static func random(_ generator: inout SeededGenerator) -> DynamoDBNumber? {
        let count = Int.random(in: 1...38, using: &generator)
        let digits = (0..<count).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
        let exponent =
            Bool.random(using: &generator)
            ? Int.random(in: -45...5, using: &generator) : Int.random(in: -170...130, using: &generator)
        return try? DynamoDBNumber(parsing: "\(Bool.random(using: &generator) ? "-" : "")\(digits)e\(exponent)")
    }

    @Test func sumsAgreeWithPaper() throws {
        var generator = SeededGenerator(seed: 38)
        var (sums, refusals) = (0, 0)
        for _ in 0..<6000 {
            guard let a = Self.random(&generator), let b = Self.random(&generator) else { continue }
            let expected = PaperNumber(a.text).adding(PaperNumber(b.text)).text
            #expect((try? a.adding(b))?.text == expected, "\(a.text) + \(b.text)")
            let difference = PaperNumber(a.text).adding(PaperNumber(b.negated.text)).text
            #expect((try? a.subtracting(b))?.text == difference, "\(a.text) - \(b.text)")
            if expected == nil { refusals += 1 } else { sums += 1 }
        }
        #expect(sums > 500 && refusals > 500, "both outcomes must occur: \(sums), \(refusals)")
    }

    @Test(arguments: [
        ("99999999999999999999999999999999999999", "1", "100000000000000000000000000000000000000"),
        ("1e38", "-1", "99999999999999999999999999999999999999"), ("1e39", "-1", nil), ("5", "-5", "0"),
        ("1e125", "1e-130", nil),
        ("9e125", "9e125", nil), ("1e38", "1", nil),
    ])
    func sumsAtTheLimits(a: String, b: String, sum: String?) throws {
        #expect((try? DynamoDBNumber(parsing: a).adding(DynamoDBNumber(parsing: b)))?.text == sum)
    }

    @Test func orderAndKeyBytesAgreeWithPaper() throws {
        var generator = SeededGenerator(seed: 7)
        var numbers = (0..<1500).compactMap { _ in Self.random(&generator) }
        numbers += try [
            "0", "1", "-1", "10", "-10", "0.1", "-0.1", "0.12", "-0.12", "0.1001", "-0.1001", "1e125", "-1e125",
        ]
        .map { try DynamoDBNumber(parsing: $0) }
        for index in numbers.indices.dropLast() {
            let (a, b) = (numbers[index], numbers[index + 1])
            let difference = PaperNumber(a.text).adding(PaperNumber(b.negated.text))
            let isLess = difference.isNegative && difference.digits.contains { $0 != 0 }
            #expect((a < b) == isLess, "\(a.text) < \(b.text)")
        }
        let sorted = numbers.sorted()
        for (low, high) in zip(sorted, sorted.dropFirst()) {
            let order = ByteOrder.of(low.keyBytes, high.keyBytes)
            #expect(low == high ? order == 0 : order < 0, "\(low.text) before \(high.text)")
        }
    }
}
