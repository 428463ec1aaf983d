import CloudCore
import Testing

@testable import CloudLambda

/// Which bodies a pattern is for, as "Properly filtering Amazon SQS messages" tells it.
@Suite struct MessageFilterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var pattern: String
        var body: String
        var matches: Bool
        var testDescription: String { "\(pattern) on \(body)" }

        init(_ pattern: String, _ body: String, _ matches: Bool) {
            (self.pattern, self.body, self.matches) = (pattern, body, matches)
        }
    }

    static let cases = [
        // Field names: for JSON objects.
        Case(#"{"body":{"kind":["a"]}}"#, #"{"kind":"a"}"#, true),
        Case(#"{"body":{"kind":["a"]}}"#, #"{"kind":"b"}"#, false),
        Case(#"{"body":{"kind":["a"]}}"#, "a", false),
        Case(#"{"body":{"kind":["a"]}}"#, "{not JSON", false),
        Case(#"{"body":{"kind":[{"exists":false}]}}"#, #"{"other":1}"#, true),
        Case(#"{"body":{"kind":[{"exists":false}]}}"#, "plain", false),
        Case(#"{"body":{"size":[{"numeric":[">=",100,"<",200]}]}}"#, #"{"size":105}"#, true),
        Case(#"{"body":{"size":[{"numeric":[">=",100,"<",200]}]}}"#, #"{"size":200}"#, false),
        Case(#"{"body":{"a":{"b":[{"prefix":"us-1"}]}}}"#, #"{"a":{"b":"us-1-48454"}}"#, true),
        // A list: for plain texts.
        Case(#"{"body":["plain"]}"#, "plain", true),
        Case(#"{"body":["plain"]}"#, "other", false),
        Case(#"{"body":[{"prefix":"pl"}]}"#, "plain", true),
        Case(#"{"body":[{"prefix":"{"}]}"#, #"{"kind":"a"}"#, false),
        Case(#"{"body":[{"anything-but":["x"]}]}"#, #"{"kind":"a"}"#, false),
        Case(#"{"body":["12"]}"#, "12", true),
        // Nothing of the body: for both.
        Case(#"{"messageAttributes":{"kind":{"stringValue":["a"]}}}"#, #"{"kind":"b"}"#, true),
        Case(#"{"messageAttributes":{"kind":{"stringValue":["a"]}}}"#, "plain", true),
        Case(#"{"messageAttributes":{"kind":{"stringValue":["z"]}}}"#, "plain", false),
        Case(#"{"messageAttributes":{"kind":{"dataType":["String"]}}}"#, "plain", true),
        Case(#"{"attributes":{"ApproximateReceiveCount":["1"]}}"#, "plain", true),
        Case(#"{"attributes":{"ApproximateReceiveCount":["2"]}}"#, "plain", false),
        Case(#"{"awsRegion":["us-east-1"],"eventSource":["aws:sqs"]}"#, "plain", true),
    ]

    private func message(_ body: String) -> SourceMessage {
        SourceMessage(
            messageID: "i", receiptHandle: "h", body: body, bodyDigest: "m",
            attributes: [("ApproximateReceiveCount", "1")],
            messageAttributes: [("kind", "String", .text("a")), ("blob", "Binary", .bytes([1]))])
    }

    @Test(arguments: cases) func formsOfBodies(_ one: Case) throws {
        let filter = try #require(try MessageFilter([one.pattern]))
        #expect(filter.matches(message(one.body), source: FakeQueue.standard) == one.matches)
    }

    @Test func onePatternOfSeveralIsEnough() throws {
        let filter = try #require(try MessageFilter([#"{"body":{"kind":["a"]}}"#, #"{"body":["plain"]}"#]))
        #expect(filter.matches(message(#"{"kind":"a"}"#), source: FakeQueue.standard))
        #expect(filter.matches(message("plain"), source: FakeQueue.standard))
        #expect(!filter.matches(message("other"), source: FakeQueue.standard))
    }

    @Test(arguments: ["", "simple string", #""text""#, "[]", #"{"body":"a"}"#, #"{"body":[{"eqals":"a"}]}"#, "{"])
    func whatIsNoPattern(_ text: String) {
        #expect(throws: LambdaErrors.invalidParameter("Invalid filter pattern definition.")) {
            _ = try MessageFilter([text])
        }
    }

    @Test func noPatternsAreNoFilter() throws { #expect(try MessageFilter([]) == nil) }
}
