import CloudCore
import JSONValue

/// Writes runs for people, a line each. Long rows of runs that came to the same are drawn together where that is wanted.
public struct RunLines: Sendable {
    private let drawsTogether: Bool
    private var like: FunctionRun?
    private var last: FunctionRun?
    private var count = 0
    private var total = 0.0

    /// Lines.
    ///
    /// - Parameter drawsTogether: whether rows of equal runs become one line.
    public init(drawsTogether: Bool) { self.drawsTogether = drawsTogether }

    /// The lines that a run brings forth.
    public mutating func add(_ run: FunctionRun) -> [String] {
        guard drawsTogether else { return [Self.line(run)] }
        if let like, Self.isLike(like, run) {
            count += 1
            total += run.milliseconds
            last = run
            return []
        }
        let lines = finish() + [Self.line(run)]
        like = run
        return lines
    }

    /// What is still to be said.
    public mutating func finish() -> [String] {
        defer {
            like = nil
            last = nil
            count = 0
            total = 0
        }
        guard let last, count > 0 else { return [] }
        if count == 1 { return [Self.line(last)] }
        let average = Self.shown(total / Double(count))
        return ["    … \(count) more like it, the last at \(Self.moment(last.at)), \(average) on average"]
    }

    private static func isLike(_ left: FunctionRun, _ right: FunctionRun) -> Bool {
        left.function == right.function && left.source == right.source && left.failure == right.failure
            && left.attempt == right.attempt && left.answer == right.answer
    }

    private static func line(_ run: FunctionRun) -> String {
        let attempt = run.attempt.map { $0 > 1 ? ", attempt \($0)" : "" } ?? ""
        let outcome = run.failure.map { "FAILED (\($0)) " } ?? ""
        let answer = run.answer.text()
        let text = answer.count > 120 ? answer.prefix(120) + "…" : answer
        return
            "\(moment(run.at))  \(run.source) → \(run.function)\(attempt)  \(shown(run.milliseconds))  \(outcome)\(text)"
    }

    private static func moment(_ moment: Timestamp) -> String {
        let text = moment.iso8601WithMilliseconds
        return text.hasSuffix(".000Z") ? String(text.dropLast(5)) + "Z" : text
    }

    private static func shown(_ milliseconds: Double) -> String {
        milliseconds >= 1000
            ? "\(Double(Int(milliseconds / 10)) / 100) s" : "\(Double(Int(milliseconds * 10)) / 10) ms"
    }
}
