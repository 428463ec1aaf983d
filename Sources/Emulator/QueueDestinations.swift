import CloudCore
import CloudLambda
import CloudSQS
import NIOCore

/// Delivers what became of asynchronous calls to the queues of the same cloud.
struct QueueDestinations: DestinationSender {
    let queues: SQSService

    func send(_ message: DestinationMessage, to destination: String) async throws {
        guard destination.hasPrefix("arn:aws:sqs:") else {
            throw ServiceError("InvalidParameterValueException", "Nothing delivers to \(destination) here.")
        }
        let isFIFO = destination.hasSuffix(".fifo")
        let request = message.attributes.first { $0.name == "RequestID" }?.value
        try await queues.send(
            String(buffer: message.body), to: destination,
            attributes: message.attributes.map { ($0.name, $0.type, $0.value) },
            groupID: isFIFO ? message.functionARN : nil, deduplicationID: isFIFO ? request : nil,
            sender: "lambda.amazonaws.com")
    }
}
