import Testing
import URLEncoding

@Suite struct PercentEncodingTests {
    @Test func everyByteComesBack() {
        let text = String(decoding: (0...127).map { UInt8($0) }, as: UTF8.self) + "\u{e9}\u{20ac}\u{1f600}"
        let encoded = PercentEncoding.encode(text)
        #expect(PercentEncoding.decode(encoded) == text)
        #expect(encoded.utf8.allSatisfy { $0 < 0x80 && $0 > 0x20 })
        #expect(!encoded.contains("/"))
        #expect(PercentEncoding.encode("a/b c+d~é", keepingSlashes: true) == "a/b%20c%2Bd~%C3%A9")
    }

    @Test(arguments: [("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%41%", "A%"), ("a+b", "a+b"), ("%E9", "\u{FFFD}")])
    func takesBrokenTextAsItIs(_ text: String, _ expected: String) {
        #expect(PercentEncoding.decode(text) == expected)
    }

    @Test func plusIsASpaceOnRequest() { #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: true) == "a b+") }

    @Test func bytesThatAreNoTextComeBack() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(PercentEncoding.decodeBytes(PercentEncoding.encode(bytes)) == bytes)
        #expect(PercentEncoding.decodeBytes(PercentEncoding.encode(bytes).utf8) == bytes)
        #expect(PercentEncoding.decodeBytes("%ff+", plusIsSpace: true) == [0xFF, 0x20])
    }

    @Test func keepsWhatItIsTold() {
        #expect(PercentEncoding.encode("a/b:c?d é", keeping: "/:") == "a/b:c%3Fd%20%C3%A9")
        #expect(PercentEncoding.encode("a/b", keeping: "") == "a%2Fb")
        #expect(PercentEncoding.encode("xa/by".dropFirst().dropLast(), keepingSlashes: true) == "a/b")
    }

    /// Slices, whose indices do not start at 0, and collections that do not lie in one piece.
    @Test func readsBytesWhereverTheyLie() {
        #expect(PercentEncoding.decode("xx%41+%2B".utf8.dropFirst(2), plusIsSpace: true) == "A +")
        #expect(PercentEncoding.decode(Array("%41".utf8).lazy.map { $0 }) == "A")
        #expect(PercentEncoding.decode("plain".utf8) == "plain")
    }

    @Test(arguments: [
        ("", ""), ("a+b", "a+b"), ("%C3%A9", "é"), ("%c3%a9", "é"), ("%", nil), ("a%4", nil), ("%zz", nil),
        ("%E9", nil),
        ("%41%", nil), ("%25", "%"),
    ])
    func strictlyRefusesBrokenText(_ text: String, _ expected: String?) {
        #expect(PercentEncoding.decodeStrictly(text) == expected)
    }

    @Test func strictlyReadsPlusAsASpaceOnRequest() {
        #expect(PercentEncoding.decodeStrictly("a+b%2B", plusIsSpace: true) == "a b+")
    }
}
