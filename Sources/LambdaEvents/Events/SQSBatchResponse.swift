/// Which messages of a batch were not handled: these return to the queue, the others are deleted.
///
/// Source: AWS Lambda Developer Guide, "Reporting batch item failures". Read only where the event source mapping lists
/// `ReportBatchItemFailures`.
public struct SQSBatchResponse: Codable, Sendable, Equatable {
    /// One message that failed.
    public struct ItemFailure: Codable, Sendable, Equatable {
        /// The message's identifier.
        public var itemIdentifier: String

        /// The failure of a message.
        public init(itemIdentifier: String) { self.itemIdentifier = itemIdentifier }
    }

    /// The messages that failed; empty when all were handled.
    public var batchItemFailures: [ItemFailure]

    /// By default: everything was handled.
    public init(batchItemFailures: [ItemFailure] = []) { self.batchItemFailures = batchItemFailures }

    /// Reports one message more.
    public mutating func fail(_ message: SQSEvent.Message) {
        batchItemFailures.append(ItemFailure(itemIdentifier: message.messageId))
    }
}
