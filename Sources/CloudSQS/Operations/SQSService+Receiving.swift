import CloudCore
import JSONValue

/// Receiving messages, at once or by waiting for them.
extension SQSService {
    /// A message as it was received: how it stood in the queue, and what it carries.
    typealias Received = (entry: MessageEntry, content: MessageContent)

    func receiveMessage(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        let limit = try input.integer("MaxNumberOfMessages") ?? 1
        guard (1...10).contains(limit) else {
            throw ServiceError.invalidParameter(
                "MaxNumberOfMessages", String(limit), reason: "Must be between 1 and 10, if provided.")
        }
        let wait = try input.integer("WaitTimeSeconds").map(Int64.init)
        if let wait, !(0...20).contains(wait) {
            throw ServiceError.invalidParameter(
                "WaitTimeSeconds", String(wait), reason: "Must be >= 0 and <= 20, if provided.")
        }
        let timeout = try input.integer("VisibilityTimeout").map(Int64.init)
        if let timeout, !(0...43_200).contains(timeout) {
            throw ServiceError.invalidParameter(
                "VisibilityTimeout", String(timeout), reason: "Must be between 0 and 43200, if provided.")
        }
        let attempt = try input.text("ReceiveRequestAttemptId")
        if let attempt {
            guard queue.isFIFO else {
                throw ServiceError.invalidParameter(
                    "ReceiveRequestAttemptId", attempt,
                    reason: "The request include parameter that is not valid for this queue type.")
            }
            guard MessageText.isIdentifier(attempt) else {
                throw ServiceError.invalidParameter(
                    "ReceiveRequestAttemptId", attempt,
                    reason:
                        "ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 "
                        + "in length.")
            }
        }
        let selection = try AttributeSelection(input)
        let demand = QueueCatalog.Demand(limit: limit, visibilityTimeout: timeout, attempt: attempt)
        let connection = input.connection
        let received = try await receive(
            from: queue, demand, until: now + (wait ?? queue.attributes.receiveWait) * 1000,
            onClose: connection.whenClosed, isWanted: { connection.isOpen })
        guard !received.isEmpty else { return [:] }
        return ["Messages": .array(received.map { selection.message($0, queue, key: storage.handleKey) })]
    }

    /// Takes messages; where there are none, waits for them until a moment.
    ///
    /// - Parameters:
    ///   - onClose: calls what it is given once nobody wants an answer any more.
    ///   - isWanted: whether somebody still does. Nothing is taken for nobody.
    /// - Throws: `QueueDoesNotExist`, `OverLimit`; the store's errors.
    func receive(
        from queue: QueueFacts, _ demand: QueueCatalog.Demand, until deadline: Int64,
        onClose: (@escaping @Sendable () -> Void) -> Void = { _ in }, isWanted: @escaping @Sendable () -> Bool
    ) async throws -> [Received] {
        var isFirst = true
        let closing = ClosingWaiter()
        while isWanted() {
            if (isFirst && demand.attempt != nil) || hasMessages(queue.number) {
                let (received, isMore) = try await take(from: queue, demand, isWanted: isWanted)
                if !received.isEmpty { return received }
                // Only dead letters were in front.
                if isMore { continue }
            }
            guard now < deadline, !board.isClosed, !Task.isCancelled else { break }
            if isFirst { onClose { closing.close() } }
            isFirst = false
            await wait(for: queue.number, until: deadline, closing)
        }
        // Who leaves passes on what it may have been woken for.
        if !isFirst { passOn(queue.number) }
        return []
    }

    /// Waits until a queue has something to receive. Answers whether it has.
    func hasArrived(in queue: Int64, until deadline: Int64) async throws -> Bool {
        let closing = ClosingWaiter()
        while true {
            if hasMessages(queue) {
                // Nothing is taken here: whoever waits to receive is woken as well.
                passOn(queue)
                guard storage.catalog.withLock({ $0.facts(queue) }) != nil else { throw ServiceError.queueDoesNotExist }
                return true
            }
            guard now < deadline, !board.isClosed, !Task.isCancelled else { return false }
            await wait(for: queue, until: deadline, closing)
        }
    }

