import CloudCore
import JSONValue
import NIOCore
import Synchronization
import Testing

@testable import Replay

@Suite("Runs of replayed spans") struct RunTests {
    static let start = Timestamp(seconds: 1_772_323_200)

    static func invocation(
        _ function: String, at seconds: Int, event: String = "{}", answer: String = #"{"mended":0}"#,
        error: String? = nil, attempt: Int? = 1, id: String = "id"
    ) -> CompletedInvocation {
        CompletedInvocation(
            function: function, source: "schedule \(function)", requestID: id, attempt: attempt,
            payload: ByteBuffer(string: event), start: start + .seconds(seconds), duration: .microseconds(1500),
            outcome: .answered(
                InvocationResult(payload: ByteBuffer(string: answer), functionError: error, requestID: id)))
    }

    private func run(
        _ function: String = "f", at seconds: Int = 0, event: String = "{}", answer: String = #"{"mended":0}"#,
        error: String? = nil, id: String = "id"
    ) -> FunctionRun {
        FunctionRun(Self.invocation(function, at: seconds, event: event, answer: answer, error: error, id: id))
    }

    @Test func runsOfAMomentHaveOneOrderHoweverTheyEnded() {
        let told = Mutex<[String]>([])
        let journal = RunJournal { run in told.withLock { $0.append(run.function) } }
        for (function, seconds) in [("b", 1), ("a", 1), ("z", 2), ("c", 3), ("b", 3)] {
            journal.invocationEnded(Self.invocation(function, at: seconds))
        }
        #expect(told.withLock { $0 } == ["a", "b", "z"])
        #expect(journal.finish().map(\.function) == ["a", "b", "z", "b", "c"])
        #expect(told.withLock { $0 } == ["a", "b", "z", "b", "c"])
    }

    @Test func runsComeBackFromJSON() throws {
        let run = run(event: #"{"a":[1.50]}"#, answer: "no JSON", error: "Unhandled")
        #expect(FunctionRun(run.value) == run)
        #expect(run.value["milliseconds"]?.double == 1.5)
        #expect(FunctionRun(["at": "soon"]) == nil)
    }

    @Test func equalReplaysAreIdentical() {
        let runs = [run(at: 1), run(at: 2)]
        var slower = runs
        slower[0].milliseconds = 900
        let comparison = RunComparison(expected: runs, got: slower)
        #expect(comparison.isIdentical)
        #expect(comparison.differences.isEmpty)
        #expect(RunComparison.fingerprint(of: runs) == RunComparison.fingerprint(of: slower))
    }

    @Test func whatIsNewEachTimeIsNoDifferenceButNotIdentical() {
        let (x, y) = ("4f1c0a9b8e7d6c5b4a39281706f5e4d3", "00112233445566778899aabbccddeeff")
        let comparison = RunComparison(
            expected: [run(answer: #"{"id":"\#(x)"}"#), run(at: 1, event: #"{"of":"\#(x)"}"#)],
            got: [run(answer: #"{"id":"\#(y)"}"#), run(at: 1, event: #"{"of":"\#(y)"}"#)])
        #expect(!comparison.isIdentical)
        #expect(comparison.differences.isEmpty)
    }

    @Test func differencesAreSaidWithTheirRun() {
        let comparison = RunComparison(
            expected: [run(at: 60), run(at: 120), run("gone", at: 180)],
            got: [run(at: 60, answer: #"{"mended":2}"#), run(at: 120, error: "Unhandled"), run("new", at: 240)])
        let place = "2026-03-01T00:0"
        #expect(
            comparison.differences.map(\.description) == [
                "\(place)1:00Z schedule f → f answer/mended: expected 0, got 2",
                "\(place)2:00Z schedule f → f outcome: expected answered, got Unhandled",
                "\(place)3:00Z schedule gone → gone: expected a run, got no run",
                "\(place)4:00Z schedule new → new: expected no run, got a run",
            ])
    }

    @Test func longRowsOfEqualRunsAreDrawnTogether() {
        var lines = RunLines(drawsTogether: true)
        var text: [String] = []
        for index in 1...5 { text += lines.add(run(at: index * 60)) }
        text += lines.add(run("backup", at: 301))
        text += lines.add(run(at: 360))
        text += lines.add(run(at: 420, answer: #"{"mended":1}"#))
        text += lines.finish()
        #expect(
            text == [
                #"2026-03-01T00:01:00Z  schedule f → f  1.5 ms  {"mended":0}"#,
                "    … 4 more like it, the last at 2026-03-01T00:05:00Z, 1.5 ms on average",
                #"2026-03-01T00:05:01Z  schedule backup → backup  1.5 ms  {"mended":0}"#,
                #"2026-03-01T00:06:00Z  schedule f → f  1.5 ms  {"mended":0}"#,
                #"2026-03-01T00:07:00Z  schedule f → f  1.5 ms  {"mended":1}"#,
            ])
        var all = RunLines(drawsTogether: false)
        #expect((1...5).flatMap { all.add(run(at: $0)) }.count == 5)
    }

    @Test func countedIdentifiersComeInTheSameOrder() {
        let (one, other) = (IdentifierSource.counted(seed: "a"), IdentifierSource.counted(seed: "a"))
        let first = (0..<100).map { _ in one.uuid() }
        #expect(first == (0..<100).map { _ in other.uuid() })
        #expect(Set(first).count == 100)
        #expect(IdentifierSource.counted(seed: "b").uuid() != first[0])
        #expect(IdentifierSource.counted(seed: "a").bytes(100).count == 100)
    }
}
