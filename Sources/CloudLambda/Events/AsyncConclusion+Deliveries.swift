import CloudCore
import JSONValue

/// Who is told of an asynchronous call that is over, and what.
extension AsyncConclusion {
    private var succeeded: Bool { condition == .success }

    /// What goes into the outbox: the record for the destination of such a conclusion, and the event for the dead-letter
    /// queue.
    func deliveries(_ policy: AsyncPolicy) -> [OutboxEntry] {
        var deliveries: [Delivery] = []
        if let target = succeeded ? policy.configuration.onSuccess : policy.configuration.onFailure {
            deliveries.append(recordDelivery(to: target))
        }
        if !succeeded, let target = policy.deadLetterTarget { deliveries.append(deadLetter(to: target)) }
        return deliveries.map {
            OutboxEntry(
                $0, occurred: moment,
                context: ["function": .string(event.function), "requestId": .string(event.requestID)])
        }
    }

    private func delivery(to target: String) -> Delivery {
        var delivery = Delivery(
            target: target, payload: event.payload, source: "destination of \(event.function)",
            principal: "lambda.amazonaws.com")
        delivery.traceID = event.traceID
        if target.hasSuffix(".fifo") { delivery.messageGroupID = functionARN }
        return delivery
    }

    private func recordDelivery(to target: String) -> Delivery {
        var delivery = delivery(to: target)
        delivery.payload = record
        delivery.envelope = EventEnvelope(
            source: "lambda",
            detailType: "Lambda Function Invocation Result - \(succeeded ? "Success" : "Failure")",
            resources: [qualifiedARN, target], time: moment)
        return delivery
    }

    /// The event as it was, and what became of it as attributes.
    private func deadLetter(to target: String) -> Delivery {
        var delivery = delivery(to: target)
        delivery.messageAttributes = [("RequestID", "String", event.requestID)]
        if let result {
            delivery.messageAttributes.append(("ErrorCode", "Number", "200"))
            let error = try? JSONValue(parsing: result.payload.readableBytesView)
            let text = Self.attributeText(error?["errorMessage"]?.string ?? "")
            // Queues take no empty values.
            if !text.isEmpty { delivery.messageAttributes.append(("ErrorMessage", "String", text)) }
        }
        if target.hasSuffix(".fifo") { delivery.deduplicationID = event.requestID }
        return delivery
    }

    /// The first kilobyte of an error's message, without the characters that queues refuse.
    private static func attributeText(_ message: String) -> String {
        var text = ""
        for scalar in message.unicodeScalars {
            let isAllowed = scalar.value >= 0x20 || [0x9, 0xA, 0xD].contains(scalar.value)
            guard isAllowed, scalar.value & 0xFFFE != 0xFFFE else { continue }
            guard text.utf8.count + UTF8.width(scalar) <= 1024 else { break }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}
