import CloudCore
import NIOCore
import Testing

@testable import CloudS3

@Suite struct ChunkedPayloadTests {
    /// Decodes a body that arrives in pieces of this size.
    private func decode(
        _ text: String, piece: Int, sizeLimit: Int = 1000
    ) throws -> (content: String, trailers: [String], signatures: [String?], isEnded: Bool) {
        var decoder = ChunkedPayloadDecoder(sizeLimit: sizeLimit)
        var content = ""
        var trailers: [String] = []
        var signatures: [String?] = []
        var isEnded = false
        func take(_ event: ChunkedPayloadDecoder.Event) {
            switch event {
            case .data(let bytes): content += String(buffer: bytes)
            case .chunkEnd(let signature): signatures.append(signature)
            case .end(let fields):
                trailers = fields.map { "\($0.name)=\($0.value)" }
                isEnded = true
            }
        }
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            decoder.feed(ByteBuffer(bytes: bytes[start..<min(bytes.count, start + piece)]))
            while let event = try decoder.next() { take(event) }
        }
        if let event = try decoder.endOfBody() { take(event) }
        return (content, trailers, signatures, isEnded)
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func framesComeOffWhateverThePieces(_ piece: Int) throws {
        let signed = try decode(
            "5;chunk-signature=aa\r\nhello\r\n1;chunk-signature=bb\r\n!\r\n0;chunk-signature=cc\r\n\r\n", piece: piece)
        #expect(signed.content == "hello!")
        #expect(signed.signatures == ["aa", "bb", "cc"])
        #expect(signed.isEnded)
        let trailing = try decode(
            "5\r\nhello\r\n0\r\nX-Amz-Checksum-CRC32: NhCmhg==\r\nx-amz-trailer-signature:dd\r\n\r\n", piece: piece)
        #expect(trailing.content == "hello")
        #expect(trailing.trailers == ["x-amz-checksum-crc32=NhCmhg==", "x-amz-trailer-signature=dd"])
        // Some clients leave out the last line end, and some end lines with a line feed alone.
        #expect(try decode("2\r\nhi\r\n0\r\n", piece: piece).isEnded)
        #expect(try decode("2\nhi\n0\na:b\n", piece: piece).trailers == ["a=b"])
        #expect(try decode("0\r\n\r\n", piece: piece).content == "")
        #expect(try decode("0A\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n", piece: piece).content == "\r\n\r\n\r\n\r\n\r\n")
    }

    @Test(arguments: [
        "", "5", "5\r\n", "5\r\nhell", "5\r\nhello", "5\r\nhello\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "x\r\n", "-1\r\n",
        "+1\r\na\r\n", "\r\n", ";chunk-signature=a\r\n", "FFFFFFFFFFFFFFFF\r\n", "7FFFFFFFFFFFFFFF\r\na", "3E9\r\n",
        "0\r\nno colon\r\n\r\n", " 5\r\nhello\r\n0\r\n\r\n", "0\r\na:b", "5,\r\nhello\r\n",
    ])
    func liesAreNoticed(_ text: String) {
        for piece in [1, 1000] {
            #expect(throws: ServiceError.self) { try decode(text, piece: piece) }
        }
    }

    @Test func linesAndTrailersAreBounded() {
        let endless = "5;" + String(repeating: "x", count: 100_000)
        #expect(throws: ServiceError.self) { try decode(endless, piece: 1000) }
        let many = "0\r\n" + String(repeating: "a:b\r\n", count: 100)
        #expect(throws: ServiceError.self) { try decode(many, piece: 1000) }
        // More than was announced, in the sum.
        #expect(throws: ServiceError.self) { try decode("3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n", piece: 4, sizeLimit: 5) }
    }
}
