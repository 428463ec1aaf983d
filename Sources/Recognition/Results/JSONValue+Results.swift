import JSONValue

extension JSONValue {
    /// A label as JSON, for programs that read the command line's results.
    public init(_ label: RecognizedLabel) {
        self = .object([
            "name": .string(label.name), "confidence": .init(rounded: label.confidence),
            "parents": .array(label.parents.map(JSONValue.string)),
            "aliases": .array(label.aliases.map(JSONValue.string)),
            "categories": .array(label.categories.map(JSONValue.string)),
            "instances": .array(
                label.instances.map { instance in
                    .object([
                        "confidence": .init(rounded: instance.confidence), "box": .init(instance.box),
                        "colors": .array(instance.dominantColors.map { JSONValue($0) }),
                    ])
                }),
        ])
    }

    /// A line or a word as JSON.
    public init(_ text: TextDetection) {
        self = .object([
            "id": .init(text.id), "parent": text.parentID.map { JSONValue($0) } ?? .null,
            "kind": text.kind == .line ? "line" : "word", "text": .string(text.text),
            "confidence": .init(rounded: text.confidence), "box": .init(text.box),
            "polygon": .array(text.polygon.map { ["x": .init(rounded: $0.x), "y": .init(rounded: $0.y)] }),
        ])
    }

    /// Colours and quality as JSON.
    public init(_ properties: ImageProperties) {
        self = .object([
            "whole": .init(properties.whole), "foreground": properties.foreground.map { JSONValue($0) } ?? .null,
            "background": properties.background.map { JSONValue($0) } ?? .null,
        ])
    }

    /// A box as JSON.
    public init(_ box: BoundingBox) {
        self = [
            "left": .init(rounded: box.left), "top": .init(rounded: box.top), "width": .init(rounded: box.width),
            "height": .init(rounded: box.height),
        ]
    }

    private init(_ part: ImageProperties.Part) {
        self = [
            "brightness": .init(rounded: part.quality.brightness), "sharpness": .init(rounded: part.quality.sharpness),
            "contrast": .init(rounded: part.quality.contrast),
            "colors": .array(part.dominantColors.map { JSONValue($0) }),
        ]
    }

    private init(_ color: DominantColor) {
        self = [
            "hex": .string(color.hexCode), "css": .string(color.cssName), "simple": .string(color.simpleName),
            "percent": .init(rounded: color.percent),
        ]
    }

    /// A number with at most four places: more than is known.
    private init(rounded number: Double) { self.init((number * 10_000).rounded() / 10_000) }
}
