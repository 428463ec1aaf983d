import CloudCore
import JSONValue
import NIOCore

/// What a schedule sends, and what becomes of it when nobody takes it.
enum ScheduleMessage {
    /// The event for a target without an input of its own.
    static func event(
        id: String, scheduleARN: String, time: Timestamp, _ identity: CloudIdentity
    ) -> String {
        let event: JSONValue = [
            "version": "0", "id": .string(id), "detail-type": "Scheduled Event", "source": "aws.scheduler",
            "account": .string(identity.accountID), "time": .string(time.iso8601), "region": .string(identity.region),
            "resources": [.string(scheduleARN)], "detail": "{}",
        ]
        return event.text()
    }

    /// The delivery for one firing.
    static func entry(
        of schedule: Schedule, arn: String, time: Timestamp, executionID: String, occurred: Timestamp,
        _ identifiers: IdentifierSource, _ identity: CloudIdentity
    ) -> OutboxEntry {
        let target = schedule.target
        let input =
            target.input
            ?? (target.event == nil
                ? event(id: identifiers.uuid(), scheduleARN: arn, time: time, identity) : "{}")
        var delivery = Delivery(
            target: target.arn, payload: ByteBuffer(string: input), source: "schedule \(schedule.key.name)",
            principal: "scheduler.amazonaws.com")
        delivery.messageGroupID = target.messageGroupID
        if let event = target.event {
            delivery.envelope = EventEnvelope(
                source: event.source, detailType: event.detailType, resources: [arn], time: occurred)
        }
        return OutboxEntry(
            delivery, policy: target.policy, occurred: occurred, deadLetterTarget: target.deadLetterARN,
            context: [
                "schedule": .string(arn), "target": .string(target.arn), "time": .string(time.iso8601),
                "execution": .string(executionID), "input": .bool(target.input != nil),
            ])
    }

    /// Fills the context attributes of an input in, anew at each attempt.
    ///
    /// Source: "Adding context attributes" in the EventBridge Scheduler user guide.
    @Sendable static func filled(_ entry: OutboxEntry, attempt: Int) -> OutboxEntry {
        guard entry.context["input"] == true else { return entry }
        let text = String(buffer: entry.delivery.payload)
        guard text.contains("<aws.scheduler.") else { return entry }
        let values = [
            ("schedule-arn", entry.context["schedule"]?.string ?? ""),
            ("scheduled-time", entry.context["time"]?.string ?? ""),
            ("execution-id", entry.context["execution"]?.string ?? ""), ("attempt-number", String(attempt)),
        ]
        var filled = entry
        filled.delivery.payload = ByteBuffer(
            string: values.reduce(text) { text, value in
                text.split(separator: "<aws.scheduler.\(value.0)>", omittingEmptySubsequences: false)
                    .joined(separator: value.1)
            })
        return filled
    }

    /// The input as it was, with what Scheduler says of its failure.
    @Sendable static func deadLetter(
        _ entry: OutboxEntry, _ failure: DeliveryOutbox.Failure, _ target: String
    ) -> Delivery {
        var letter = Delivery(
            target: target, payload: entry.delivery.payload, source: entry.delivery.source,
            principal: "scheduler.amazonaws.com")
        var attributes: [(String, String)] = [
            ("ERROR_CODE", failure.error.queryCode ?? failure.error.code), ("ERROR_MESSAGE", failure.error.message),
            ("EXECUTION_ID", entry.context["execution"]?.string ?? ""), ("IS_PAYLOAD_TRUNCATED", "false"),
            ("RETRY_ATTEMPTS", String(failure.retries)), ("SCHEDULED_TIME", entry.context["time"]?.string ?? ""),
            ("SCHEDULE_ARN", entry.context["schedule"]?.string ?? ""),
            ("TARGET_ARN", entry.context["target"]?.string ?? ""),
        ]
        if let condition = failure.condition { attributes.append(("EXHAUSTED_RETRY_CONDITION", condition.rawValue)) }
        letter.messageAttributes = attributes.map { ($0, "String", $1.isEmpty ? "-" : $1) }
        return letter
    }
}
