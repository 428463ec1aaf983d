import CloudCore
import JSONValue

/// An input transformer's template, and the paths of its variables.
///
/// `<name>` outside quotes becomes the value as JSON; inside quotes its text, without quotes of its own. A variable whose
/// path leads nowhere is an empty text. Source: "Amazon EventBridge input transformation" in the EventBridge user guide.
struct InputTemplate: Sendable {
    /// Names that every template knows, and no path may take.
    static let predefined = [
        "aws.events.rule-arn", "aws.events.rule-name", "aws.events.event.ingestion-time", "aws.events.event",
        "aws.events.event.json",
    ]

    private enum Part: Sendable {
        case text(String)
        case variable(String, quoted: Bool)
    }

    private let parts: [Part]
    private let paths: [String: EventPath]

    /// The rule and the moment that the predefined variables tell of.
    struct Setting: Sendable {
        var ruleARN: String
        var ruleName: String
        var ingested: Timestamp
    }

    init(_ template: String, paths: [String: EventPath]) {
        self.paths = paths
        var parts: [Part] = []
        var text = ""
        var isQuoted = false
        var rest = template[...]
        while let character = rest.first {
            if character == "<", let end = rest.firstIndex(of: ">") {
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
                parts.append(.variable(String(rest[rest.index(after: rest.startIndex)..<end]), quoted: isQuoted))
                rest = rest[rest.index(after: end)...]
                continue
            }
            rest = rest.dropFirst()
            text.append(character)
            if character == "\\", let escaped = rest.first {
                text.append(escaped)
                rest = rest.dropFirst()
            } else if character == "\"" {
                isQuoted.toggle()
            }
        }
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
    }

    /// The first variable that has no path; nil where all are known.
    var unknownVariable: String? {
        for case .variable(let name, _) in parts where paths[name] == nil && !Self.predefined.contains(name) {
            return name
        }
        return nil
    }

    /// The template with an event's values in it.
    func filled(with event: JSONValue, _ setting: Setting) -> String {
        var output = ""
        for part in parts {
            switch part {
            case .text(let text): output += text
            case .variable(let name, let quoted):
                let value = value(of: name, in: event, setting)
                output += quoted ? Self.insideQuotes(value ?? "") : (value ?? "").text()
            }
        }
        return output
    }

    private func value(of name: String, in event: JSONValue, _ setting: Setting) -> JSONValue? {
        switch name {
        case "aws.events.rule-arn": return .string(setting.ruleARN)
        case "aws.events.rule-name": return .string(setting.ruleName)
        case "aws.events.event.ingestion-time": return .string(setting.ingested.iso8601)
        case "aws.events.event.json": return event
        case "aws.events.event":
            var members = JSONObject()
            for (key, value) in event.object ?? [:] where key != "detail" {
                members[key == "detail-type" ? "detailType" : key] = value
            }
            return .object(members)
        default: return paths[name]?.value(in: event)
        }
    }

    /// A value in the middle of a text: structures lose their quotes, so that the text around stays whole.
    private static func insideQuotes(_ value: JSONValue) -> String {
        switch value {
        case .string: return String(value.text().dropFirst().dropLast())
        case .array, .object: return value.text().filter { $0 != "\"" && $0 != "\\" }
        default: return value.text()
        }
    }
}
