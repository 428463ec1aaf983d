import Digests
import Testing

@testable import Pictures

@Suite struct ImageHeaderTests {
    @Test(arguments: Sample.all) func tellsWhatAFileIs(_ sample: Sample) throws {
        let header = try ImageHeader(of: sample.bytes)
        #expect(header.type == sample.type)
        #expect(header.width == sample.width)
        #expect(header.height == sample.height)
        #expect(header.frameCount == sample.frameCount)
        #expect(header.orientation == sample.orientation)
        #expect(header.takenAt?.description == sample.takenAt)
    }

    @Test func turnsTheSizeOfAPictureThatLiesOnItsSide() throws {
        let sample = try #require(Sample.named("jpegWithExif"))
        let shown = try ImageHeader(of: sample.bytes).shownSize
        #expect(shown == (16, 24))
    }

    @Test(arguments: Sample.all) func refusesEveryFileThatWasCutOff(_ sample: Sample) {
        let bytes = sample.bytes
        #expect(throws: ImageError.empty) { try ImageHeader(of: []) }
        for count in 1..<bytes.count {
            #expect(throws: ImageError.truncated(sample.type, byteCount: count)) {
                try ImageHeader(of: Array(bytes.prefix(count)))
            }
        }
    }

    @Test(arguments: Sample.all) func takesWhatStandsBehindTheEnd(_ sample: Sample) throws {
        let header = try ImageHeader(of: sample.bytes + [0, 1, 2, 3])
        #expect(header.width == sample.width)
    }

    /// Whatever is changed in a file, the answer is a header or an error: a trap would end the test process.
    @Test(arguments: Sample.all) func outlivesAnyDamage(_ sample: Sample) {
        var random = SeededGenerator(seed: 20_261_121)
        let original = sample.bytes
        var taken = 0
        for _ in 0..<4_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = .random(in: .min ... .max, using: &random)
                case 1: bytes[place] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
                case 2: bytes.remove(at: place)
                default: bytes.insert(.random(in: .min ... .max, using: &random), at: place)
                }
            }
            if let header = try? ImageHeader(of: bytes) {
                taken += 1
                #expect(header.width > 0 && header.height > 0 && header.frameCount > 0)
                #expect((1...8).contains(header.orientation))
            }
        }
        #expect(taken < 4_000)
    }

    @Test(arguments: ["pngColour", "pngPalette", "pngAnimated"]) func seesEveryChangedByteOfAPNG(_ name: String) throws
    {
        let bytes = try #require(Sample.named(name)).bytes
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x10
            #expect(throws: ImageError.self, "byte \(place)") { try ImageHeader(of: damaged) }
        }
    }

    @Test(
        arguments: [
            (Array("%PDF-1.7".utf8), "PDF"), (Array("<svg xmlns=\"".utf8), "SVG"), (Array("BM......".utf8), "BMP"),
            ([0, 0, 0, 24] + Array("ftypheic".utf8), "HEIC"), ([0x50, 0x4B, 3, 4, 0], "ZIP"),
        ] as [([UInt8], String)])
    func namesWhatWasSentInstead(_ bytes: [UInt8], _ kind: String) {
        #expect(throws: ImageError.notAPicture(resembling: kind)) { try ImageHeader(of: bytes) }
        #expect(ImageError.notAPicture(resembling: kind).description.contains("This is a \(kind) file"))
    }

    @Test func refusesWhatIsNoPicture() {
        #expect(throws: ImageError.notAPicture(resembling: nil)) { try ImageHeader(of: Array("hello, world".utf8)) }
    }

    @Test func walksFilesThatCamerasWrite() throws {
        // Padding in front of a marker, a height told behind the first scan, a block that is not EXIF.
        let late = JPEGBuilder(width: 7, height: 0).start + JPEGBuilder.scan([0x11, 0xFF, 0, 0x22, 0xFF, 0xD0, 0x33])
        let lines: [UInt8] = [0xFF, 0xFF, 0xDC, 0, 4, 0, 9]
        let header = try ImageHeader(of: [0xFF, 0xD8] + late + lines + [0xFF, 0xD9])
        #expect(header.width == 7)
        #expect(header.height == 9)
    }

    @Test func refusesMarkersInTheWrongPlace() {
        let start = JPEGBuilder(width: 7, height: 5).start
        let scan = JPEGBuilder.scan([1, 2, 3])
        let end: [UInt8] = [0xFF, 0xD9]
        let files: [String: [UInt8]] = [
            "no scan": start + end,
            "no frame": scan + end,
            "two frames": start + start + scan + end,
            "text": Array("hello".utf8) + end,
            "second start": start + [0xFF, 0xD8] + scan + end,
            "short segment": [0xFF, 0xE0, 0, 1] + start + scan + end,
            "no height at all": JPEGBuilder(width: 7, height: 0).start + scan + end,
        ]
        for (name, file) in files {
            let whole = [0xFF, 0xD8, 0xFF, 0xFE, 0, 2] + file
            let error = #expect(throws: ImageError.self, "\(name)") { try ImageHeader(of: whole) }
            #expect(error?.code == "MalformedPicture", "\(name)")
        }
    }

    @Test func readsExifOfEitherByteOrder() throws {
        for isBigEndian in [true, false] {
            let block = ExifBuilder(isBigEndian: isBigEndian, orientation: 8, taken: "2024:02:29 23:59:59").block
            let exif = try #require(ExifReader(block))
            #expect(exif.orientation == 8)
            #expect(exif.takenAt?.description == "2024-02-29T23:59:59")
        }
    }

    @Test func takesNoTimeThatTheClockHasNot() throws {
        for text in ["2023:02:29 00:00:00", "0000:00:00 00:00:00", "    :  :     :  :  ", "2024:01:01 24:00:00"] {
            let block = ExifBuilder(isBigEndian: true, orientation: 9, taken: text).block
            let exif = try #require(ExifReader(block))
            #expect(exif.takenAt == nil)
            #expect(exif.orientation == nil)
        }
    }

    @Test func outlivesAnyExif() {
        let block = ExifBuilder(isBigEndian: false, orientation: 3, taken: "2024:02:29 23:59:59").block
        for count in 0...block.count { _ = ExifReader(block.prefix(count)) }
        for place in block.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var damaged = block
                damaged[place] = value
                _ = ExifReader(damaged)
            }
        }
    }
}
