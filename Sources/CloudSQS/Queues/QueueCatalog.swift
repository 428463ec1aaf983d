import CloudCore

/// All queues in memory, and what concerns more than one of them.
struct QueueCatalog: Sendable {
    private(set) var queues: [Int64: QueueState] = [:]
    private var numbers: [String: Int64] = [:]
    /// When queues of these names were deleted.
    var deleted: [String: Int64] = [:]
    /// Redrives, the oldest first.
    var moveTasks: [MoveTask] = []
    /// The next number of a message, and the first that is not set aside for this process.
    var nextRow: Int64 = 1
    var rowLimit: Int64 = 1

    /// How many messages may be in flight. Source: "Amazon SQS message quotas".
    static let inFlightLimit = 120_000
    /// How many messages one receive makes dead letters of.
    static let deadLetterLimit = 500

    func number(named name: String) -> Int64? { numbers[name] }

    /// What does not change with every message. A whole queue is never copied out: its copy would make the next change
    /// copy everything.
    func facts(_ number: Int64) -> QueueFacts? { queues[number]?.facts }

    func facts(named name: String) -> QueueFacts? { numbers[name].flatMap { queues[$0]?.facts } }

    /// The names of all queues, in order.
    var names: [String] { numbers.keys.sorted() }

    subscript(number: Int64) -> QueueState? {
        _read { yield queues[number] }
        _modify { yield &queues[number] }
    }

    mutating func insert(_ queue: QueueState) {
        queues[queue.number] = queue
        numbers[queue.name] = queue.number
    }

    mutating func remove(_ number: Int64) {
        if let queue = queues.removeValue(forKey: number) { numbers[queue.name] = nil }
    }

    mutating func newRow() -> Int64 {
        defer { nextRow += 1 }
        return nextRow
    }

    /// The queue that an ARN names, if it is here.
    func number(arn: String) -> Int64? {
        guard let name = QueueAddress.name(inARN: arn), let number = numbers[name], queues[number]?.arn == arn else {
            return nil
        }
        return number
    }

    /// The queues whose dead letters go to one.
    func sources(ofDeadLetters arn: String) -> [String] {
        queues.values.filter { $0.attributes.redrive?.target == arn }.map(\.name).sorted()
    }

    // MARK: Receiving

    /// What a receive asks for.
    struct Demand: Sendable {
        var limit: Int
        /// Seconds; nil for the queue's own.
        var visibilityTimeout: Int64?
        var attempt: String?
    }

    /// What a receive found, and what else it brought about.
    struct Yield: Sendable {
        var received: [MessageEntry] = []
        /// Messages that became dead letters, as they are now, with their new queue.
        var moved: [(entry: MessageEntry, queue: Int64)] = []
        var expired: [Int64] = []
    }

    /// Takes messages, and moves those that were received too often.
    ///
    /// - Throws: `OverLimit` where too many are in flight.
    mutating func receive(from number: Int64, _ demand: Demand, now: Int64) throws(ServiceError) -> Yield {
        queues[number]?.advance(to: now)
        guard let queue = facts(number) else { throw .queueDoesNotExist }
        let inFlight = queues[number]?.inFlightCount ?? 0
        if !queue.isFIFO, inFlight >= Self.inFlightLimit {
            throw .sqs(
                .overLimit,
                "Too many messages are in flight: at most \(Self.inFlightLimit) may be received and not yet deleted.")
        }
        let timeout = (demand.visibilityTimeout ?? queue.attributes.visibilityTimeout) * 1000
        var yield = Yield()
        if let attempt = demand.attempt, let repeated = repeatAttempt(attempt, of: number, timeout: timeout, now: now) {
            yield.received = repeated
            return yield
        }
        let deadLetters: (queue: Int64, after: Int64)? = queue.attributes.redrive.flatMap { redrive in
            self.number(arn: redrive.target).flatMap { $0 == number ? nil : ($0, redrive.maxReceiveCount) }
        }
        var chosen: [Int64] = []
        if queue.isFIFO {
            if inFlight < Self.inFlightLimit {
                chooseFromGroups(number, demand.limit, deadLetters, now: now, timeout: timeout, &yield)
            }
        } else {
            while chosen.count < demand.limit, yield.moved.count < Self.deadLetterLimit,
                let row = queues[number]?.takeNext()
            {
                // A message that was shown twice in one moment stands in the order twice.
                guard !chosen.contains(row) else { continue }
                if let deadLetters, (queues[number]?.messages[row]?.receives ?? 0) >= deadLetters.after {
                    move(row, from: number, to: deadLetters.queue, now: now, &yield)
                } else {
                    chosen.append(row)
                }
            }
            // Only now, so that a timeout of zero does not bring a message twice into one answer.
            for row in chosen {
                if let entry = queues[number]?.receive(row, now: now, timeout: timeout) { yield.received.append(entry) }
            }
        }
        if let attempt = demand.attempt, !yield.received.isEmpty {
            queues[number]?.attempts[attempt] = ReceiveAttempt(
                receipts: yield.received.map { ($0.row, $0.receipt) }, expires: now + DeduplicationWindow.length)
        }
        yield.expired = queues[number]?.expired ?? []
        queues[number]?.expired = []
        return yield
    }

