import Digests
import Testing

@testable import Pictures

@Suite struct ImageLimitTests {
    @Test func refusesABombBeforeItIsDecoded() {
        let bomb = PNGBuilder(width: 50_000, height: 50_000).file
        let side = #expect(throws: ImageError.self) { try ImageHeader(of: bomb) }
        #expect(side?.description == "The picture is 50,000 pixels wide: 20,000 over the limit of 30,000.")
        let pixels = #expect(throws: ImageError.self) { try ImageHeader(of: bomb, limits: ImageLimits(side: 60_000)) }
        #expect(
            pixels?.description
                == "The picture has 2,500,000,000 pixels: 2,400,000,000 over the limit of 100,000,000.")
        #expect(pixels?.code == "TooManyPixels")
    }

    @Test func refusesTheLargestNumbersThereAre() {
        let bomb = PNGBuilder(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF).file
        #expect(throws: ImageError.overLimit(.width, found: 0x7FFF_FFFF, limit: 30_000)) {
            try ImageHeader(of: bomb)
        }
        #expect(throws: ImageError.overLimit(.pixelCount, found: 0x7FFF_FFFF * 0x7FFF_FFFF, limit: 100_000_000)) {
            try ImageHeader(of: bomb, limits: ImageLimits(side: .max))
        }
    }

    @Test(arguments: Sample.all) func holdsEachLimitExactly(_ sample: Sample) throws {
        let bytes = sample.bytes
        let exact = ImageLimits(
            byteCount: bytes.count, side: max(sample.width, sample.height), pixelCount: sample.width * sample.height,
            frameCount: sample.frameCount)
        _ = try ImageHeader(of: bytes, limits: exact)

        var limits = exact
        limits.byteCount -= 1
        #expect(throws: ImageError.overLimit(.byteCount, found: bytes.count, limit: bytes.count - 1)) {
            try ImageHeader(of: bytes, limits: limits)
        }
        limits = exact
        limits.side -= 1
        #expect(throws: ImageError.self) { try ImageHeader(of: bytes, limits: limits) }
        limits = exact
        limits.pixelCount -= 1
        #expect(throws: ImageError.self) { try ImageHeader(of: bytes, limits: limits) }
        limits = exact
        limits.frameCount -= 1
        #expect(throws: ImageError.overLimit(.frameCount, found: sample.frameCount, limit: sample.frameCount - 1)) {
            try ImageHeader(of: bytes, limits: limits)
        }
    }

    @Test func countsFramesThatReachBeyondTheCanvas() throws {
        var bytes = try #require(Sample.named("gifStill")).bytes
        // The logical screen says 1 x 1; the frame does not.
        bytes[6] = 1
        bytes[8] = 1
        let header = try ImageHeader(of: bytes)
        #expect(header.width == 11)
        #expect(header.height == 13)
    }

    @Test func saysHowManyBytesAreTooMany() {
        let error = #expect(throws: ImageError.self) { try ImageLimits(byteCount: 1_000).check(byteCount: 1_001) }
        #expect(error?.description == "The picture has 1,001 bytes: 1 over the limit of 1,000.")
        #expect(error?.code == "PictureTooLarge")
    }

    @Test func everyErrorHasACodeAndASentence() {
        let errors: [ImageError] =
            [
                .empty, .notAPicture(resembling: nil), .notAPicture(resembling: "PDF"), .truncated(.gif, byteCount: 9),
                .malformed(.png, reason: "x", offset: 8),
            ] + ImageError.Measure.allCases.map { .overLimit($0, found: 3, limit: 1) }
        for error in errors {
            #expect(!error.code.isEmpty)
            #expect(error.description.hasSuffix("."))
        }
    }
}
