import CloudCore
import JSONValue
import Testing

@testable import Replay

@Suite("Comparing answers") struct AnswerComparisonTests {
    static let recorded = Timestamp(seconds: 1_772_323_200)  // 2026-03-01
    static let present = Timestamp(seconds: 1_774_000_000)

    private func comparison() -> AnswerComparison {
        AnswerComparison(recorded: [Self.recorded], present: [Self.present])
    }

    private func differences(_ expected: String, _ got: String) throws -> [Difference] {
        var comparison = comparison()
        comparison.compare(body: Array(expected.utf8), Array(got.utf8))
        return comparison.takeDifferences()
    }

    @Test(arguments: [
        (#"{"a":1,"b":[true,null]}"#, #"{"b":[true,null],"a":1.0}"#),
        (#"{"id":"550e8400-e29b-41d4-a716-446655440000"}"#, #"{"id":"7c9e6679-7425-40de-944b-e07fc1f90ae7"}"#),
        (#"{"id":"4f1c0a9b8e7d6c5b4a39281706f5e4d3"}"#, #"{"id":"00112233445566778899aabbccddeeff"}"#),
        (#"{"t":"Zk3QmA9xT1bW7cYpL0vR"}"#, #"{"t":"q8RtY2uI5oP1aS4dF7gH"}"#),
        (#"{"at":"2026-03-01T10:00:00Z"}"#, #"{"at":"2026-03-20T11:30:00Z"}"#),
        (#"{"at":"2026-03-01T10:00:00.123+01:00"}"#, #"{"at":"2026-03-20T11:30:00Z"}"#),
        (#"{"day":"2026-03-01"}"#, #"{"day":"2026-03-20"}"#),
        (#"{"at":1772323200}"#, #"{"at":1774000000}"#), (#"{"at":1772323200123}"#, #"{"at":1774000000456}"#),
        (
            #"{"url":"/p/550e8400-e29b-41d4-a716-446655440000/x"}"#,
            #"{"url":"/p/7c9e6679-7425-40de-944b-e07fc1f90ae7/x"}"#
        ),
        (#"{"durationMs":3}"#, #"{"durationMs":12.5}"#),
        (#"{"body":"{\"a\":1,\"at\":1772323200}"}"#, #"{"body":"{\"at\":1774000000,\"a\":1}"}"#),
        ("seen Sun, 01 Mar 2026 00:00:00 GMT", "seen Fri, 20 Mar 2026 09:46:40 GMT"),
        ("", ""), ("text", "text"),
    ])
    func theSameButForWhatIsNewEachTime(_ expected: String, _ got: String) throws {
        #expect(try differences(expected, got) == [])
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"{"a":2}"#, "body/a", "1", "2"), (#"{"a":1}"#, "{}", "body/a", "1", "nothing"),
        ("{}", #"{"a":1}"#, "body/a", "nothing", "1"), (#"{"a":"x"}"#, #"{"a":7}"#, "body/a", "\"x\"", "7"),
        (#"{"a":[1,2]}"#, #"{"a":[1]}"#, "body/a", "2 elements", "1: [1]"),
        (#"{"name":"ada"}"#, #"{"name":"bob"}"#, "body/name", "ada", "bob"),
        (#"{"born":"1985-12-10"}"#, #"{"born":"1985-12-11"}"#, "body/born", "1985-12-10", "1985-12-11"),
        (
            #"{"id":"4f1c0a9b8e7d6c5b4a39281706f5e4d3"}"#, #"{"id":"4f1c0a9b8e7d6c5b"}"#, "body/id",
            "4f1c0a9b8e7d6c5b4a39281706f5e4d3", "4f1c0a9b8e7d6c5b"
        ),
        (#"{"at":"2026-03-01T10:00:00Z"}"#, #"{"at":"soon"}"#, "body/at", "2026-03-01T10:00:00Z", "soon"),
        (
            #"{"key":"holiday-2024-beach-1"}"#, #"{"key":"holiday-2025-beach-1"}"#, "body/key", "holiday-2024-beach-1",
            "holiday-2025-beach-1"
        ),
        (#"{"count":1772}"#, #"{"count":1773}"#, "body/count", "1772", "1773"),
        ("text", "other", "body", "text", "other"),
        (#"{"a":1}"#, "text", "body", #"{"a":1}"#, "text"), ("text", "", "body", "text", "nothing"),
    ])
    func whatDiffersIsSaidWithItsPlace(
        _ expected: String, _ got: String, _ path: String, _ was: String, _ now: String
    ) throws {
        #expect(try differences(expected, got) == [Difference(path: path, expected: was, got: now)])
    }

    @Test func anIdentifierIsTheSameOneEverywhere() {
        let (x, y) = ("4f1c0a9b8e7d6c5b4a39281706f5e4d3", "00112233445566778899aabbccddeeff")
        let z = "ffeeddccbbaa99887766554433221100"
        var comparison = comparison()
        comparison.compare(text: x, y, at: "first")
        comparison.compare(text: "/\(x)", "/\(y)", at: "again")
        #expect(comparison.takeDifferences().isEmpty)
        comparison.compare(text: x, z, at: "another")
        comparison.compare(text: z, y, at: "taken")
        comparison.compare(text: x, x, at: "old")
        #expect(comparison.takeDifferences().map(\.path) == ["another", "taken", "old"])
    }

    @Test func whatACallerChoseComesBackAsItWas() {
        var comparison = comparison()
        comparison.identifiers.choose(["4f1c0a9b8e7d6c5b4a39281706f5e4d3", "2026-03-01T10:00:00Z"])
        comparison.compare(text: "4f1c0a9b8e7d6c5b4a39281706f5e4d3", "00112233445566778899aabbccddeeff", at: "id")
        comparison.compare(text: "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z", at: "moment")
        #expect(comparison.takeDifferences().map(\.path) == ["id", "moment"])
        comparison.compare(text: "4f1c0a9b8e7d6c5b4a39281706f5e4d3", "4f1c0a9b8e7d6c5b4a39281706f5e4d3", at: "id")
        #expect(comparison.takeDifferences().isEmpty)
    }

    @Test func headerFieldsOfTheConnectionAreNotCompared() {
        var comparison = comparison()
        comparison.compare(
            headers: [("Date", "x"), ("ETag", "\"a\""), ("Apigw-Requestid", "1"), ("Vary", "a"), ("Vary", "b")],
            [("etag", "\"b\""), ("x-cache", "HIT"), ("vary", "a"), ("vary", "b"), ("X-New", "1")])
        #expect(
            comparison.takeDifferences() == [
                Difference(path: "headers/etag", expected: "\"a\"", got: "\"b\""),
                Difference(path: "headers/x-new", expected: "nothing", got: "1"),
            ])
    }

    @Test func bytesAreToldByTheirDigests() {
        var comparison = comparison()
        comparison.compare(body: [0xFF, 1], [0xFF, 2])
        let difference = comparison.takeDifferences().first
        #expect(difference?.expected.hasPrefix("2 bytes with SHA-256 ") == true)
        comparison.compare(length: 3, sha256: "00", [1, 2, 3])
        #expect(comparison.takeDifferences().count == 1)
    }

    @Test func addressesOfTheCloudAreTheOnesOfThisCloud() {
        var comparison = AnswerComparison(
            recorded: [Self.recorded], present: [Self.present], addresses: [("//127.0.0.1:1", "//127.0.0.1:2")])
        comparison.compare(text: "http://127.0.0.1:1/a", "http://127.0.0.1:2/a", at: "url")
        #expect(comparison.takeDifferences().isEmpty)
    }
}
