import Testing

@testable import Recognition

@Suite("Colours")
struct ColorTests {
    @Test("All the colours that CSS names are there, each once")
    func names() {
        #expect(ColorNames.all.count == 139)
        #expect(Set(ColorNames.all.map(\.name)).count == 139)
        for color in ColorNames.all {
            let found = ColorNames.css(red: UInt8(color.red), green: UInt8(color.green), blue: UInt8(color.blue))
            #expect(found == color.name)
        }
    }

    @Test(
        "Simple names",
        arguments: [
            ("black", 8, 8, 10), ("white", 250, 250, 248), ("grey", 128, 128, 130), ("red", 220, 20, 30),
            ("green", 40, 160, 60), ("blue", 30, 60, 200), ("yellow", 250, 220, 40), ("orange", 250, 140, 20),
            ("brown", 110, 70, 30), ("pink", 255, 180, 190), ("purple", 150, 30, 170), ("violet", 130, 60, 230),
        ])
    func simple(name: String, red: UInt8, green: UInt8, blue: UInt8) {
        #expect(ColorNames.simple(red: red, green: green, blue: blue) == name)
    }

    /// Blue, with a red square in the middle of a quarter of the area.
    private func square() throws -> PixelImage {
        let pixels = (0..<80).flatMap { y in
            (0..<80).flatMap { x -> [UInt8] in
                (20..<60).contains(x) && (20..<60).contains(y) ? [220, 20, 30] : [30, 60, 200]
            }
        }
        return try #require(PixelImage(width: 80, height: 80, pixels: pixels))
    }

    @Test("The colours of a picture and of its parts", arguments: [true, false])
    func parts(withBox: Bool) throws {
        let box = BoundingBox(left: 0.25, top: 0.25, width: 0.5, height: 0.5)
        let properties = try ImageProperties(of: square(), foreground: withBox ? [box] : [])
        #expect(properties.whole.dominantColors.map(\.hexCode) == ["#1e3cc8", "#dc141e"])
        #expect(properties.whole.dominantColors.map(\.percent) == [75, 25])
        #expect(properties.foreground?.dominantColors.map(\.simpleName) == ["red"])
        #expect(properties.background?.dominantColors.map(\.simpleName) == ["blue"])
    }

    @Test("There are at most twelve colours, and their shares are all of the picture")
    func many() throws {
        let pixels = (0..<96 * 96).flatMap { [UInt8($0 * 7 % 256), UInt8($0 * 31 % 256), UInt8($0 * 3 % 256)] }
        let image = try #require(PixelImage(width: 96, height: 96, pixels: pixels))
        let colors = try ImageProperties(of: image, foreground: []).whole.dominantColors
        #expect((2...12).contains(colors.count))
        #expect(abs(colors.reduce(0) { $0 + $1.percent } - 100) < 0.001)
        #expect(colors.map(\.percent) == colors.map(\.percent).sorted(by: >))
    }

    @Test("A blurred picture is less sharp, a dim one less bright and less rich in contrast")
    func quality() throws {
        let sharp = try square()
        let blurred = try sharp.resized(width: 10, height: 10).resized(width: 80, height: 80)
        let dim = try #require(PixelImage(width: 80, height: 80, pixels: sharp.pixels.map { $0 / 4 }))
        let qualities = try [sharp, blurred, dim].map { try ImageProperties(of: $0, foreground: []).whole.quality }
        #expect(qualities[0].sharpness > 2 * qualities[1].sharpness)
        #expect(qualities[2].brightness < qualities[0].brightness / 3)
        #expect(qualities[2].contrast <= qualities[0].contrast)
    }

    @Test("One pixel is a picture")
    func onePixel() throws {
        let image = try #require(PixelImage(width: 1, height: 1, pixels: [12, 200, 99]))
        let properties = try ImageProperties(of: image, foreground: [])
        #expect(properties.whole.dominantColors.map(\.percent) == [100])
        #expect(properties.whole.quality.sharpness == 0 && properties.foreground == nil)
    }
}
