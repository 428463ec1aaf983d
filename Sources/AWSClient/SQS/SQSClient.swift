import JSONValue

/// Amazon SQS, as far as functions need it: a message goes in, and one that was taken is put off.
///
/// What a queue holds reaches a function by its event source mapping, which also deletes what was handled.
public struct SQSClient: Sendable {
    private let client: AWSClient

    /// A view of the client.
    public init(_ client: AWSClient) { self.client = client }

    /// Puts a message in a queue.
    ///
    /// It is not sent again when nobody knows whether the first attempt went through, since it might then be there twice;
    /// say in `options` that it may be, where that does no harm.
    ///
    /// - Parameters:
    ///   - delay: how long the message is kept back, at most 15 minutes; the queue's own delay unless given.
    ///   - groupID: in a FIFO queue, the group whose order the message keeps.
    ///   - deduplicationID: in a FIFO queue, what tells a message from its repetition.
    /// - Returns: the message's identifier.
    /// - Throws: ``AWSError``, ``TransportError``.
    @discardableResult
    public func sendMessage(
        queueURL: String, body: String, delay: Duration? = nil, groupID: String? = nil,
        deduplicationID: String? = nil, options: CallOptions = .none
    ) async throws -> String {
        var input: JSONObject = ["QueueUrl": .string(queueURL), "MessageBody": .string(body)]
        if let delay { input["DelaySeconds"] = JSONValue(delay.components.seconds) }
        if let groupID { input["MessageGroupId"] = .string(groupID) }
        if let deduplicationID { input["MessageDeduplicationId"] = .string(deduplicationID) }
        // What has an identifier of its own is taken in once however often it is sent.
        let answer = try await client.json(
            .sqs, operation: "SendMessage", body: .object(input), idempotent: deduplicationID != nil,
            options: options)
        return answer["MessageId"]?.string ?? ""
    }

    /// Changes how long a message that was received stays hidden from now on: 0 shows it at once, 12 hours is the most.
    ///
    /// - Parameter receiptHandle: from the message, for the time that it was received.
    /// - Throws: ``AWSError``, ``TransportError``.
    public func changeMessageVisibility(
        queueURL: String, receiptHandle: String, timeout: Duration, options: CallOptions = .none
    ) async throws {
        _ = try await client.json(
            .sqs, operation: "ChangeMessageVisibility",
            body: [
                "QueueUrl": .string(queueURL), "ReceiptHandle": .string(receiptHandle),
                "VisibilityTimeout": JSONValue(timeout.components.seconds),
            ], idempotent: true, options: options)
    }
}
