import CloudCore
import CloudSQS

/// Looking into the services from inside this process, for tests.
extension LocalCloud {
    /// The messages of a queue, in the order of sending; nothing changes by it.
    ///
    /// - Throws: `QueueDoesNotExist`; the store's errors.
    package func messages(in queue: String) throws -> [StoredMessage] {
        try services.sqs.storedMessages(in: services.sqs.queueARN(queue))
    }

    /// What a function has logged and the platform has said of it, the oldest line first, without the ends of the lines.
    ///
    /// - Throws: the store's errors.
    package func logLines(of function: String) async throws -> [String] {
        let group =
            template.functions.first { $0.name == function }?.logging.group ?? "/aws/lambda/" + function
        do {
            return try await services.logs.messages(in: group).map { $0.hasSuffix("\n") ? String($0.dropLast()) : $0 }
        } catch let error as ServiceError where error.code == "ResourceNotFoundException" {
            // A group comes with a function's first line.
            return []
        }
    }
}
