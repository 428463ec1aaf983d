import Foundation
import JSONValue
import Testing

@testable import Recognition

@Suite("Reading text with the models", .enabled(if: TestModels.arePresent, "the models are missing: run `make models`"))
struct TextReaderTests {
    /// Pages and signs that `Benchmarks/text/pages.py` drew, and their lines.
    struct Page: Sendable, CustomTestStringConvertible {
        let file: String
        let lines: [String]
        var testDescription: String { file }

        static let folder = (Bundle.module.resourceURL ?? URL(fileURLWithPath: ".")).appendingPathComponent("Pages")
            .path

        static let all: [Page] = {
            guard let bytes = try? contents("\(folder)/pages.json"),
                let pages = try? JSONDocument(parsing: bytes).value.object
            else { return [] }
            return pages.map { name, lines in
                Page(file: name, lines: (lines.array ?? []).compactMap(\.string))
            }
        }()

        func image() throws -> PixelImage { try PixelImage(decoding: contents("\(Self.folder)/\(file)")) }
    }

    @Test("All pages are there")
    func allPages() {
        #expect(Page.all.count == 7)
    }

    @Test("Nineteen words of twenty come back, in their order", arguments: Page.all)
    func pages(page: Page) async throws {
        let image = try page.image()
        let found = try await sharedRecognizer.text(in: image)
        let expected = page.lines.joined(separator: " ").split(separator: " ").map(String.init)
        let words = found.filter { $0.kind == .word }
        let missing = expected.difference(from: words.map(\.text)).insertions.count
        #expect(Double(missing) <= 0.05 * Double(expected.count), "found: \(words.map(\.text))")
        #expect(words.count <= expected.count + 1)
        let lines = found.filter { $0.kind == .line }
        #expect(lines.count == page.lines.count)
        #expect(found.map(\.id) == Array(found.indices))
        for word in words {
            let parent = try #require(word.parentID)
            #expect(lines.indices.contains(parent) && lines[parent].text.contains(word.text))
            #expect((50...100).contains(word.confidence) && word.polygon.count == 4)
            #expect(word.box == word.box.clamped)
        }
    }

    @Test("Words lie in their lines, side by side")
    func wordPlaces() async throws {
        let page = try #require(Page.all.first { $0.file == "liberation-serif-40-0.png" })
        let found = try await sharedRecognizer.text(in: page.image())
        for line in found where line.kind == .line {
            let words = found.filter { $0.parentID == line.id }
            for (left, right) in zip(words, words.dropFirst()) {
                #expect(left.box.left + left.box.width <= right.box.left + 0.004)
            }
            let first = try #require(words.first?.box)
            let last = try #require(words.last?.box)
            #expect(abs(first.left - line.box.left) < 0.01)
            #expect(abs(last.left + last.width - line.box.left - line.box.width) < 0.01)
        }
        // The page has a margin of one letter's height: so much is known of where the first word begins.
        let first = try #require(found.first { $0.kind == .word }?.box)
        let image = try page.image()
        #expect(abs(first.left * Double(image.width) - 40) < 8)
    }

    @Test("The polygon of turned text begins where the text begins")
    func turnedPolygon() async throws {
        let page = try #require(Page.all.first { $0.file == "dejavu-serif-28-90.png" })
        let line = try #require(try await sharedRecognizer.text(in: page.image()).first)
        // A quarter turn against the clock: text runs upwards, its first line is the leftmost.
        #expect(line.polygon[0].y > line.polygon[1].y + 0.3)
        #expect(line.polygon[0].x < line.polygon[3].x && line.polygon[0].x < 0.2)
    }

    @Test(
        "Pictures without text, and of any shape, have none",
        arguments: [(1, 1), (3, 2), (64, 64), (10_000, 1), (1, 10_000), (5000, 17)])
    func empty(width: Int, height: Int) async throws {
        let pixels = [UInt8](repeating: 200, count: 3 * width * height)
        let image = try #require(PixelImage(width: width, height: height, pixels: pixels))
        #expect(try await sharedRecognizer.text(in: image).isEmpty)
    }

    @Test("Noise is no text")
    func noise() async throws {
        var numbers = SeededNumbers(state: 77)
        let pixels = (0..<3 * 256 * 192).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        let image = try #require(PixelImage(width: 256, height: 192, pixels: pixels))
        let found = try await sharedRecognizer.text(in: image)
        #expect(found.count <= 4)
    }

    @Test("A cancelled reading ends before its next line")
    func cancelled() throws {
        let reader = try TextReader(models: TestModels.folder)
        let page = try #require(Page.all.first)
        let cancellation = Cancellation()
        cancellation.cancel()
        let image = try page.image()
        #expect(throws: CancellationError.self) { try reader.text(in: image, unless: cancellation) }
    }
}
