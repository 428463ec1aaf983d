import Testing

@testable import Recognition

@Suite("Words, lines and their order")
struct LayoutTests {
    private func characters(_ text: String, confidence: Double = 0.9) -> [ReadCharacter] {
        text.enumerated().map { index, character in
            ReadCharacter(
                text: String(character), confidence: confidence,
                position: (Double(index) + 0.5) / Double(text.count))
        }
    }

    private func line(_ text: String, _ rectangle: OrientedRectangle) -> TextLine {
        TextLine(words: [TextWord(text: text, confidence: 0.9, rectangle: rectangle)], rectangle: rectangle)
    }

    @Test("Words end where the ink ends")
    func words() throws {
        let ink = InkProfile(columns: ".####...###.".map { $0 == "#" })
        let rectangle = OrientedRectangle(at: 60, 10, 120, 20)
        let reading = LineReading(rectangle: rectangle, characters: characters(" no 42 "), ink: ink)
        let line = try #require(TextLine(reading))
        #expect(line.words.map(\.text) == ["no", "42"] && line.text == "no 42")
        #expect(abs(line.confidence - 0.9) < 1e-9)
        let edges = line.words.flatMap { [$0.rectangle.point(0, 0).x, $0.rectangle.point(1, 0).x] }
        #expect(zip(edges, [10, 50, 80, 110]).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(abs(line.rectangle.point(0, 0).x - 10) < 1e-6 && abs(line.rectangle.point(1, 0).x - 110) < 1e-6)
    }

