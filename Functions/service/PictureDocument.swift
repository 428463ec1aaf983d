import JSONValue
import LambdaEvents
import Pictures

extension PictureRecord {
    /// The strong tag of the picture's bytes.
    var tag: EntityTag { EntityTag(digest.text) }

    /// What people are told of a picture.
    var document: JSONObject {
        var object: JSONObject = [
            "key": .string(key.text), "url": .string(key.path), "contentType": .string(type.mediaType),
            "bytes": JSONValue(byteCount), "sha256": .string(digest.text), "etag": .string(tag.description),
            "width": JSONValue(width), "height": JSONValue(height), "frames": JSONValue(frameCount),
        ]
        object.add("fileName", fileName?.text)
        object.add("takenAt", takenAt?.description)
        object["uploadedAt"] = .string(uploadedAt.description)
        object["state"] = .string(recognition.name.rawValue)
        object.add("failure", recognition.reason)
        object.add("recognizedAt", recognizedAt?.description)
        object["labels"] = .array(labels.map(\.document))
        object["text"] = .array(textLines.map(\.document))
        object.add("class", adminLabel ?? predictedClass)
        object.add("predictedClass", predictedClass)
        object.add("adminLabel", adminLabel)
        object["trained"] = .bool(isTrained)
        return object
    }
}

extension PictureKey {
    /// The path under which the picture is got.
    var path: String { "/pictures/\(percentEncoded)" }

    /// The key with everything encoded but unreserved characters and `/`.
    var percentEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The key that ``percentEncoded`` wrote; nil for what it never writes.
    init?(percentEncoded text: String) {
        var bytes: [UInt8] = []
        var digits = text.utf8.makeIterator()
        while let byte = digits.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = digits.next(), let low = digits.next(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        try? self.init(String(decoding: bytes, as: UTF8.self))
    }
}

extension Label {
    fileprivate var document: JSONValue {
        [
            "name": .string(name), "confidence": JSONValue(confidence), "parents": .array(parents.map { .string($0) }),
            "boxes": .array(boxes.map(\.document)),
        ]
    }
}

extension TextLine {
    fileprivate var document: JSONValue {
        var object = writing(text, confidence, box, polygon)
        object["words"] = .array(words.map { .object(writing($0.text, $0.confidence, $0.box, $0.polygon)) })
        return .object(object)
    }
}

private func writing(_ text: String, _ confidence: Double, _ box: Box?, _ polygon: [Point]) -> JSONObject {
    var object: JSONObject = ["text": .string(text), "confidence": JSONValue(confidence)]
    if let box { object["box"] = box.document }
    if !polygon.isEmpty {
        object["polygon"] = .array(polygon.map { ["x": JSONValue($0.x), "y": JSONValue($0.y)] })
    }
    return object
}

extension Box {
    fileprivate var document: JSONValue {
        [
            "left": JSONValue(left), "top": JSONValue(top), "width": JSONValue(width), "height": JSONValue(height),
        ]
    }
}
