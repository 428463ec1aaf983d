/// One of the six fields of a cron expression: which numbers and which names it takes.
struct CronField {
    let name: String
    let range: ClosedRange<Int>
    var names: [String] = []
    var takesSteps = true
    /// Whether a range may run over the end of the field and on from its start, as `FRI-MON` does.
    var wraps = true

    static let minutes = CronField(name: "minute", range: 0...59)
    static let hours = CronField(name: "hour", range: 0...23)
    static let dates = CronField(name: "day of the month", range: 1...31)
    static let months = CronField(
        name: "month", range: 1...12,
        names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"])
    static let weekdays = CronField(
        name: "day of the week", range: 1...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
        takesSteps: false)
    static let years = CronField(name: "year", range: CronExpression.supportedYears, wraps: false)

    /// The values that a list such as `1-5,10/2` names, without order.
    func values(_ text: Substring) throws(CronFault) -> [Int] {
        var values: [Int] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            values += try self.item(item)
        }
        return values
    }

    /// The same as a set of bits.
    func bits(_ text: Substring) throws(CronFault) -> UInt64 {
        try values(text).reduce(0) { $0 | 1 << UInt64($1) }
    }

    private func item(_ text: Substring) throws(CronFault) -> [Int] {
        let slashed = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let span = slashed.first else { throw CronFault("the \(name) is empty") }
        var step = 1
        if slashed.count == 2 {
            guard takesSteps else { throw CronFault("a \(name) takes no step ('\(text)')") }
            step = try number(slashed[1], of: "step of the \(name)", within: 1...range.upperBound)
        }
        if span == "*" { return Array(stride(from: range.lowerBound, through: range.upperBound, by: step)) }
        let ends = span.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try value(ends[0])
        guard ends.count == 2 else {
            return slashed.count == 2 ? Array(stride(from: first, through: range.upperBound, by: step)) : [first]
        }
        let last = try value(ends[1])
        if first <= last { return Array(stride(from: first, through: last, by: step)) }
        guard wraps else { throw CronFault("the range '\(span)' of the \(name) runs backwards") }
        return stride(from: first, through: last + range.count, by: step)
            .map { $0 > range.upperBound ? $0 - range.count : $0 }
    }

    /// One number or name.
    func value(_ text: Substring) throws(CronFault) -> Int {
        if let place = names.firstIndex(of: text.uppercased()) { return range.lowerBound + place }
        return try number(text, of: name, within: range)
    }

    private func number(_ text: Substring, of what: String, within range: ClosedRange<Int>) throws(CronFault) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
            throw CronFault("'\(text)' is not a \(what)")
        }
        guard range.contains(number) else {
            throw CronFault("the \(what) '\(text)' lies outside \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

/// What is wrong with an expression, before it is known whose words to use.
struct CronFault: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