    @Test("On a restless background words end between their characters")
    func wordsWithoutGaps() throws {
        let ink = InkProfile(columns: [Bool](repeating: true, count: 20))
        let rectangle = OrientedRectangle(at: 50, 10, 100, 20)
        let line = try #require(
            TextLine(LineReading(rectangle: rectangle, characters: characters("ab cd"), ink: ink)))
        #expect(abs(line.words[0].rectangle.point(1, 0).x - 50) < 1e-6)
        #expect(abs(line.words[1].rectangle.point(0, 0).x - 50) < 1e-6)
    }

    @Test("Spaces alone are no line", arguments: ["", " ", "   "])
    func nothing(text: String) {
        let reading = LineReading(
            rectangle: OrientedRectangle(at: 0, 0, 10, 10), characters: characters(text), ink: InkProfile(columns: []))
        #expect(TextLine(reading) == nil)
    }

    @Test(
        "Full-width forms become plain ones, except among ideographs",
        arguments: [("Ａ１：（ok）", "A1:(ok)"), ("漢字：", "漢字："), ("a：b", "a:b")])
    func fullWidth(read: String, text: String) {
        let reading = LineReading(
            rectangle: OrientedRectangle(at: 0, 0, 10, 10), characters: characters(read), ink: InkProfile(columns: []))
        #expect(reading.characters.map(\.text).joined() == text)
    }

    @Test("Pieces on one baseline are joined, others not", arguments: [0.0, 15, 90, 200])
    func assembly(degrees: Double) throws {
        /// Turns a layout as a whole.
        func turned(_ rectangle: OrientedRectangle) -> OrientedRectangle {
            let axis = PlaneVector.direction(degrees: degrees)
            return OrientedRectangle(
                center: axis * rectangle.center.x + axis.turnedQuarter * rectangle.center.y, axis: axis,
                width: rectangle.width, height: rectangle.height)
        }
        let words = [
            OrientedRectangle(at: 50, 10, 80, 20), OrientedRectangle(at: 150, 11, 90, 20),
            OrientedRectangle(at: 225, 10, 40, 18),
        ]
        let nextLine = OrientedRectangle(at: 60, 34, 100, 20)
        let column = OrientedRectangle(at: 400, 10, 100, 20)
        let larger = OrientedRectangle(at: 300, 10, 60, 60)
        let inside = OrientedRectangle(at: 120, 10, 8, 12)
        let all = (words + [nextLine, column, larger, inside]).map(turned)
        var numbers = SeededNumbers(state: 1)
        for _ in 0..<10 {
            let lines = LineAssembly().assembled(all.shuffled(using: &numbers))
            #expect(lines.count == 4)
            let longest = try #require(lines.max { $0.width < $1.width })
            let expected = turned(OrientedRectangle(at: 127.5, 10.5, 235, 21))
            #expect(abs(longest.width - expected.width) < 3 && abs(longest.height - expected.height) < 4)
            #expect((longest.center - expected.center).length < 2)
        }
    }

    @Test("Reading goes from the top down, and from left to right within a row", arguments: [0.0, 15, 90, 180, 270])
    func order(degrees: Double) {
        let axis = PlaneVector.direction(degrees: degrees)
        let page = [
            ("title", 200.0, 20.0, 300.0), ("left", 100, 60, 90), ("right", 300, 63, 90), ("foot", 150, 100, 200),
        ]
        let lines = page.map { text, x, y, width in
            line(
                text,
                OrientedRectangle(center: axis * x + axis.turnedQuarter * y, axis: axis, width: width, height: 20))
        }
        var numbers = SeededNumbers(state: 8)
        for _ in 0..<8 {
            #expect(ReadingOrder.sorted(lines.shuffled(using: &numbers)).map(\.text) == page.map(\.0))
        }
        #expect(ReadingOrder.sorted([]).isEmpty)
    }

    @Test("Upright text is tried first, and what was read elsewhere decides")
    func directions() {
        let upright = OrientedRectangle(at: 100, 10, 150, 20)
        let vertical = OrientedRectangle(at: 100, 10, 150, 20, degrees: 90)
        let square = OrientedRectangle(at: 300, 10, 20, 19, degrees: 90)
        var directions = ReadingDirections(of: [upright, square])
        #expect(directions.candidates(for: upright).map(\.axis) == [upright.axis, -upright.axis])
        // A square is read along the page's lines.
        #expect(abs(directions.candidates(for: square)[0].axis.x - 1) < 1e-9)
        directions.agree(on: upright.reversed)
        #expect(directions.candidates(for: upright).map(\.axis) == [-upright.axis, upright.axis])
        #expect(abs(directions.candidates(for: square)[0].axis.x + 1) < 1e-9)
        // One narrow character stands upright among upright lines; a long vertical line does not.
        #expect(directions.candidates(for: OrientedRectangle(at: 0, 0, 40, 12, degrees: 90)).count == 3)
        #expect(directions.candidates(for: vertical).count == 2)
    }

    @Test("Detections are numbered like Amazon Rekognition's: lines, then words with their lines")
    func detections() {
        let first = OrientedRectangle(at: 50, 10, 80, 20)
        let second = OrientedRectangle(at: 50, 50, 200, 20)
        let lines = [
            TextLine(
                words: [
                    TextWord(text: "a", confidence: 0.5, rectangle: first.slice(from: 0, to: 0.5)),
                    TextWord(text: "b", confidence: 1, rectangle: first.slice(from: 0.5, to: 1)),
                ], rectangle: first),
            line("c", second),
        ]
        let found = TextDetection.detections(of: lines, width: 100, height: 100)
        #expect(found.map(\.id) == [0, 1, 2, 3, 4])
        #expect(found.map(\.kind) == [.line, .line, .word, .word, .word])
        #expect(found.map(\.parentID) == [nil, nil, 0, 0, 1])
        #expect(found.map(\.text) == ["a b", "c", "a", "b", "c"])
        #expect(found[0].confidence == 75 && found[3].confidence == 100)
        #expect(found[0].polygon.first == .init(x: 0.1, y: 0) && found[0].box.width == 0.8)
        // Nothing reaches beyond the picture.
        let box = found[1].box
        #expect(box.left == 0 && box.width == 1 && abs(box.top - 0.4) < 1e-9 && abs(box.height - 0.2) < 1e-9)
    }
}
