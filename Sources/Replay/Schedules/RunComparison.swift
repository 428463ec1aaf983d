import CloudCore
import Digests
import JSONValue

/// Compares the runs of two replays of the same span.
public struct RunComparison: Sendable {
    /// What differs, in the order of time.
    public private(set) var differences: [Difference] = []
    /// Whether everything is the same to the byte, but for how long it took.
    public let isIdentical: Bool

    /// Differences that are told; the first ones say it all.
    private static let limit = 1000

    /// Compares `got` with what was expected.
    public init(expected: [FunctionRun], got: [FunctionRun]) {
        isIdentical = expected.count == got.count && zip(expected, got).allSatisfy { $0.content == $1.content }
        guard !isIdentical else { return }
        var there = Dictionary(grouping: got.indices, by: { Key(got[$0]) })
        var comparison = AnswerComparison(recorded: [], present: [])
        var missing: [(run: FunctionRun, isExtra: Bool)] = []
        for run in expected {
            guard let index = there[Key(run)]?.first else {
                missing.append((run, false))
                continue
            }
            there[Key(run)]?.removeFirst()
            let other = got[index]
            comparison.recorded = [run.at, .machineTime]
            comparison.present = comparison.recorded
            let place = Self.place(run)
            comparison.compare(text: run.failure ?? "answered", other.failure ?? "answered", at: "\(place) outcome")
            comparison.compare(text: run.requestID, other.requestID, at: "\(place) requestId")
            comparison.compare(run.event, other.event, at: "\(place) event", name: nil)
            comparison.compare(run.answer, other.answer, at: "\(place) answer", name: nil)
        }
        for index in there.values.joined().sorted() { missing.append((got[index], true)) }
        differences = comparison.takeDifferences()
        differences += missing.sorted { FunctionRun.isBefore($0.run, $1.run) }.map { run, isExtra in
            Difference(
                path: Self.place(run), expected: isExtra ? "no run" : "a run", got: isExtra ? "a run" : "no run")
        }
        differences = Array(differences.prefix(Self.limit))
    }

    /// By what a run of one replay is found in the other.
    private struct Key: Hashable {
        var at: Timestamp
        var function: String
        var source: String
        var attempt: Int?

        init(_ run: FunctionRun) {
            at = run.at
            function = run.function
            source = run.source
            attempt = run.attempt
        }
    }

    private static func place(_ run: FunctionRun) -> String {
        "\(run.at.iso8601) \(run.source) → \(run.function)\(run.attempt.map { $0 > 1 ? " (attempt \($0))" : "" } ?? "")"
    }

    /// The SHA-256 of what is the same each time, in hexadecimal digits.
    public static func fingerprint(of runs: [FunctionRun]) -> String {
        let digest = Digest(.sha256)
        for run in runs { digest.update(JSONValue.object(run.content).encoded()) }
        return Hex.encode(digest.finalize())
    }
}
