import CloudCore

/// A message as it lies in a queue.
public struct StoredMessage: Sendable, Equatable {
    /// Where it is on its way.
    public enum Phase: String, Sendable {
        /// May be received.
        case visible
        /// Sent, and not to be seen before its delay has passed.
        case delayed
        /// Received, and hidden until its visibility timeout.
        case inFlight
    }

    /// The message's identifier.
    public var messageID: String
    /// The body.
    public var body: String
    /// The group, in a FIFO queue.
    public var groupID: String?
    /// How often it was received.
    public var receiveCount: Int
    /// Where it is on its way.
    public var phase: Phase
}

/// Looking at queues without receiving, for tests: nothing changes by it.
extension SQSService {
    /// The messages of a queue in the order of sending, those included that nobody may receive now.
    ///
    /// - Parameter arn: the queue's ARN.
    /// - Throws: `QueueDoesNotExist`; the store's errors.
    public func storedMessages(in arn: String) throws -> [StoredMessage] {
        let number = try queue(arn: arn).number
        let now = now
        // What has passed its retention, its delay or its timeout meanwhile is seen as it is now.
        let entries = storage.catalog.withLock { catalog -> [MessageEntry] in
            catalog[number]?.advance(to: now)
            return catalog[number].map { Array($0.messages.values) } ?? []
        }
        return try storage.database.read { database in
            try entries.sorted { $0.ordinal < $1.ordinal }.compactMap { entry in
                // One that was deleted a moment ago has no content.
                guard let content = try SQSStorage.content(of: entry.row, database) else { return nil }
                return StoredMessage(
                    messageID: content.messageID, body: content.body, groupID: entry.group,
                    receiveCount: Int(entry.receives), phase: StoredMessage.Phase(entry.phase))
            }
        }
    }
}

extension StoredMessage.Phase {
    fileprivate init(_ phase: MessageEntry.Phase) {
        self =
            switch phase {
            case .ready: .visible
            case .delayed: .delayed
            case .inFlight: .inFlight
            }
    }
}
