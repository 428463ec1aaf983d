import ArgumentParser
import CloudCore
import Emulator
import Foundation
import JSONValue
import Replay
import Synchronization

/// The options of replayed schedules.
struct ScheduleOptions: ParsableArguments {
    @Flag(help: "Fire everything that is scheduled in a span of time.")
    var schedules = false

    @Option(
        help: ArgumentHelp("The span's beginning, such as 2026-03-01 or 2026-03-01T12:00:00Z.", valueName: "MOMENT"))
    var from: String?

    @Option(help: ArgumentHelp("The span's end; what is due then is fired too.", valueName: "MOMENT"))
    var to: String?

    @Flag(help: "Replay twice and compare the two.")
    var twice = false

    @Option(help: ArgumentHelp("Compare with what --json printed earlier.", valueName: "FILE"))
    var expect: String?

    func check() throws {
        guard schedules else {
            guard from == nil, to == nil, !twice, expect == nil else {
                throw ValidationError("--from, --to, --twice and --expect go with --schedules.")
            }
            return
        }
        let (from, to) = try span()
        guard from < to else { throw ValidationError("--from must be before --to.") }
        guard !twice || expect == nil else { throw ValidationError("Give --twice or --expect, not both.") }
    }

    /// From when to when.
    func span() throws -> (from: Timestamp, to: Timestamp) {
        (try Self.moment(from, "--from"), try Self.moment(to, "--to"))
    }

    private static func moment(_ text: String?, _ option: String) throws -> Timestamp {
        guard let text else { throw ValidationError("--schedules needs \(option), such as \(option) 2026-03-01.") }
        guard let moment = Timestamp(iso8601: text.count == 10 ? text + "T00:00:00Z" : text) else {
            throw ValidationError("\(option) takes a moment such as 2026-03-01 or 2026-03-01T12:00:00Z, not '\(text)'.")
        }
        return moment
    }
}

/// Replays all schedules over a span of time, on a cloud with a clock of its own.
struct ReplaySchedules {
    var options: ScheduleOptions
    var cloud: CloudOptions
    var json: Bool

    func run() async throws {
        let span = try options.span()
        let expected = try options.expect.map(Self.readRuns)
        let data = try ReplayData(directory: cloud.dataDirectory, keepsCopy: options.twice)
        defer { data.removeCopy() }
        let first = try await replay(span, data.first, prints: !json)
        var comparison = expected.map { RunComparison(expected: $0, got: first.runs) }
        var second: Result?
        if options.twice {
            let again = try await replay(span, data.second, prints: false)
            comparison = RunComparison(expected: first.runs, got: again.runs)
            second = again
        }
        if json {
            print(object(first, second, comparison).text(.pretty))
        } else {
            print("\n" + first.closing)
            if let second { print("Once more: " + second.closing) }
            if let comparison { print(Self.verdict(comparison)) }
        }
        let failed = first.failed + (second?.failed ?? 0)
        if failed > 0 || comparison?.differences.isEmpty == false { throw ExitCode(1) }
    }

    /// What one replay came to.
    private struct Result {
        var runs: [FunctionRun]
        var seconds: Double

        var events: Int { Set(runs.map { "\($0.function) \($0.requestID)" }).count }
        var failed: Int { runs.filter { $0.failure != nil }.count }

        var closing: String {
            let time = String(format: "%.1f", seconds)
            let failures = failed == 0 ? "none failed" : "\(failed) FAILED"
            return runs.isEmpty
                ? "Nothing is scheduled in this span."
                : "\(events) events fired in \(time) s: \(runs.count) runs, \(failures)."
        }
    }

    private func replay(_ span: (from: Timestamp, to: Timestamp), _ data: ReplayData.Place, prints: Bool) async throws
        -> Result
    {
        let lines = Mutex(RunLines(drawsTogether: isatty(1) == 1))
        let journal = RunJournal { run in
            guard prints else { return }
            for line in lines.withLock({ $0.add(run) }) { print(line) }
        }
        var configuration = cloud.configuration()
        configuration.edgePort = 0
        configuration.gatewayPort = 0
        configuration.data = data.data
        configuration.clock = CloudClock(startingAt: span.from, pace: .frozen)
        configuration.identifiers = .counted(seed: data.seed)
        configuration.observer = journal
        let running = try await LocalCloud.start(
            configuration, log: ActivityLog(.silent, clock: configuration.clock))
        let start = ContinuousClock.now
        await running.clock.set(to: span.to)
        await running.clock.settled()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        await running.stop()
        let runs = journal.finish()
        if prints { for line in lines.withLock({ $0.finish() }) { print(line) } }
        return Result(runs: runs, seconds: seconds)
    }

    // MARK: What is told

    private static func verdict(_ comparison: RunComparison) -> String {
        if comparison.isIdentical { return "Both are the same, byte for byte." }
        if comparison.differences.isEmpty { return "Both are the same but for identifiers and moments." }
        let count = comparison.differences.count
        return
            (["They DIFFER:"]
            + comparison.differences.prefix(20).map {
                "    \($0.path)\n      expected  \($0.expected)\n      got       \($0.got)"
            } + (count > 20 ? ["    … \(count - 20) more differences"] : [])).joined(separator: "\n")
    }

    private func object(_ first: Result, _ second: Result?, _ comparison: RunComparison?) -> JSONValue {
        func summary(_ result: Result) -> JSONObject {
            [
                "events": JSONValue(result.events), "runs": JSONValue(result.runs.count),
                "failed": JSONValue(result.failed), "seconds": JSONValue(result.seconds),
                "fingerprint": .string(RunComparison.fingerprint(of: result.runs)),
            ]
        }
        var object: JSONObject = [
            "from": options.from.map { .string($0) } ?? .null, "to": options.to.map { .string($0) } ?? .null,
            "summary": .object(summary(first)),
        ]
        if let second { object["second"] = .object(summary(second)) }
        if let comparison {
            object["identical"] = .bool(comparison.isIdentical)
            object["differences"] = .array(comparison.differences.map(\.value))
        }
        object["runs"] = .array(first.runs.map(\.value))
        return .object(object)
    }

    private static func readRuns(_ path: String) throws -> [FunctionRun] {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw EventFileError.unreadable(path: path)
        }
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes) } catch { throw EventFileError.notJSON(path: path, error) }
        guard let runs = value["runs"]?.array else {
            throw EventFileError.malformed(path: path, "it has no 'runs', as 'replay --schedules --json' prints them")
        }
        return try runs.enumerated().map { index, value in
            guard let run = FunctionRun(value) else {
                throw EventFileError.malformed(path: path, "its run \(index) lacks a member")
            }
            return run
        }
    }
}
