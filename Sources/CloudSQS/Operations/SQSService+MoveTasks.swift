import CloudCore
import GRDB
import JSONValue

/// Redrives: moving messages out of dead-letter queues.
extension SQSService {
    /// Messages that are moved in one transaction where no rate is asked for.
    private static let moveChunk = 100

    func startMessageMoveTask(_ input: SQSInput) async throws -> JSONObject? {
        let source = try existingQueue(input, "SourceArn")
        let destination = try input.text("DestinationArn") == nil ? nil : existingQueue(input, "DestinationArn")
        let rate = try input.integer("MaxNumberOfMessagesPerSecond")
        if let rate, !(1...500).contains(rate) {
            throw ServiceError.invalidParameter(
                "MaxNumberOfMessagesPerSecond", String(rate), reason: "Must be between 1 and 500, if provided.")
        }
        guard storage.catalog.withLock({ !$0.sources(ofDeadLetters: source.arn).isEmpty }) else {
            throw ServiceError.invalidParameter("Source queue must be configured as a Dead Letter Queue.")
        }
        if let destination, destination.number == source.number || destination.isFIFO != source.isFIFO {
            throw ServiceError.invalidParameter(
                "DestinationArn", destination.arn, reason: "Must be another queue of the same type as the source queue."
            )
        }
        let id = identifiers.uuid()
        let task = try await storage.write { [self] database in
            let now = now
            let task = try storage.catalog.withLock { catalog throws in
                guard !catalog.moveTasks.contains(where: { $0.source == source.arn && $0.status == .running }) else {
                    throw ServiceError.invalidParameter(
                        "There is already a task running. Only one active task is allowed for a source queue arn at a "
                            + "given time.")
                }
                catalog[source.number]?.advance(to: now)
                return MoveTask(
                    id: id, source: source.arn, destination: destination?.arn, rate: rate, started: now,
                    total: catalog[source.number]?.readyCount ?? 0)
            }
            try SQSStorage.insert(task, database)
            storage.catalog.withLock { $0.moveTasks.append(task) }
            return task
        }
        run(task, now: task.rate == nil)
        return ["TaskHandle": .string(task.handle)]
    }

    func listMessageMoveTasks(_ input: SQSInput) throws -> JSONObject? {
        let source = try existingQueue(input, "SourceArn")
        let limit = try input.integer("MaxResults") ?? 1
        guard (1...10).contains(limit) else {
            throw ServiceError.invalidParameter(
                "MaxResults", String(limit), reason: "Must be between 1 and 10, if provided.")
        }
        let tasks = storage.catalog.withLock { $0.moveTasks.filter { $0.source == source.arn } }
        let newest = tasks.reversed().sorted { $0.started > $1.started }.prefix(limit)
        return ["Results": .array(newest.map(\.json))]
    }

    func cancelMessageMoveTask(_ input: SQSInput) async throws -> JSONObject? {
        guard let (id, source) = MoveTask.parts(ofHandle: try input.requiredText("TaskHandle")) else {
            throw ServiceError.invalidParameter("Value for parameter TaskHandle is invalid.")
        }
        guard storage.catalog.withLock({ $0.number(arn: source) }) != nil else { throw Self.missing("SourceArn") }
        let moved = try await storage.write { [self] database in
            let task = try storage.catalog.withLock { catalog throws in
                guard let task = catalog.moveTasks.first(where: { $0.id == id && $0.source == source }) else {
                    throw ServiceError.sqs(.resourceNotFound, "Task does not exist.")
                }
                guard task.status == .running else {
                    throw ServiceError.sqs(.unsupportedOperation, "Only active tasks can be cancelled.")
                }
                return task
            }
            var cancelled = task
            cancelled.status = .cancelled
            try SQSStorage.update(cancelled, database)
            let changed = cancelled
            storage.catalog.withLock { $0.update(changed) }
            return task.moved
        }
        return ["ApproximateNumberOfMessagesMoved": JSONValue(moved)]
    }

    private func existingQueue(_ input: SQSInput, _ member: String) throws(ServiceError) -> QueueFacts {
        let arn = try input.requiredText(member)
        guard QueueAddress.isARN(arn) else {
            throw .invalidParameter(
                "You must use this format to specify the \(member): arn:aws:sqs:region:account-id:name")
        }
        do throws(ServiceError) { return try queue(arn: arn) } catch { throw Self.missing(member) }
    }

    private static func missing(_ member: String) -> ServiceError {
        .sqs(.resourceNotFound, "The resource that you specified for the \(member) parameter doesn't exist.")
    }

    // MARK: Running

    /// Goes on with the tasks that an earlier process left.
    func resumeMoveTasks() throws {
        for task in storage.catalog.withLock({ $0.moveTasks }) where task.status == .running {
            run(task, now: task.rate == nil)
        }
    }

    /// Runs a task: by the second where it has a rate, else to its end.
    private func run(_ task: MoveTask, now isNow: Bool) {
        guard isNow else {
            clock.schedule(at: clock.now + .seconds(1)) { [weak self] in
                guard let self, !board.isClosed, await step(task, limit: task.rate ?? Self.moveChunk) else { return }
                run(task, now: false)
            }
            return
        }
        Task { [weak self] in
            while let self, !board.isClosed, await step(task, limit: Self.moveChunk) {}
        }
    }

    /// Moves some messages. Answers whether there is more to do.
    private func step(_ task: MoveTask, limit: Int) async -> Bool {
        do {
            let (isRunning, destinations) = try await storage.write { [self] database in
                try move(task.id, limit: limit, database)
            }
            for (queue, count) in destinations { arrived(in: queue, count: count) }
            return isRunning
        } catch {
            // The store does not take changes now; the task goes on after the next start.
            return false
        }
    }

    private func move(_ id: String, limit: Int, _ database: Database) throws -> (Bool, [Int64: Int]) {
        let now = now
        let (task, moves) = try storage.catalog.withLock { catalog throws in
            try SQSStorage.reserveRows(&catalog, database)
            return catalog.move(id, limit: limit, now: now)
        }
        guard let task else { return (false, [:]) }
        var destinations: [Int64: Int] = [:]
        for (entry, queue) in moves {
            try SQSStorage.move(entry, to: queue, database)
            // What is moved back counts as sent anew.
            try database.run(
                "UPDATE contents SET messageID = ? WHERE id = ?", .text(identifiers.uuid()), .integer(entry.row))
            destinations[queue, default: 0] += 1
        }
        try SQSStorage.update(task, database)
        return (task.status == .running, destinations)
    }
}
