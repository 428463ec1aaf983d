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
            lines += labels.isEmpty ? ["  no labels"] : labels.flatMap(Self.lines)
        }
        if let text {
            let found = text.filter { $0.kind == .line }
            lines += found.isEmpty ? ["  no text"] : found.map { "  \(Self.percent($0.confidence))  “\($0.text)”" }
        }
        if let colors = properties?.whole.dominantColors.prefix(5), !colors.isEmpty {
            let names = colors.map { "\($0.cssName) \(Int($0.percent.rounded())) %" }
            lines.append("  colours: " + names.joined(separator: ", "))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ label: RecognizedLabel) -> [String] {
        let name = label.name.padding(toLength: max(24, label.name.count), withPad: " ", startingAt: 0)
        let first = "  \(percent(label.confidence))  \(name)  \(label.parents.joined(separator: " > "))"
        return [trimmed(first)]
            + label.instances.map { instance in
                let box = instance.box
                let place = [box.left, box.top, box.width, box.height].map { String(format: "%.3f", $0) }
                return "           box \(percent(instance.confidence)) at \(place[0]), \(place[1]), "
                    + "\(place[2]) wide, \(place[3]) high"
            }
    }

    private static func percent(_ value: Double) -> String { String(format: "%5.1f %%", value) }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
