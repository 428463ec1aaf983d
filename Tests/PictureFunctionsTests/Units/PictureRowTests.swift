import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

@Suite struct PictureRowTests {
    private func record() throws -> PictureRecord {
        let owner = UserID(from: .system)
        return PictureRecord(
            owner: owner, key: try PictureKey("a/b"), object: ObjectName(in: .pictures, owner: owner, random: .system),
            fileName: FileName("b.png"), type: .png, byteCount: 123, digest: ContentDigest(of: [1, 2, 3]), width: 4,
            height: 5, uploadedAt: Timestamp(milliseconds: 1_795_259_080_123))
    }

    @Test func goesThereAndBack() throws {
        var record = try record()
        #expect(try PictureRow.record(PictureRow.item(record), table: "t") == record)
        record.frameCount = 7
        record.takenAt = PhotographTime("2019-07-04T12:30:45+02:00")
        record.recognition = .failed(reason: "too dark")
        record.labels = [
            Label(
                name: "Cat", confidence: 99.5, parents: ["Animal"],
                boxes: [Box(left: 0.25, top: 0, width: 0.5, height: 1)])
        ]
        record.textLines = [
            TextLine(
                text: "BEWARE", confidence: 90, box: Box(left: 0, top: 0, width: 1, height: 0.125),
                polygon: [Point(x: 0, y: 0.5), Point(x: 1, y: 0.25)],
                words: [TextWord(text: "BEWARE", confidence: 89.5, polygon: [Point(x: 0.5, y: 0.5)])])
        ]
        record.recognizedAt = Timestamp(milliseconds: 1_795_259_081_123)
        record.predictedClass = "pet"
        record.adminLabel = "cat"
        record.isTrained = true
        let item = PictureRow.item(record)
        #expect(try PictureRow.record(item, table: "t") == record)
        #expect(item["labelNames"] == .stringSet(["cat", "animal"]))
        #expect(item["searchText"] == "beware")
    }

    @Test(arguments: [
        "userId", "key", "object", "contentType", "bytes", "sha256", "width", "height", "uploadedAt", "state",
    ])
    func namesWhatARowLacks(_ attribute: String) throws {
        for value in [nil, AttributeValue.bool(true), "\u{1}"] {
            var item = PictureRow.item(try record())
            item[attribute] = value
            #expect {
                try PictureRow.record(item, table: "Pictures")
            } throws: { ($0 as? UnreadableRow)?.attribute == attribute }
        }
    }
}
