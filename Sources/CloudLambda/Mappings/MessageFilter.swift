import CloudCore
import EventPatterns
import JSONValue

/// Which messages a mapping takes: those that match one of its patterns. The others are deleted.
///
/// A pattern for the body says by its form what bodies it is for: one with field names is matched against JSON objects, and
/// a list of texts against bodies that are no JSON. A body of the other form does not match. Source: "Lambda event
/// filtering", "Properly filtering Amazon SQS messages".
struct MessageFilter: Sendable {
    private enum BodyForm: Sendable {
        case any, json, text
    }

    private struct Alternative: Sendable {
        var pattern: EventPattern
        var body: BodyForm
    }

    /// Patterns that a mapping may have.
    static let patternLimit = 10
    /// Characters that a pattern may have.
    static let patternLength = 4096

    private let alternatives: [Alternative]

    /// Reads patterns; nil for none.
    ///
    /// - Throws: `InvalidParameterValueException`.
    init?(_ patterns: [String]) throws(ServiceError) {
        guard !patterns.isEmpty else { return nil }
        var alternatives: [Alternative] = []
        for text in patterns {
            guard let value = try? JSONValue(parsing: text), let pattern = try? EventPattern(value) else {
                throw LambdaErrors.invalidParameter("Invalid filter pattern definition.")
            }
            let body: BodyForm =
                switch value["body"] {
                case .object: .json
                case .array: .text
                default: .any
                }
            alternatives.append(Alternative(pattern: pattern, body: body))
        }
        self.alternatives = alternatives
    }

    /// Whether a message is taken.
    ///
    /// - Parameter source: the queue's ARN.
    func matches(_ message: SourceMessage, source: String) -> Bool {
        let parsed = Self.document(message.body)
        var event: JSONValue?
        return alternatives.contains { alternative in
            switch alternative.body {
            case .json where parsed == nil, .text where parsed != nil: return false
            default: break
            }
            let record = event ?? Self.event(message, body: parsed ?? .string(message.body), source: source)
            event = record
            return alternative.pattern.matches(record)
        }
    }

    /// A body that is a JSON document and not a plain text, as a number or a word may be too.
    private static func document(_ body: String) -> JSONValue? {
        switch try? JSONValue(parsing: body) {
        case .object(let members): .object(members)
        // No pattern can describe one by field names, but a text it is not either.
        case .array(let elements): .array(elements)
        default: Optional.none
        }
    }

    private static func event(_ message: SourceMessage, body: JSONValue, source: String) -> JSONValue {
        let attributes = message.messageAttributes.map { attribute in
            var value: JSONObject = ["dataType": .string(attribute.dataType)]
            if case .text(let text) = attribute.value { value["stringValue"] = .string(text) }
            return (attribute.name, JSONValue.object(value))
        }
        let parts = source.split(separator: ":", omittingEmptySubsequences: false)
        return [
            "messageId": .string(message.messageID), "receiptHandle": .string(message.receiptHandle), "body": body,
            "attributes": .object(JSONObject(message.attributes.map { ($0.name, .string($0.value)) })),
            "messageAttributes": .object(JSONObject(attributes)), "md5OfBody": .string(message.bodyDigest),
            "eventSource": "aws:sqs", "eventSourceARN": .string(source),
            "awsRegion": .string(parts.count > 3 ? String(parts[3]) : ""),
        ]
    }
}
