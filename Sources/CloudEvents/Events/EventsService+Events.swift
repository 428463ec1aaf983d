import CloudCore
import EventPatterns
import GRDB
import JSONValue
import NIOCore

extension EventsService {
    /// Bytes that the entries of one request may have together.
    static let entriesLimit = 256 * 1024

    func putEvents(_ input: InputMembers) async throws -> JSONObject {
        let entries = try input.structures("Entries", count: 1...10, required: true)
        if let endpoint = try input.text("EndpointId", length: 1...50) {
            throw ServiceError.events(.resourceNotFound, "Endpoint \(endpoint) does not exist.")
        }
        var size = 0
        for entry in entries { size += try Self.size(of: entry) }
        guard size < Self.entriesLimit else {
            throw ServiceError.invalid("Total size of the entries in the request is over the limit.")
        }
        var accepted: [(event: Event, bus: String)] = []
        var results: [JSONValue] = []
        for entry in entries {
            do {
                let (event, bus) = try event(of: entry)
                accepted.append((event, bus))
                results.append(["EventId": .string(event.id)])
            } catch let fault as EntryFault {
                results.append(["ErrorCode": .string(fault.code), "ErrorMessage": .string(fault.message)])
            }
        }
        try await accept(accepted)
        return ["FailedEntryCount": JSONValue(entries.count - accepted.count), "Entries": .array(results)]
    }

    /// What is wrong with one entry; the others are taken.
    private struct EntryFault: Error {
        var code: String
        var message: String

        static func missing(_ name: String) -> EntryFault {
            EntryFault(
                code: "InvalidArgument",
                message: "Parameter \(name) is not valid. Reason: \(name) is a required argument.")
        }
    }

    /// As the user guide counts it: 14 bytes for the time, and the bytes of the texts.
    private static func size(of entry: InputMembers) throws(ServiceError) -> Int {
        var size = entry.contains("Time") ? 14 : 0
        for name in ["Source", "DetailType", "Detail"] { size += try entry.text(name)?.utf8.count ?? 0 }
        for resource in try entry.texts("Resources") { size += resource.utf8.count }
        return size
    }

    private func event(of entry: InputMembers) throws -> (Event, bus: String) {
        func required(_ name: String) throws -> String {
            guard let text = try entry.text(name), !text.isEmpty else { throw EntryFault.missing(name) }
            return text
        }
        let bus = try busName(entry)
        let source = try required("Source")
        let detailType = try required("DetailType")
        let detailText = try required("Detail")
        guard !source.hasPrefix("aws.") else {
            throw EntryFault(
                code: "NotAuthorizedForSourceException", message: "Not authorized for the source.")
        }
        guard detailType.utf16.count <= 128 else {
            throw EntryFault(
                code: "InvalidArgument",
                message: "Parameter DetailType is not valid. Reason: DetailType must be at most 128 characters long.")
        }
        guard let detail = try? JSONValue(parsing: detailText), detail.object != nil else {
            throw EntryFault(code: "MalformedDetail", message: "Detail is malformed.")
        }
        let now = clock.now
        let event = Event(
            id: identifiers.uuid(), detailType: detailType, source: source, time: try entry.moment("Time") ?? now,
            resources: try entry.texts("Resources"), detail: detail, ingested: now)
        return (event, bus)
    }

    func testEventPattern(_ input: InputMembers) throws -> JSONObject {
        let text = try input.requiredText("EventPattern", length: 0...4096)
        let event = try input.requiredText("Event")
        let pattern = try Self.pattern(text)
        let required = ["id", "account", "source", "time", "region", "resources", "detail-type"]
        guard let event = try? JSONValue(parsing: event), case .object(let members) = event else {
            throw ServiceError.invalid(parameter: "Event")
        }
        if let missing = required.first(where: { !members.contains($0) }) {
            throw ServiceError.invalid(parameter: "Event", reason: "\(missing) is a required argument.")
        }
        return ["Result": .bool(pattern.matches(event))]
    }

    // MARK: From here to the targets

    /// Takes events in. When this returns, what they are to become is in the store. One for a bus that is not there is
    /// nobody's, as with the service.
    func accept(_ events: [(event: Event, bus: String)]) async throws {
        guard !events.isEmpty else { return }
        let hold = clock.hold()
        defer { hold.release() }
        var entries: [OutboxEntry] = []
        for (event, bus) in events {
            let envelope = event.envelope(identity)
            let matching = rules(on: bus).filter { $0.isEnabled && $0.pattern?.matches(envelope) == true }
            for rule in matching { entries += deliveries(of: event, envelope, by: rule) }
        }
        guard !entries.isEmpty else { return }
        let waiting = entries
        try await storage.database.write { database in
            for entry in waiting { try entry.insert(into: database) }
        }
        running.wake()
    }

    /// What a rule makes of an event: a delivery for each target.
    func deliveries(of event: Event, _ envelope: JSONValue, by rule: Rule) -> [OutboxEntry] {
        let arn = ruleARN(rule.key)
        let setting = InputTemplate.Setting(ruleARN: arn, ruleName: rule.key.name, ingested: event.ingested)
        return rule.targets.compactMap { target in
            guard let payload = target.isBus ? event.detail.text() : target.payload(for: envelope, setting) else {
                running.report(
                    "rule \(rule.key.name): the input path of the target \(target.id) leads nowhere in an event.")
                return nil
            }
            var delivery = Delivery(
                target: target.arn, payload: ByteBuffer(string: payload), source: "rule \(rule.key.name)",
                principal: "events.amazonaws.com")
            delivery.messageGroupID = target.messageGroupID
            if target.isBus {
                delivery.envelope = EventEnvelope(
                    source: event.source, detailType: event.detailType, resources: event.resources, time: event.time)
                delivery.envelope?.id = event.id
                delivery.envelope?.hops = event.hops + 1
            }
            return OutboxEntry(
                delivery, policy: target.policy, occurred: clock.now, deadLetterTarget: target.deadLetterARN,
                context: ["rule": .string(arn), "target": .string(target.arn), "event": .string(envelope.text())])
        }
    }

}
