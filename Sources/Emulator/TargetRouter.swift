import CloudCore
import CloudEvents
import CloudSQS
import NIOCore

/// Takes deliveries to the service that their target's ARN names.
struct TargetRouter: TargetDelivery {
    let functions: any FunctionInvoker
    let queues: SQSService
    let events: EventsService

    func canDeliver(to arn: String) -> Bool {
        switch service(of: arn) {
        case "lambda": functions.hasFunction(arn)
        case "sqs": (try? queues.visibilityTimeout(of: arn)) != nil
        case "events": events.hasBus(arn)
        default: false
        }
    }

    func deliver(_ delivery: Delivery) async throws {
        switch service(of: delivery.target) {
        case "lambda":
            _ = try await functions.enqueue(
                Invocation(
                    function: delivery.target, payload: delivery.payload, traceID: delivery.traceID,
                    source: delivery.source))
        case "sqs":
            try await queues.send(
                String(buffer: delivery.payload), to: delivery.target, attributes: delivery.messageAttributes,
                groupID: delivery.messageGroupID, deduplicationID: delivery.deduplicationID, sender: delivery.principal)
        case "events":
            guard let envelope = delivery.envelope else { fallthrough }
            try await events.publish(envelope, detail: delivery.payload, to: delivery.target)
        default:
            throw ServiceError("InvalidParameterValueException", "Nothing delivers to \(delivery.target) here.")
        }
    }

    /// The third part of an ARN.
    private func service(of arn: String) -> Substring? {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        return parts.count == 6 && parts[0] == "arn" ? parts[2] : nil
    }
}
