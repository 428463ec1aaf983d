import JSONValue
import Testing

@testable import Replay

@Suite struct ReplayTests {
    static func file(_ name: String, event: JSONValue = [:], _ expectation: String? = nil) throws -> EventFile {
        EventFile(
            name: name, event: event,
            expectation: try expectation.map { try Expectation(JSONValue(parsing: $0), path: name) })
    }

    @Test func eventsRunAfterWhatTheyNeedEachOnce() throws {
        let replay = Replay([
            try Self.file("a", #"{"needs": ["c"]}"#), try Self.file("b", #"{"needs": ["c", "a"]}"#), try Self.file("c"),
        ])
        #expect(try replay.sequence().map(\.name) == ["c", "a", "b"])
        #expect(try replay.sequence(["c"]).map(\.name) == ["c"])
    }

    @Test func circlesAndMissingNeedsAreErrors() throws {
        let circle = Replay([try Self.file("a", #"{"needs": ["b"]}"#), try Self.file("b", #"{"needs": ["a"]}"#)])
        #expect(throws: EventFileError.circle(["a", "b", "a"])) { try circle.sequence() }
        let lonely = Replay([try Self.file("a", #"{"needs": ["z"]}"#)])
        #expect(throws: EventFileError.missingNeed(event: "a", need: "z")) { try lonely.sequence() }
    }

    @Test func capturedValuesFillLaterEvents() async throws {
        let replay = Replay([
            try Self.file("login", #"{"function": "accounts", "capture": {"token": "/body/token"}}"#),
            try Self.file(
                "me", event: ["auth": "Bearer ${token}!", "n": [1]], #"{"needs": ["login"], "answer": "Bearer t!"}"#),
            try Self.file("stray", event: ["x": "${nobody}"]),
        ])
        let outcomes = try await replay.run { function, event in
            if function == "accounts" {
                let body =
                    #"{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"token\":\"t\"}"}"#
                return (Array(body.utf8), nil)
            }
            let auth = try JSONValue(parsing: event)["auth"] ?? .null
            return (auth.encoded(), nil)
        }
        #expect(outcomes.map(\.name) == ["login", "me", "stray"])
        #expect(outcomes[1].faults.isEmpty)
        #expect(outcomes[1].isCompared)
        #expect(outcomes[2].faults == [EventFileError.missingValue(event: "stray", name: "nobody").description])
    }

    @Test func aFunctionErrorMatchesNothing() async throws {
        let replay = Replay([try Self.file("x", #"{"answer": "*"}"#)])
        let outcomes = try await replay.run { _, _ in (Array("{}".utf8), "Unhandled") }
        #expect(outcomes[0].faults.count == 1)
    }

    @Test func unknownMembersOfAnExpectationAreErrors() {
        #expect(throws: EventFileError.self) { try Self.file("x", #"{"anser": 1}"#) }
    }

    static let answer = #"""
        {"statusCode": 200, "headers": {"Content-Type": "application/json; charset=utf-8", "ETag": "\"x\""},
         "isBase64Encoded": true, "body": "eyJhIjpbMSwyXSwibiI6bnVsbH0="}
        """#

    @Test(arguments: [
        #""*""#, #"{"statusCode": 200.0}"#, #"{"headers": {"etag": "\"x\""}}"#, #"{"body": {"a": [1, 2]}}"#,
        #"{"body": {"n": "*"}}"#, #"{"body": {"a": {"$contains": 2}}}"#, #"{"statusCode": {"$oneOf": [201, 200]}}"#,
        #"{"body": {"$sha256": "6b10a208292a6e103319b11febbbf01092fe2b6b9dc8e873aec7020f71c400fe"}}"#,
    ])
    func matches(_ expected: String) throws {
        let differences = AnswerMatch.differences(
            expected: try JSONValue(parsing: expected), payload: Array(Self.answer.utf8))
        #expect(differences.isEmpty)
    }

    @Test(arguments: [
        (#"{"statusCode": "200"}"#, "/statusCode"), (#"{"body": {"a": [1]}}"#, "/body/a"),
        (#"{"body": {"z": "*"}}"#, "/body/z"),
        (#"{"body": {"a": {"$contains": 3}}}"#, "/body/a"), (#"{"statusCode": {"$oneOf": [201]}}"#, "/statusCode"),
        (#"{"body": {"$sha256": "00"}}"#, "/body"), (#"{"body": {"a": {"$what": 1}}}"#, "/body/a"), ("[]", ""),
    ])
    func differsThere(_ expected: String, _ pointer: String) throws {
        let differences = AnswerMatch.differences(
            expected: try JSONValue(parsing: expected), payload: Array(Self.answer.utf8))
        #expect(differences.map(\.pointer) == [pointer])
    }
}
