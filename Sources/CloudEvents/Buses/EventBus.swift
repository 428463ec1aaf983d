import CloudCore
import JSONValue

/// An event bus.
struct EventBus: Sendable {
    static let defaultName = "default"
    /// The characters of a name.
    static let alphabet = InputMembers.Alphabet(#"[/\.\-_A-Za-z0-9]+"#, others: "/.-_")
    /// The characters of a name or an ARN.
    static let referenceAlphabet = InputMembers.Alphabet(
        #"(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/\.\-_A-Za-z0-9]+"#, others: "/.-_:")

    var name: String
    var created: Timestamp
    var modified: Timestamp
    /// `Description`, `KmsKeyIdentifier`, `DeadLetterConfig` and `LogConfig`, as they were given.
    var settings: JSONObject
    var tags: [String: String]

    /// The name in a name or an ARN.
    static func name(in reference: String) -> String {
        guard reference.hasPrefix("arn:"), let mark = reference.firstRange(of: ":event-bus/") else { return reference }
        return String(reference[mark.upperBound...])
    }
}
