import CloudCore
import GRDB
import JSONValue

extension LogsService {
    // MARK: PutLogEvents

    func putLogEvents(_ input: LogsInput) async throws -> JSONObject? {
        var input = input
        let groupName = input.require("logGroupName", try input.groupName())
        let streamName = input.require("logStreamName", try input.streamName())
        // Accepted for older callers, and without meaning.
        _ = try input.text("sequenceToken", lengths: 1...Int.max)
        let events = input.require("logEvents", try input.logEvents())
        try input.finish()
        guard let groupName, let streamName, let events else { return nil }
        let now = now
        let (batch, group, stream, stored) = try await database.write { database in
            let group = try Self.group(groupName, database)
            let stream = try Self.stream(streamName, in: group, database)
            let batch = try EventBatch(events, now: now, expiry: group.expiry(at: now))
            var stored: [StoredEvent] = []
            if !batch.accepted.isEmpty {
                var id = try LogsStorage.takeNumbers(batch.accepted.count, database)
                var added = AddedEvents()
                let statement = try LogsStorage.insertion(database)
                for event in batch.accepted {
                    try LogsStorage.insert(
                        event, id: id, stream: stream.number, group: group.number, ingestion: now, with: statement)
                    added.add(event)
                    stored.append(
                        StoredEvent(
                            position: EventPosition(timestamp: event.timestamp, id: id), stream: stream.number,
                            ingestion: now, message: event.message))
                    id += 1
                }
                try LogsStorage.note(added, stream: stream.number, group: group.number, ingestion: now, database)
            }
            return (batch, group, stream, stored)
        }
        if let days = group.retentionDays, let first = batch.accepted.first {
            retention.arm(expiry: first.timestamp + Int64(days) * LogLimits.day)
        }
        liveTails.publish(stored, stream: stream.name, group: group.name)
        var output: JSONObject = ["nextSequenceToken": .string(LogStream.sequenceToken(stream.sequence + 1))]
        if let rejections = batch.rejections { output["rejectedLogEventsInfo"] = rejections }
        return output
    }
}

extension LogsInput {
    fileprivate mutating func logEvents() throws(ServiceError) -> [LogEvent]? {
        guard let elements = try list("logEvents") else { return nil }
        checkLength("logEvents", elements.count, 1...LogLimits.batchEvents, shown: "[\(elements.count) events]")
        var events: [LogEvent] = []
        events.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard case .object(let members) = element else { throw Self.cannotConvert(element, to: "Structure") }
            let event = LogsInput(members, call)
            let (timestamp, message) = (try event.integer("timestamp"), try event.text("message"))
            let path = "logEvents.\(index + 1).member"
            guard let timestamp, let message else {
                constraints.violate(
                    "\(path).\(timestamp == nil ? "timestamp" : "message")", nil, "Member must not be null")
                continue
            }
            if timestamp < 0 {
                constraints.violate(
                    "\(path).timestamp", String(timestamp), "Member must have value greater than or equal to 0")
            }
            if message.isEmpty {
                constraints.violate("\(path).message", "", "Member must have length greater than or equal to 1")
            }
            events.append(LogEvent(timestamp: Int64(timestamp), message: message))
        }
        return events
    }
}
