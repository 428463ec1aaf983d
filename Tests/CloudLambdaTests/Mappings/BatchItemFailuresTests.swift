import Testing

@testable import CloudLambda

/// Every answer that Lambda tells apart, and what it makes of the batch `a`, `b`, `c`.
@Suite struct BatchItemFailuresTests {
    static let succeeding = [
        "", " \n", "null", "{}", #""""#, #"{"batchItemFailures":[]}"#, #"{"batchItemFailures":null}"#,
        #"{"statusCode":200}"#, #"{"other":[{"itemIdentifier":"a"}]}"#,
    ]
    static let failing = [
        #"{"batchItemFailures":[{"itemIdentifier":""}]}"#, #"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
        #"{"batchItemFailures":[{"itemIdentifier":7}]}"#, #"{"batchItemFailures":[{"foo":"a"}]}"#,
        #"{"batchItemFailures":[{}]}"#, #"{"batchItemFailures":["a"]}"#, #"{"batchItemFailures":[null]}"#,
        #"{"batchItemFailures":[{"itemIdentifier":"x"}]}"#,
        #"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"x"}]}"#,
        #"{"batchItemFailures":[{"itemIdentifier":"a"},{"foo":"b"}]}"#, #"{"batchItemFailures":"a"}"#,
        #"{"batchItemFailures":{"itemIdentifier":"a"}}"#, #"{"batchItemFailures":123}"#,
        #"{"batchItemFailures":[{"itemIdentifier":"a"}"#, "no JSON", "{", "[1]", "12", "true", #""done""#,
        "\u{FEFF}{",
    ]

    private func verdict(_ text: String) -> BatchVerdict {
        BatchItemFailures.verdict(of: Array(text.utf8), batch: ["a", "b", "c"])
    }

    @Test(arguments: succeeding) func allAreDone(_ answer: String) { #expect(verdict(answer) == .succeeded) }

    @Test(arguments: failing) func allComeAgain(_ answer: String) {
        #expect(verdict(answer) == .failedWholly(.functionFailed))
    }

    @Test func whatIsNamedComesAgain() {
        #expect(verdict(#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#) == .failed(["b"]))
        #expect(
            verdict(#"{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a"},{"itemIdentifier":"c"}]}"#)
                == .failed(["a", "c"]))
    }

    @Test func bytesThatAreNoText() {
        let answer: [UInt8] = [0x22, 0xFF, 0x22]
        #expect(BatchItemFailures.verdict(of: answer, batch: ["a"]) == .failedWholly(.functionFailed))
    }
}
