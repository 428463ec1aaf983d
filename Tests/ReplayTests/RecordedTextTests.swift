import Testing

@testable import Replay

@Suite("Texts with references") struct RecordedTextTests {
    @Test(arguments: [
        "", "plain", "$", "cost 5$", "a$b", "$$", "${", "${password:1}", "$${x}", "a$$$b", "{$}", "ends with $$",
    ])
    func literalsComeBackAsTheyWere(_ text: String) throws {
        let recorded = RecordedText(literal: text)
        let read = try RecordedText(parsing: recorded.text)
        #expect(!read.hasSecrets)
        #expect(read.filled { _ in "secret" } == text)
    }

    @Test func aDollarInFrontOfAReferenceStaysOne() throws {
        let text = RecordedText([
            .literal("$"), .secret(.password(number: 1, length: nil), .plain), .literal("$"),
            .secret(.given(number: 2, name: "x", isNumber: false), .url), .literal("{$"),
        ])
        let read = try RecordedText(parsing: text.text)
        #expect(read == text)
        #expect(read.filled { _ in "a b" } == "$a b$a%20b{$")
    }

    @Test(arguments: [
        SecretReference.answer(exchange: 3, place: AnswerPlace(pointer: "/body/token")),
        .answer(exchange: 12, place: AnswerPlace(pointer: "/body/a}b|c?d%e/0")),
        .answer(exchange: 1, place: AnswerPlace(pointer: "/body/url", query: .whole)),
        .answer(exchange: 1, place: AnswerPlace(pointer: "/headers/location", query: .parameter("co?de"))),
        .password(number: 1, length: nil), .password(number: 2, length: 3),
        .given(number: 4, name: "x-api-key", isNumber: false), .given(number: 4, name: "p:i}n", isNumber: true),
    ])
    func referencesComeBackAsTheyWere(_ reference: SecretReference) throws {
        #expect(SecretReference(reference.text) == reference)
        let text = RecordedText([.secret(reference, .json)])
        #expect(try RecordedText(parsing: text.text) == text)
    }

    @Test(arguments: [
        "${", "${password", "${password}", "${password:x}", "${password:1:-4}", "${answer:1}", "${answer:x/body}",
        "${secret:1}", "${other:1:2}", "${password:1|rot13}", "${}",
    ])
    func whatIsNoReferenceIsRefused(_ text: String) {
        #expect(throws: SessionFault.self) { try RecordedText(parsing: text) }
    }

    @Test(arguments: [
        (RecordedText.Encoding.plain, "a b+ü\"", "a b+ü\""), (.url, "a b+ü\"", "a%20b%2B%C3%BC%22"),
        (.form, "a b+", "a+b%2B"), (.json, "a\"b\n", "a\\\"b\\n"),
    ])
    func valuesAreWrittenAsTheirPlaceWantsThem(_ encoding: RecordedText.Encoding, _ value: String, _ text: String) {
        #expect(encoding.apply(to: value) == text)
    }
}
