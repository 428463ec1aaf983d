import CloudSQS
import JSONValue

/// A message as it lies in a queue.
public struct TestMessage: Sendable, Equatable {
    /// The message's identifier.
    public var messageID: String
    /// The body.
    public var body: String
    /// The group, in a FIFO queue.
    public var groupID: String?
    /// How often it was received.
    public var receiveCount: Int
    /// Whether it could be received now: not where it waits for its delay, or is being worked on by somebody.
    public var isVisible: Bool

    /// The body as JSON; null where it is none.
    public var json: JSONValue { (try? JSONValue(parsing: Array(body.utf8))) ?? .null }
}

/// What lies in queues.
extension TestCloud {
    /// All messages of a queue in the order of sending, those included that nobody may receive now. Looking changes
    /// nothing: no message is hidden by it or counted as received.
    ///
    /// - Parameter queue: its name, or its logical id in the template.
    /// - Throws: an error of SQS, where there is no such queue.
    public func messages(in queue: String) throws -> [TestMessage] {
        let name = cloud.template.queues.first { $0.logicalID == queue }?.name ?? queue
        return try cloud.messages(in: name).map { message in
            TestMessage(
                messageID: message.messageID, body: message.body, groupID: message.groupID,
                receiveCount: message.receiveCount, isVisible: message.phase == .visible)
        }
    }
}
