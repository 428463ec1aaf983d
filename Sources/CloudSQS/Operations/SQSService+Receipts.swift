import CloudCore
import GRDB
import JSONValue

/// What is done with messages that were received: deleting them, and changing how long they stay hidden.
extension SQSService {
    /// What is wanted for the message of a receipt.
    enum ReceiptAction: Sendable {
        case delete
        /// Hides it for so many seconds from now on.
        case hide(Int64)
    }

    func deleteMessage(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        let handle = try input.requiredText("ReceiptHandle")
        if let error = try await perform([(handle, .delete)], in: queue)[0] { throw error }
        return nil
    }

    func deleteMessageBatch(_ input: SQSInput) async throws -> JSONObject? {
        try await batch(input, of: "DeleteMessageBatch") { _ in .delete }
    }

    func changeMessageVisibility(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        let handle = try input.requiredText("ReceiptHandle")
        let timeout = try Self.timeout(input.members)
        if let error = try await perform([(handle, .hide(timeout))], in: queue)[0] { throw error }
        return nil
    }

    func changeMessageVisibilityBatch(_ input: SQSInput) async throws -> JSONObject? {
        try await batch(input, of: "ChangeMessageVisibilityBatch") { members throws(ServiceError) in
            .hide(try Self.timeout(members))
        }
    }

    private static func timeout(_ members: JSONObject) throws(ServiceError) -> Int64 {
        guard let timeout = try SQSInput.integer("VisibilityTimeout", in: members) else {
            throw .missingParameter("VisibilityTimeout")
        }
        guard (0...43_200).contains(timeout) else {
            throw .invalidParameter(
                "VisibilityTimeout", String(timeout), reason: "Must be between 0 and 43200, if provided.")
        }
        return Int64(timeout)
    }

    private func batch(
        _ input: SQSInput, of operation: String, action: (JSONObject) throws(ServiceError) -> ReceiptAction
    ) async throws -> JSONObject? {
        let queue = try queue(input)
        var outcomes: [(id: String, error: ServiceError?)] = []
        var actions: [(handle: String, action: ReceiptAction)] = []
        var places: [Int] = []
        for (id, members) in try batchEntries(input, of: operation) {
            do throws(ServiceError) {
                guard let handle = try SQSInput.text("ReceiptHandle", in: members), !handle.isEmpty else {
                    throw .missingParameter("ReceiptHandle")
                }
                actions.append((handle, try action(members)))
                places.append(outcomes.count)
                outcomes.append((id, nil))
            } catch {
                outcomes.append((id, error))
            }
        }
        if !actions.isEmpty {
            for (place, error) in zip(places, try await perform(actions, in: queue)) { outcomes[place].error = error }
        }
        return Self.batchOutput(outcomes)
    }

    /// Does what is wanted for some receipts, in one transaction. Answers what was wrong with each.
    ///
    /// - Throws: `QueueDoesNotExist`; the store's errors.
    func perform(
        _ actions: [(handle: String, action: ReceiptAction)], in queue: QueueFacts
    ) async throws -> [ServiceError?] {
        let handles = actions.map { ReceiptHandle($0.handle, key: storage.handleKey) }
        if handles.allSatisfy({ $0 == nil || $0?.queue != queue.number }) {
            return zip(actions, handles).map { Self.refusal($0.handle, $1) }
        }
        let outcomes = try await storage.write { [self] database in
            let now = now
            var outcomes: [ServiceError?] = []
            for ((text, action), handle) in zip(actions, handles) {
                guard let handle, handle.queue == queue.number else {
                    outcomes.append(Self.refusal(text, handle))
                    continue
                }
                let change = storage.catalog.withLock { Self.change(&$0, handle, text, action, now: now) }
                switch change {
                case .failure(let error): outcomes.append(error)
                case .success(let change):
                    switch change {
                    case .none: break
                    case .deleted(let row): try SQSStorage.delete(row, database)
                    case .changed(let entry): try SQSStorage.update(entry, database)
                    }
                    outcomes.append(nil)
                }
            }
            return outcomes
        }
        if queue.isFIFO || actions.contains(where: { if case .hide = $0.action { true } else { false } }) {
            passOn(queue.number)
        }
        return outcomes
    }

    /// What became of a message in the catalog.
    private enum Change {
        case none
        case deleted(Int64)
        case changed(MessageEntry)
    }

    private static func change(
        _ catalog: inout QueueCatalog, _ handle: ReceiptHandle, _ text: String, _ action: ReceiptAction, now: Int64
    ) -> Result<Change, ServiceError> {
        guard let queue = catalog.facts(handle.queue) else { return .failure(.queueDoesNotExist) }
        catalog[handle.queue]?.advance(to: now)
        let entry = catalog[handle.queue]?.messages[handle.row].flatMap { $0.receipt == handle.receipt ? $0 : nil }
        let expired = ServiceError.invalidParameter(
            "ReceiptHandle", text, reason: "The receipt handle has expired.")
        switch action {
        case .delete:
            // A message that is gone, or was received again since, is none of this receipt's business any more.
            let isThere = catalog[handle.queue]?.messages[handle.row] != nil
            if queue.isFIFO, isThere, entry?.phase != .inFlight { return .failure(expired) }
            guard let entry else { return .success(.none) }
            catalog[handle.queue]?.remove(entry.row)
            return .success(.deleted(entry.row))
        case .hide(let seconds):
            guard let entry else {
                return .failure(
                    .invalidParameter(
                        "ReceiptHandle", text,
                        reason: "Message does not exist or is not available for visibility timeout change."))
            }
            if queue.isFIFO, entry.phase != .inFlight { return .failure(expired) }
            let passed = (now - (entry.received ?? now)) / 1000
            guard passed + seconds <= 43_200 else {
                return .failure(
                    .invalidParameter(
                        "VisibilityTimeout", String(seconds),
                        reason: "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"))
            }
            catalog[handle.queue]?.setVisible(entry.row, at: now + seconds * 1000, now: now)
            return .success(catalog[handle.queue]?.messages[entry.row].map(Change.changed) ?? .none)
        }
    }

    /// What is wrong with a handle that is none of this queue's.
    private static func refusal(_ text: String, _ handle: ReceiptHandle?) -> ServiceError {
        .sqs(
            .receiptHandleIsInvalid,
            handle == nil
                ? "The input receipt handle \"\(text)\" is not a valid receipt handle."
                : "The input receipt handle is invalid.")
    }
}
