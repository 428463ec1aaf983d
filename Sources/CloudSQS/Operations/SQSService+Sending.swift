import CloudCore
import GRDB
import JSONValue

/// Sending messages.
extension SQSService {
    /// Entries that a batch may have.
    static let batchLimit = 10
    /// Bytes that the messages of a batch may have together.
    static let batchSizeLimit = 1_048_576

    /// What a sender is told.
    struct SentMessage: Sendable {
        var messageID: String
        var digest: String
        var ordinal: Int64
    }

    func sendMessage(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        let message = try OutgoingMessage(input.members)
        try message.check(for: queue)
        let sent = try await send([message], to: queue, sender: sender(input))
        return output(sent[0], message, queue)
    }

    func sendMessageBatch(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        let entries = try batchEntries(input, of: "SendMessageBatch")
        var size = 0
        var messages: [(id: String, message: Result<OutgoingMessage, ServiceError>)] = []
        for (id, members) in entries {
            do throws(ServiceError) {
                let message = try OutgoingMessage(members)
                size += message.size
                try message.check(for: queue)
                messages.append((id, .success(message)))
            } catch {
                try Self.checkFailsBatch(error, queue)
                messages.append((id, .failure(error)))
            }
        }
        guard size <= Self.batchSizeLimit else {
            throw ServiceError.sqs(
                .batchRequestTooLong,
                "Batch requests cannot be longer than \(Self.batchSizeLimit) bytes. You have sent \(size) bytes.")
        }
        let good = messages.compactMap { try? $0.message.get() }
        let sent = good.isEmpty ? [] : try await send(good, to: queue, sender: sender(input))
        var next = sent.makeIterator()
        var successful: [JSONValue] = []
        var failed: [JSONValue] = []
        for (id, message) in messages {
            switch message {
            case .success(let message):
                guard let sent = next.next() else { continue }
                var entry: JSONObject = ["Id": .string(id)]
                for (name, value) in output(sent, message, queue) { entry[name] = value }
                successful.append(.object(entry))
            case .failure(let error): failed.append(Self.failure(id, error))
            }
        }
        return ["Successful": .array(successful), "Failed": .array(failed)]
    }

    /// What a FIFO queue always needs fails the whole batch, where it is missing from one entry.
    private static func checkFailsBatch(_ error: ServiceError, _ queue: QueueFacts) throws(ServiceError) {
        if queue.isFIFO, error.code == SQSErrorCode.missingParameter.rawValue, error.message.contains("MessageGroupId")
        {
            throw .invalidParameter(error.message)
        }
        if error.message.hasPrefix("The queue should either have ContentBasedDeduplication") { throw error }
        if error.code == "SerializationException" { throw error }
    }

    private func output(_ sent: SentMessage, _ message: OutgoingMessage, _ queue: QueueFacts) -> JSONObject {
        var output: JSONObject = ["MessageId": .string(sent.messageID), "MD5OfMessageBody": .string(sent.digest)]
        if let digest = MessageChecksum.of(message.attributes) { output["MD5OfMessageAttributes"] = .string(digest) }
        if let digest = MessageChecksum.of(message.systemAttributes) {
            output["MD5OfMessageSystemAttributes"] = .string(digest)
        }
        if queue.isFIFO { output["SequenceNumber"] = .string(SequenceNumber.text(sent.ordinal)) }
        return output
    }

    func sender(_ input: SQSInput) -> String { input.accessKeyID ?? identity.accountID }

    /// Sends messages in one transaction: all of them, in order, or none.
    ///
    /// - Throws: `QueueDoesNotExist`; the store's errors.
    func send(_ messages: [OutgoingMessage], to queue: QueueFacts, sender: String) async throws -> [SentMessage] {
        let contents = messages.map { $0.content(id: identifiers.uuid(), sender: sender, in: queue) }
        let sent = try await storage.write { [self] database in
            let now = now
            return try zip(messages, contents).map { message, content in
                try store(message, content, in: queue, now: now, database)
            }
        }
        arrived(in: queue.number, count: messages.count)
        return sent
    }

    private func store(
        _ message: OutgoingMessage, _ content: MessageContent, in queue: QueueFacts, now: Int64, _ database: Database
    ) throws -> SentMessage {
        let delay = (message.delay ?? queue.attributes.delay) * 1000
        let key = content.deduplicationID.map {
            DeduplicationWindow.key($0, group: queue.attributes.deduplicatesByGroup ? message.group : nil)
        }
        var forgets = false
        let outcome: Result<MessageEntry, SQSDuplicate> = try storage.catalog.withLock { catalog throws in
            guard catalog.facts(queue.number) != nil else { throw ServiceError.queueDoesNotExist }
            try SQSStorage.reserveRows(&catalog, database)
            if key != nil { forgets = catalog[queue.number]?.deduplication.forget(before: now) ?? false }
            if let key, let known = catalog[queue.number]?.deduplication.message(key, at: now) {
                return .failure(SQSDuplicate(message: known))
            }
            let row = catalog.newRow()
            let entry = MessageEntry(
                row: row, ordinal: row, sent: now, retained: now, visible: now + delay,
                phase: delay > 0 ? .delayed : .ready, group: queue.isFIFO ? message.group : nil)
            catalog[queue.number]?.insert(entry)
            if let key {
                catalog[queue.number]?.deduplication.remember(
                    key,
                    DeduplicationWindow.Sent(
                        messageID: content.messageID, ordinal: row, expires: now + DeduplicationWindow.length))
            }
            return .success(entry)
        }
        if forgets {
            try database.run(
                "DELETE FROM deduplications WHERE queue = ? AND expires <= ?", .integer(queue.number), .integer(now))
        }
        switch outcome {
        case .failure(let duplicate):
            return SentMessage(
                messageID: duplicate.message.messageID, digest: content.digest, ordinal: duplicate.message.ordinal)
        case .success(let entry):
            try SQSStorage.insert(entry, content, queue: queue.number, database)
            if let key {
                try database.run(
                    """
                    INSERT OR REPLACE INTO deduplications (queue, key, expires, messageID, ordinal) VALUES (?, ?, ?, ?, ?)
                    """, .integer(queue.number), .text(key), .integer(now + DeduplicationWindow.length),
                    .text(content.messageID), .integer(entry.ordinal))
            }
            return SentMessage(messageID: content.messageID, digest: content.digest, ordinal: entry.ordinal)
        }
    }
}

/// A message that was sent before.
private struct SQSDuplicate: Error {
    var message: DeduplicationWindow.Sent
}
