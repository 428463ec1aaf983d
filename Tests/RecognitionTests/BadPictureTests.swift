import Digests
import Recognition
import Testing

@Suite("Files that are no right pictures")
struct BadPictureTests {
    /// What is wrong, and the error without what a library says.
    private func fault(_ bytes: [UInt8]) -> String {
        do {
            _ = try PixelImage(decoding: bytes)
            return "none"
        } catch {
            switch error {
            case .notAnImage: return "not an image"
            case .imageDamaged(let format, _): return "damaged \(format)"
            case .imageUnsupported(let format, _): return "unsupported \(format)"
            case .imageTooLarge(let width, let height): return "too large \(width) x \(height)"
            default: return "\(error)"
            }
        }
    }

    @Test("What is no picture is told")
    func noPicture() {
        #expect(fault([]) == "not an image")
        #expect(fault(Array("GIF".utf8)) == "not an image")
        #expect(fault(Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8)) == "not an image")
        #expect(fault([0xFF, 0xD8, 0xFF]) == "damaged JPEG")
        #expect(fault(Array("GIF89a".utf8)) == "damaged GIF")
        #expect(fault([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) == "damaged PNG")
        #expect(fault(Array("RIFF\0\0\0\0WEBP".utf8)) == "damaged WebP")
    }

    @Test("The size is held against the limits before anything is decoded")
    func tooLarge() throws {
        #expect(fault(try TestPictures.bytes("too-large.png")) == "too large 20000 x 20000")
        var jpeg = try TestPictures.bytes("jpeg-444.jpg")
        let frame = try #require(jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFD, 0xE8, 0xFD, 0xE8])
        #expect(fault(jpeg) == "too large 65000 x 65000")
        var gif = try TestPictures.bytes("gif-still.gif")
        gif.replaceSubrange(6..<10, with: [0x20, 0x4E, 0x20, 0x4E])
        #expect(fault(gif) == "too large 20000 x 20000")
        // 10,001 on a side is too much, whatever the other side.
        #expect(fault(header(width: 10_001, height: 1)) == "too large 10001 x 1")
    }

    @Test("Contradictions in a header are damage")
    func headers() {
        #expect(fault(header(width: 0, height: 7)) == "damaged PNG")
        #expect(fault(header(width: 7, height: 7, depth: 3)) == "damaged PNG")
        #expect(fault(header(width: 7, height: 7)) == "damaged PNG")
    }

    @Test("A file that ends early is damaged, wherever it ends", arguments: TestPictures.names)
    func truncated(name: String) throws {
        let whole = try TestPictures.bytes(name)
        let format =
            name.hasPrefix("jpeg") ? "JPEG" : name.hasPrefix("gif") ? "GIF" : name.hasPrefix("webp") ? "WebP" : "PNG"
        for length in stride(from: 12, to: whole.count * 2 / 5, by: max(1, whole.count / 40)) {
            #expect(fault(Array(whole.prefix(length))) == "damaged \(format)", "\(length) of \(whole.count) bytes")
        }
        // What is missing at the end may be nothing that the picture needs.
        for missing in 1...20 {
            let fault = fault(Array(whole.dropLast(missing)))
            #expect(fault == "damaged \(format)" || fault == "none")
        }
    }

    @Test("Damaged files end in a picture or an error", arguments: TestPictures.names)
    func flipped(name: String) throws {
        let whole = try TestPictures.bytes(name)
        var state: UInt64 = 0x2545_F491_4F6C_DD1D
        func below(_ limit: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(limit))
        }
        for _ in 0..<40 {
            var bytes = whole
            for _ in 0...below(6) { bytes[8 + below(bytes.count - 8)] ^= UInt8(1 << below(8)) }
            let limits = ["none", "not an image", "damaged", "unsupported", "too large"]
            let fault = fault(bytes)
            #expect(limits.contains { fault.hasPrefix($0) }, "\(fault)")
        }
    }

    /// The beginning of a PNG file of this size, and its end, with nothing between.
    private func header(width: UInt32, height: UInt32, depth: UInt8 = 8) -> [UInt8] {
        func big(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        func chunk(_ kind: String, _ content: [UInt8]) -> [UInt8] {
            var check = CyclicRedundancyCheck.crc32
            check.update(Array(kind.utf8) + content)
            return big(UInt32(content.count)) + Array(kind.utf8) + content + check.bytes
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", big(width) + big(height) + [depth, 2, 0, 0, 0])
            + chunk("IDAT", [0x78, 0x9C, 3, 0, 0, 0, 0, 1])
            + chunk("IEND", [])
    }
}
