import Pictures
import Testing

@Suite struct RecognitionFindingsTests {
    @Test func keepTheSurestLabelsInOrder() {
        let labels = (0..<15).map { Label(name: "L\($0)", confidence: Double($0 * 7 % 15)) }
        let kept = RecognitionFindings(labels: labels).labels
        #expect(kept?.map(\.confidence) == (5..<15).reversed().map { Double($0) })
        let equals = RecognitionFindings(labels: [Label(name: "B", confidence: 1), Label(name: "A", confidence: 1)])
        #expect(equals.labels?.map(\.name) == ["A", "B"])
    }

    /// What a recogniser says of places beyond the edge, or of no place at all, is brought into the picture.
    @Test func keepPlacesInThePicture() {
        let boxes = [
            Box(left: -0.5, top: 0.12344, width: 1, height: 2), Box(left: 1.5, top: 0, width: 1, height: 1),
            Box(left: .nan, top: .infinity, width: 0.5, height: -1),
        ]
        let kept = RecognitionFindings(labels: [Label(name: "Cat", confidence: 101.5, boxes: boxes)]).labels?.first
        #expect(kept?.confidence == 100)
        #expect(
            kept?.boxes == [
                Box(left: 0, top: 0.1234, width: 0.5, height: 0.8766), Box(left: 1, top: 0, width: 0, height: 1),
                Box(left: 0, top: 0, width: 0, height: 0),
            ])
        let line = TextLine(
            text: "a", confidence: 12.345678, polygon: [Point(x: 0.55556, y: -1)],
            words: [TextWord(text: "a", confidence: 12.345678, polygon: [Point(x: 2, y: 0.1)])])
        let read = RecognitionFindings(textLines: [line]).textLines?.first
        #expect(read?.confidence == 12.35)
        #expect(read?.polygon == [Point(x: 0.5556, y: 0)])
        #expect(read?.words.first?.polygon == [Point(x: 1, y: 0.1)])
    }

    @Test func sayWhatWasLookedFor() {
        #expect(RecognitionFindings().kinds == [])
        #expect(RecognitionFindings(labels: []).kinds == [.labels])
        #expect(RecognitionFindings(labels: [], textLines: []).kinds == [.labels, .text])
    }
}
