import AWSClient
import Pictures

/// A picture's record as a row of its table, and back.
enum PictureRow {
    static func key(_ owner: UserID, _ key: PictureKey) -> Item {
        ["userId": .string(owner.text), "key": .string(key.text)]
    }

    static func item(_ record: PictureRecord) -> Item {
        var item = key(record.owner, record.key)
        item["object"] = .string(record.object.text)
        item["fileName"] = record.fileName.map { .string($0.text) }
        item["contentType"] = .string(record.type.mediaType)
        item["bytes"] = .number(record.byteCount)
        item["sha256"] = .string(record.digest.text)
        item["width"] = .number(record.width)
        item["height"] = .number(record.height)
        item["frames"] = .number(record.frameCount)
        item["takenAt"] = record.takenAt.map { .string($0.description) }
        item["uploadedAt"] = .string(record.uploadedAt.description)
        item["state"] = .string(record.recognition.name.rawValue)
        item["failure"] = record.recognition.reason.map { .string($0) }
        item["recognizedAt"] = record.recognizedAt.map { .string($0.description) }
        item.merge(labels(record.labels)) { $1 }
        item.merge(text(record.textLines)) { $1 }
        item["predictedClass"] = record.predictedClass.map { .string($0) }
        item["adminLabel"] = record.adminLabel.map { .string($0) }
        item["trained"] = .bool(record.isTrained)
        return item
    }

    /// What a row says of a picture's labels. What is searched stands apart, in search form; a set cannot be empty.
    static func labels(_ labels: [Label]) -> Item {
        var item: Item = ["labels": .list(labels.map(attribute))]
        if !labels.isEmpty { item["labelNames"] = .stringSet(Label.searchForms(of: labels)) }
        return item
    }

    /// What a row says of a picture's text.
    static func text(_ lines: [TextLine]) -> Item {
        var item: Item = ["textLines": .list(lines.map(attribute))]
        if !lines.isEmpty { item["searchText"] = .string(TextLine.searchForm(of: lines)) }
        return item
    }

    /// Reads a row.
    ///
    /// - Throws: ``UnreadableRow`` that names the attribute which is missing or not what it should be.
    static func record(_ item: Item, table: String) throws -> PictureRecord {
        let row = RowReader(item: item, table: table, key: item["key"]?.string ?? "?")
        let type = try row.read("contentType") { $0.string.flatMap { ImageType(mediaType: $0) } }
        var record = PictureRecord(
            owner: try row.read("userId") { $0.string.flatMap { UserID($0) } },
            key: try row.read("key") { $0.string.flatMap { try? PictureKey($0) } },
            object: try row.read("object") { $0.string.flatMap { ObjectName($0) } },
            fileName: item["fileName"]?.string.flatMap { FileName($0) }, type: type,
            byteCount: try row.read("bytes", \.int),
            digest: try row.read("sha256") { $0.string.flatMap { ContentDigest($0) } },
            width: try row.read("width", \.int), height: try row.read("height", \.int),
            uploadedAt: try row.read("uploadedAt") { $0.string.flatMap { Timestamp($0) } })
        record.frameCount = item["frames"]?.int ?? 1
        record.takenAt = item["takenAt"]?.string.flatMap { PhotographTime($0) }
        let state = try row.read("state") { $0.string.flatMap { RecognitionState.Name(rawValue: $0) } }
        record.recognition = RecognitionState(state, reason: item["failure"]?.string)
        record.recognizedAt = item["recognizedAt"]?.string.flatMap { Timestamp($0) }
        record.labels = (item["labels"]?.list ?? []).compactMap(label)
        record.textLines = (item["textLines"]?.list ?? []).compactMap(textLine)
        record.predictedClass = item["predictedClass"]?.string
        record.adminLabel = item["adminLabel"]?.string
        record.isTrained = item["trained"]?.bool ?? false
        return record
    }

    private static func attribute(_ label: Label) -> AttributeValue {
        [
            "name": .string(label.name), "confidence": .number(label.confidence),
            "parents": .list(label.parents.map { .string($0) }), "boxes": .list(label.boxes.map(attribute)),
        ]
    }

    private static func label(_ value: AttributeValue) -> Label? {
        guard let name = value["name"]?.string, let confidence = value["confidence"]?.double else { return nil }
        return Label(
            name: name, confidence: confidence, parents: (value["parents"]?.list ?? []).compactMap(\.string),
            boxes: (value["boxes"]?.list ?? []).compactMap(box))
    }

    private static func attribute(_ line: TextLine) -> AttributeValue {
        var map = writing(line.text, line.confidence, line.box, line.polygon)
        if !line.words.isEmpty {
            map["words"] = .list(line.words.map { .map(writing($0.text, $0.confidence, $0.box, $0.polygon)) })
        }
        return .map(map)
    }

    /// A line or a word. An outline is kept as the coordinates of its corners, one after another: there are many of them.
    private static func writing(_ text: String, _ confidence: Double, _ box: Box?, _ polygon: [Point]) -> Item {
        var map: Item = ["text": .string(text), "confidence": .number(confidence)]
        map["box"] = box.map(attribute)
        if !polygon.isEmpty { map["polygon"] = .list(polygon.flatMap { [.number($0.x), .number($0.y)] }) }
        return map
    }

    private static func textLine(_ value: AttributeValue) -> TextLine? {
        guard let text = value["text"]?.string, let confidence = value["confidence"]?.double else { return nil }
        return TextLine(
            text: text, confidence: confidence, box: value["box"].flatMap(box), polygon: polygon(value),
            words: (value["words"]?.list ?? []).compactMap(textWord))
    }

    private static func textWord(_ value: AttributeValue) -> TextWord? {
        guard let text = value["text"]?.string, let confidence = value["confidence"]?.double else { return nil }
        return TextWord(
            text: text, confidence: confidence, box: value["box"].flatMap(box), polygon: polygon(value))
    }

    private static func polygon(_ value: AttributeValue) -> [Point] {
        let numbers = (value["polygon"]?.list ?? []).compactMap(\.double)
        return stride(from: 0, to: numbers.count - numbers.count % 2, by: 2).map {
            Point(x: numbers[$0], y: numbers[$0 + 1])
        }
    }

    private static func attribute(_ box: Box) -> AttributeValue {
        [
            "left": .number(box.left), "top": .number(box.top), "width": .number(box.width),
            "height": .number(box.height),
        ]
    }

    private static func box(_ value: AttributeValue) -> Box? {
        guard let left = value["left"]?.double, let top = value["top"]?.double, let width = value["width"]?.double,
            let height = value["height"]?.double
        else { return nil }
        return Box(left: left, top: top, width: width, height: height)
    }
}

/// Reads attributes that a row must have.
struct RowReader {
    var item: Item
    var table: String
    var key: String

    func read<Value>(_ name: String, _ convert: (AttributeValue) -> Value?) throws -> Value {
        guard let value = item[name].flatMap(convert) else {
            throw UnreadableRow(table: table, attribute: name, key: key)
        }
        return value
    }
}
