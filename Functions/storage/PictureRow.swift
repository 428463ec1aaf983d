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
        item["labels"] = .list(record.labels.map(attribute))
        item["textLines"] = .list(record.textLines.map(attribute))
        // What is searched stands apart, in search form; a set cannot be empty.
        if !record.labels.isEmpty { item["labelNames"] = .stringSet(record.searchableLabels) }
        if !record.textLines.isEmpty { item["searchText"] = .string(record.searchableText) }
        item["predictedClass"] = record.predictedClass.map { .string($0) }
        item["adminLabel"] = record.adminLabel.map { .string($0) }
        item["trained"] = .bool(record.isTrained)
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
        var map: Item = ["text": .string(line.text), "confidence": .number(line.confidence)]
        map["box"] = line.box.map(attribute)
        return .map(map)
    }

    private static func textLine(_ value: AttributeValue) -> TextLine? {
        guard let text = value["text"]?.string, let confidence = value["confidence"]?.double else { return nil }
        return TextLine(text: text, confidence: confidence, box: value["box"].flatMap(box))
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
