import CloudCore
import CloudLambda
import CloudSQS

/// The queues of this cloud, as event source mappings take messages from them.
struct QueueMessages: MessageSource {
    let queues: SQSService

    func visibilityTimeout(of queue: String) throws(ServiceError) -> Int { try queues.visibilityTimeout(of: queue) }

    func receive(from queue: String, limit: Int, visibilityTimeout: Int) async throws -> [SourceMessage] {
        try await queues.receive(from: queue, limit: limit, visibilityTimeout: visibilityTimeout).map { message in
            SourceMessage(
                messageID: message.messageID, receiptHandle: message.receiptHandle, body: message.body,
                bodyDigest: message.bodyDigest, attributes: message.attributes,
                messageAttributes: message.messageAttributes.map { attribute in
                    switch attribute.value {
                    case .text(let text): (attribute.name, attribute.dataType, .text(text))
                    case .bytes(let bytes): (attribute.name, attribute.dataType, .bytes(bytes))
                    }
                },
                attributesDigest: message.attributesDigest, groupID: message.groupID)
        }
    }

    func delete(_ receiptHandles: [String], from queue: String) async throws {
        try await queues.delete(receiptHandles, from: queue)
    }

    func changeVisibility(
        of receiptHandles: [String], in queue: String, to seconds: Int
    ) async throws -> Set<String> {
        let failures = try await queues.changeVisibility(of: receiptHandles, in: queue, to: seconds)
        return Set(failures.map(\.receiptHandle))
    }

    func observeArrivals(in queue: String, _ onArrival: @escaping @Sendable () -> Void) -> ArrivalObservation {
        queues.observeArrivals(in: queue, onArrival)
    }
}