    private mutating func chooseFromGroups(
        _ number: Int64, _ limit: Int, _ deadLetters: (queue: Int64, after: Int64)?, now: Int64, timeout: Int64,
        _ yield: inout Yield
    ) {
        var chosen: [Int64] = []
        var visited: Set<String> = []
        while chosen.count < limit, let group = queues[number]?.nextReadyGroup(), visited.insert(group).inserted {
            var rows = queues[number]?.readyRows(ofGroup: group, limit: limit - chosen.count) ?? []
            if let deadLetters {
                while yield.moved.count < Self.deadLetterLimit, let row = rows.first,
                    (queues[number]?.messages[row]?.receives ?? 0) >= deadLetters.after
                {
                    move(row, from: number, to: deadLetters.queue, now: now, &yield)
                    rows = queues[number]?.readyRows(ofGroup: group, limit: limit - chosen.count) ?? []
                }
                rows = Array(
                    rows.prefix { (queues[number]?.messages[$0]?.receives ?? 0) < deadLetters.after })
            }
            // In flight at once, so that the group no longer offers itself.
            for row in rows {
                if let entry = queues[number]?.receive(row, now: now, timeout: max(timeout, 1)) {
                    yield.received.append(entry)
                    chosen.append(row)
                }
            }
        }
        guard timeout == 0 else { return }
        for index in yield.received.indices {
            let row = yield.received[index].row
            queues[number]?.setVisible(row, at: now, now: now)
            if let entry = queues[number]?.messages[row] { yield.received[index] = entry }
        }
    }

    private mutating func repeatAttempt(
        _ attempt: String, of number: Int64, timeout: Int64, now: Int64
    ) -> [MessageEntry]? {
        let current = (queues[number]?.attempts ?? [:]).filter { $0.value.expires > now }
        queues[number]?.attempts = current
        guard let known = queues[number]?.attempts[attempt] else { return nil }
        let entries = known.receipts.compactMap { receipt in
            queues[number]?.messages[receipt.row].flatMap {
                $0.receipt == receipt.receipt && $0.phase == .inFlight ? $0 : nil
            }
        }
        guard entries.count == known.receipts.count else { return nil }
        return entries.compactMap { entry in
            queues[number]?.setVisible(entry.row, at: now + timeout, now: now)
            return queues[number]?.messages[entry.row]
        }
    }

    /// Makes a message a dead letter: it keeps its identifier, its count and, in a standard queue, its age.
    private mutating func move(_ row: Int64, from: Int64, to: Int64, now: Int64, _ yield: inout Yield) {
        guard let source = queues[from]?.arn, let isFIFO = queues[to]?.isFIFO, var entry = queues[from]?.remove(row)
        else {
            return
        }
        entry.ordinal = newRow()
        entry.phase = .ready
        entry.visible = now
        entry.source = source
        if isFIFO { entry.retained = now }
        queues[to]?.insert(entry)
        yield.moved.append((entry, to))
    }
}
