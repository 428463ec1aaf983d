import JSONValue
import Recognition

/// Writes results in the shapes of the service's model.
enum RekognitionOutput {
    /// What the models are called in answers: the version that the real service names.
    static let modelVersion = "3.0"

    /// - Parameter maxColors: how many colours of each instance are named; nil where colours are not asked for.
    static func label(_ label: RecognizedLabel, maxColors: Int?) -> JSONValue {
        [
            "Name": .string(label.name), "Confidence": real(label.confidence),
            "Instances": .array(label.instances.map { instance($0, maxColors: maxColors) }),
            "Parents": names(label.parents), "Aliases": names(label.aliases), "Categories": names(label.categories),
        ]
    }

    static func properties(_ properties: ImageProperties, maxColors: Int) -> JSONValue {
        var object = part(properties.whole, maxColors: maxColors)
        object["Foreground"] = properties.foreground.map { .object(part($0, maxColors: maxColors)) }
        object["Background"] = properties.background.map { .object(part($0, maxColors: maxColors)) }
        return .object(object)
    }

    static func detection(_ detection: TextDetection) -> JSONValue {
        var object: JSONObject = [
            "DetectedText": .string(detection.text), "Type": detection.kind == .line ? "LINE" : "WORD",
            "Id": JSONValue(detection.id),
        ]
        object["ParentId"] = detection.parentID.map { JSONValue($0) }
        object["Confidence"] = real(detection.confidence)
        object["Geometry"] = [
            "BoundingBox": box(detection.box),
            "Polygon": .array(detection.polygon.map { ["X": real($0.x), "Y": real($0.y)] }),
        ]
        return .object(object)
    }

    private static func instance(_ instance: LabelInstance, maxColors: Int?) -> JSONValue {
        var object: JSONObject = ["BoundingBox": box(instance.box), "Confidence": real(instance.confidence)]
        if let maxColors { object["DominantColors"] = colors(instance.dominantColors, maxColors) }
        return .object(object)
    }

    private static func part(_ part: ImageProperties.Part, maxColors: Int) -> JSONObject {
        [
            "Quality": [
                "Brightness": real(part.quality.brightness), "Sharpness": real(part.quality.sharpness),
                "Contrast": real(part.quality.contrast),
            ],
            "DominantColors": colors(part.dominantColors, maxColors),
        ]
    }

    private static func colors(_ colors: [DominantColor], _ limit: Int) -> JSONValue {
        .array(
            colors.prefix(limit).map { color in
                [
                    "Red": JSONValue(Int(color.red)), "Green": JSONValue(Int(color.green)),
                    "Blue": JSONValue(Int(color.blue)), "HexCode": .string(color.hexCode),
                    "CSSColor": .string(color.cssName), "SimplifiedColor": .string(color.simpleName),
                    "PixelPercent": real(color.percent),
                ]
            })
    }

    private static func box(_ box: BoundingBox) -> JSONValue {
        [
            "Width": real(box.width), "Height": real(box.height), "Left": real(box.left), "Top": real(box.top),
        ]
    }

    private static func names(_ names: [String]) -> JSONValue { .array(names.map { ["Name": .string($0)] }) }

    /// The model's numbers have 32 bits: more digits than those hold say nothing.
    private static func real(_ value: Double) -> JSONValue {
        let single = Float(value)
        return single.isFinite ? JSONValue(Double(single.description) ?? value) : 0
    }
}
