import Recognition
import Testing

@Suite("Decoding pictures")
struct DecodingTests {
    /// The largest difference of a value. Formats with loss leave it to the decoder how to smooth colours.
    private func tolerance(_ name: String) -> Int {
        switch name {
        case "jpeg-420.jpg", "jpeg-progressive.jpg": 6
        case "webp-lossy.webp": 6
        case let name where name.hasSuffix(".jpg"): 3
        case let name where name.contains("alpha") || name.contains("rgba"): 2
        default: 0
        }
    }

    @Test("A picture is what another program sees in it", arguments: TestPictures.names)
    func expectation(name: String) throws {
        let image = try PixelImage(decoding: TestPictures.bytes(name))
        let expected = try TestPictures.expectation(name)
        #expect(image.width == expected.width && image.height == expected.height)
        let difference = zip(image.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }.max()
        #expect(try #require(difference) <= tolerance(name))
    }

    @Test("There are pictures of every kind")
    func kinds() {
        #expect(TestPictures.names.count >= 34)
        for kind in [
            "jpeg-cmyk.jpg", "png-sixteen-bit.png", "png-interlaced.png", "gif-animated.gif", "webp-alpha.webp",
        ] {
            #expect(TestPictures.names.contains(kind))
        }
    }

    @Test("A picture comes back from PNG as it was")
    func roundTrip() throws {
        let image = try PixelImage(decoding: TestPictures.bytes("jpeg-444.jpg"))
        #expect(try PixelImage(decoding: image.encodedAsPNG()) == image)
    }

    @Test("A hundred million pixels become eight million while they are decoded")
    func bomb() throws {
        let image = try PixelImage(decoding: TestPictures.bytes("bomb.png"))
        #expect(image.width == image.height && image.width * image.height <= ImageLimits.keptArea)
        // Stripes of black and white, one pixel each, four to a place.
        #expect(image.pixels.prefix(300).allSatisfy { (100...155).contains($0) })
    }
}
