import Testing

@testable import Recognition

@Suite("From a model's steps to characters")
struct CTCDecoderTests {
    private let table = CharacterTable(parsing: "blank\r\na\nb\n \n")

    /// The steps that a text stands for: `-` is the blank, `_` the space.
    private func read(_ steps: String, probability: Float = 0.9) -> [ReadCharacter] {
        var values: [Float] = []
        for step in steps {
            let index = Array("-ab_").firstIndex(of: step) ?? 0
            values += (0..<4).map { $0 == index ? probability : (1 - probability) / 3 }
        }
        return values.withUnsafeBufferPointer { CTCDecoder(table: table).decode($0, steps: steps.count) }
    }

    @Test("The table has one character a line, after the blank")
    func tableOfCharacters() {
        #expect(table.count == 4)
        #expect([-1, 0, 1, 2, 3, 4].map { table[$0] } == [nil, nil, "a", "b", " ", nil])
    }

    @Test(
        "Repeated steps are one character, unless a blank stands between",
        arguments: [
            ("", ""), ("-", ""), ("---", ""), ("a", "a"), ("aaa", "a"), ("a-a", "aa"), ("aab", "ab"), ("--ab--", "ab"),
            ("a-_-b", "a b"), ("ab-ba", "abba"), ("__a", " a"),
        ])
    func collapsed(steps: String, text: String) {
        #expect(read(steps).map(\.text).joined() == text)
    }

    @Test("A character stands in the middle of its steps")
    func positions() {
        #expect(read("aa--bbb-").map(\.position) == [0.125, 0.6875])
    }

    @Test("Confidence is the best of its steps, also where no step is sure", arguments: [Float(0.9), 0.4])
    func confidence(probability: Float) throws {
        let found = try #require(read("-a-", probability: probability).first)
        #expect(abs(found.confidence - Double(probability)) < 1e-6)
    }

    @Test("Values that do not fit are nothing, not a trap")
    func short() {
        let values: [Float] = [0, 1, 0]
        #expect(values.withUnsafeBufferPointer { CTCDecoder(table: table).decode($0, steps: 5) }.isEmpty)
        #expect(values.withUnsafeBufferPointer { CTCDecoder(table: table).decode($0, steps: 0) }.isEmpty)
        let none = CharacterTable(parsing: "")
        #expect(values.withUnsafeBufferPointer { CTCDecoder(table: none).decode($0, steps: 1) }.isEmpty)
    }
}
