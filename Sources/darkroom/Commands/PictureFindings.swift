import Foundation
import JSONValue
import Recognition

/// What was recognised in a file, and how it is shown.
struct PictureFindings {
    var file: String
    var image: PixelImage
    /// nil where it was not asked for.
    var labels: [RecognizedLabel]?
    var text: [TextDetection]?
    var properties: ImageProperties?

    var json: JSONValue {
        var object: JSONObject = ["file": .string(file), "width": .init(image.width), "height": .init(image.height)]
        if let labels { object["labels"] = .array(labels.map { JSONValue($0) }) }
        if let text { object["text"] = .array(text.map { JSONValue($0) }) }
        if let properties { object["properties"] = JSONValue(properties) }
        return .object(object)
    }

    /// Lines for people.
    var table: String {
        var lines = ["\(file)  \(image.width) x \(image.height)"]
        if let labels {
            lines += labels.isEmpty ? ["  no labels"] : labels.flatMap(labelLines)
        }
        if let text {
            let found = text.filter { $0.kind == .line }
            lines += found.isEmpty ? ["  no text"] : found.map { "  \(Self.percent($0.confidence))  “\($0.text)”" }
        }
        if let colors = properties.map(Self.colors), !colors.isEmpty { lines.append("  colours: \(colors)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The picture with what was found drawn into it, as PNG.
    func drawing() throws -> [UInt8] {
        var marks = PictureMarks(on: image)
        marks.draw(labels ?? [])
        marks.draw(text ?? [])
        return try marks.image.encodedAsPNG()
    }

    private func labelLines(_ label: RecognizedLabel) -> [String] {
        let name = label.name.padding(toLength: max(24, label.name.count), withPad: " ", startingAt: 0)
        let first = "  \(Self.percent(label.confidence))  \(name)  \(label.parents.joined(separator: " > "))"
        return [Self.trimmed(first)]
            + label.instances.map { instance in
                // In pixels, as whoever cuts it out wants it.
                let box = instance.box
                let (left, top) = (pixels(box.left, of: image.width), pixels(box.top, of: image.height))
                let (width, height) = (pixels(box.width, of: image.width), pixels(box.height, of: image.height))
                return "           \(Self.percent(instance.confidence))  \(width) x \(height) at \(left), \(top)"
            }
    }

    private func pixels(_ part: Double, of whole: Int) -> Int { Int((part * Double(whole)).rounded()) }

    /// The five names that most of the picture goes by: of colours close to one another several may have the same.
    private static func colors(_ properties: ImageProperties) -> String {
        var shares: [(name: String, percent: Double)] = []
        for color in properties.whole.dominantColors {
            if let index = shares.firstIndex(where: { $0.name == color.cssName }) {
                shares[index].percent += color.percent
            } else {
                shares.append((color.cssName, color.percent))
            }
        }
        return shares.sorted { $0.percent > $1.percent }.prefix(5)
            .map { "\($0.name) \(Int($0.percent.rounded())) %" }.joined(separator: ", ")
    }

    private static func percent(_ value: Double) -> String { String(format: "%5.1f %%", value) }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
