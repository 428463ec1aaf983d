import CloudCore
import Digests

/// The XML form: what callers put and get.
extension NotificationConfiguration {
    /// The element of an entry, and the element in it that holds the ARN, by the service of the destination.
    private static let elements: [(service: String, entry: String, destination: String)] = [
        ("sns", "TopicConfiguration", "Topic"),
        ("sqs", "QueueConfiguration", "Queue"),
        ("lambda", "CloudFunctionConfiguration", "CloudFunction"),
    ]

    /// Reads a `NotificationConfiguration` document.
    ///
    /// - Throws: `MalformedXML`, `InvalidArgument`.
    init(document: XMLElement) throws(ServiceError) {
        guard document.name == "NotificationConfiguration" else { throw .s3(.malformedXML) }
        self.init(notifiesEventBridge: document["EventBridgeConfiguration"] != nil)
        for child in document.children where child.name != "EventBridgeConfiguration" {
            guard let (service, _, name) = Self.elements.first(where: { $0.entry == child.name }),
                let destination = child.text(of: name)
            else { throw .s3(.malformedXML) }
            let arn = String(destination.trimmingSpaces)
            let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
            guard parts.count == 6, parts[0] == "arn", parts[2] == service, !parts[5].isEmpty else {
                throw .invalidArgument("The ARN could not be parsed", name: name, value: arn)
            }
            guard service != "sns" else {
                throw .invalidArgument(
                    "Unable to validate the following destination configurations", name: arn,
                    value: "The destination topic does not exist")
            }
            let events = child.all("Event").map { String($0.text.trimmingSpaces) }
            guard !events.isEmpty else { throw .s3(.malformedXML) }
            var rule = Rule(id: child.text(of: "Id") ?? "", destination: arn, events: events)
            try Self.readFilter(child, into: &rule)
            // Without a name of its own an entry gets one that stays the same however often it is put.
            if rule.id.isEmpty {
                rule.id = Hex.encode(Digest.of("\(rule)".utf8, .sha256).prefix(16))
            }
            rules.append(rule)
        }
        try check()
    }

    private static func readFilter(_ entry: XMLElement, into rule: inout Rule) throws(ServiceError) {
        for filter in entry["Filter"]?["S3Key"]?.all("FilterRule") ?? [] {
            guard let name = filter.text(of: "Name"), let value = filter.text(of: "Value") else {
                throw .s3(.malformedXML)
            }
            let path: WritableKeyPath<Rule, String?>
            switch name.lowercased() {
            case "prefix": path = \.prefix
            case "suffix": path = \.suffix
            default:
                throw .invalidArgument(
                    "filter rule name must be either prefix or suffix", name: "FilterRule.Name", value: name)
            }
            guard rule[keyPath: path] == nil else {
                throw .invalidArgument(
                    "Cannot specify more than one \(name.lowercased()) rule in a filter.", name: "FilterRule.Name",
                    value: name)
            }
            guard value.utf8.count <= 1024 else {
                throw .invalidArgument(
                    "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation",
                    name: "FilterRule.Value", value: value)
            }
            rule[keyPath: path] = value
        }
    }

    /// The document, with every entry's identifier.
    var document: [UInt8] {
        var writer = XMLWriter()
        writer.element("NotificationConfiguration", namespace: S3Service.namespace) { writer in
            for rule in rules {
                let service = rule.destination.split(separator: ":", omittingEmptySubsequences: false).dropFirst(2)
                    .first
                let elements = Self.elements.first { $0.service == service ?? "" } ?? Self.elements[2]
                writer.element(elements.entry) { writer in
                    writer.element("Id", rule.id)
                    writer.element(elements.destination, rule.destination)
                    for event in rule.events { writer.element("Event", event) }
                    guard rule.prefix != nil || rule.suffix != nil else { return }
                    writer.element("Filter") { writer in
                        writer.element("S3Key") { writer in
                            for (name, value) in [("Prefix", rule.prefix), ("Suffix", rule.suffix)] {
                                guard let value else { continue }
                                writer.element("FilterRule") { writer in
                                    writer.element("Name", name)
                                    writer.element("Value", value)
                                }
                            }
                        }
                    }
                }
            }
            if notifiesEventBridge { writer.emptyElement("EventBridgeConfiguration") }
        }
        return writer.bytes
    }
}