    /// Waits until something may have come, or the moment has.
    private func wait(for queue: Int64, until deadline: Int64, _ closing: ClosingWaiter) async {
        let waiter = ReceiveWaiter()
        closing.set(waiter)
        board.add(waiter, for: queue)
        defer { board.remove(waiter, from: queue) }
        // Looked at once more now that whoever sends knows of the waiter.
        guard !hasMessages(queue) else { return }
        let timer = clock.schedule(at: Timestamp(milliseconds: deadline)) { waiter.wake() }
        armArrival(queue)
        await waiter.wait()
        clock.cancel(timer)
    }

    private func hasMessages(_ queue: Int64) -> Bool {
        let now = now
        return storage.catalog.withLock { $0[queue]?.hasReceivable(at: now) ?? true }
    }

    /// Takes what is there now. Answers also whether it stopped at its limit of dead letters.
    private func take(
        from queue: QueueFacts, _ demand: QueueCatalog.Demand, isWanted: @escaping @Sendable () -> Bool
    ) async throws -> (received: [Received], isMore: Bool) {
        let (received, deadLetterQueues) = try await storage.write { [self] database in
            guard isWanted() else { return ([Received](), [Int64]()) }
            let now = now
            let yield = try storage.catalog.withLock { catalog throws in
                try SQSStorage.reserveRows(&catalog, database)
                return try catalog.receive(from: queue.number, demand, now: now)
            }
            for row in yield.expired { try SQSStorage.delete(row, database) }
            for (entry, queue) in yield.moved { try SQSStorage.move(entry, to: queue, database) }
            var received: [Received] = []
            for entry in yield.received {
                guard let content = try SQSStorage.content(of: entry.row, database) else {
                    // The catalog knows a message that the store does not have: it is read anew.
                    throw SQSStorage.Disagreement()
                }
                try SQSStorage.update(entry, database)
                received.append((entry, content))
            }
            return (received, yield.moved.map(\.queue))
        }
        for queue in Set(deadLetterQueues) { arrived(in: queue, count: deadLetterQueues.count) }
        // A wake that was meant for another message may have ended here.
        if !received.isEmpty { passOn(queue.number) }
        return (received, deadLetterQueues.count >= QueueCatalog.deadLetterLimit)
    }

    // MARK: Waking

    /// Tells those who wait that messages have come.
    func arrived(in queue: Int64, count: Int) {
        armRetention(queue)
        guard board.isWatched(queue) else { return }
        // A message may be delayed, or stand behind another of its group. Who observes is told before a receiver may have
        // taken it.
        if hasMessages(queue) { board.notify(queue) }
        board.wake(queue, count: count)
        armArrival(queue)
    }

    /// Wakes somebody if there is something to receive: after a group has become free, or somebody has left.
    func passOn(_ queue: Int64) {
        guard board.isWatched(queue) else { return }
        if hasMessages(queue) {
            board.notify(queue)
            board.wake(queue, count: 1)
        }
        armArrival(queue)
    }

    /// Sees to it that those who wait are woken when something becomes visible by itself.
    func armArrival(_ queue: Int64) {
        guard board.isWatched(queue), let due = storage.catalog.withLock({ $0[queue]?.nextVisible() }) else { return }
        let outdated = board.arm(queue, due: due) {
            clock.schedule(at: Timestamp(milliseconds: due)) { [weak self] in
                guard let self else { return }
                board.disarm(queue)
                if hasMessages(queue) {
                    board.notify(queue)
                    board.wake(queue, count: readyCount(queue))
                }
                armArrival(queue)
            }
        }
        if let outdated { clock.cancel(outdated) }
    }

    private func readyCount(_ queue: Int64) -> Int { storage.catalog.withLock { $0[queue]?.readyCount ?? 0 } }
}
