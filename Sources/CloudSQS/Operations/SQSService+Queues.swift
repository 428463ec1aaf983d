import CloudCore
import Digests
import JSONValue

/// Making, finding and removing queues.
extension SQSService {
    func createQueue(_ input: SQSInput) async throws -> JSONObject? {
        let name = try input.requiredText("QueueName")
        let told = try input.map("Attributes") ?? [:]
        let tags = try input.map("tags") ?? input.map("Tags") ?? [:]
        let isFIFO = told["FifoQueue"] == "true"
        try QueueAddress.check(name, isFIFO: isFIFO)
        try checkTags(tags)
        var attributes = QueueAttributes(isFIFO: isFIFO)
        try attributes.set(told, isNew: true)
        try await create(name, attributes, told: told, tags: tags, ignoresDeletion: false)
        return ["QueueUrl": .string(url(of: name, host: input.host))]
    }

    /// Makes a queue; one of the same name is fine if it differs in nothing that is told.
    func create(
        _ name: String, _ attributes: QueueAttributes, told: [String: String], tags: [String: String],
        ignoresDeletion: Bool
    ) async throws {
        let arn = identity.arn("sqs", name)
        let wait = ignoresDeletion ? 0 : settings.deletedNameWait.wholeMilliseconds
        try await storage.write { [self] database in
            let now = now
            let isThere = try storage.catalog.withLock { catalog throws in
                if let queue = catalog.facts(named: name) {
                    if let difference = queue.attributes.difference(from: told) {
                        throw ServiceError.sqs(
                            .queueNameExists,
                            "A queue already exists with the same name and a different value for attribute \(difference)"
                        )
                    }
                    return true
                }
                if let deleted = catalog.deleted[name], deleted + wait > now {
                    throw ServiceError.sqs(
                        .queueDeletedRecently,
                        "You must wait 60 seconds after deleting a queue before you can create another with the same name."
                    )
                }
                try checkRedrive(attributes, told: told, of: arn, in: catalog)
                return false
            }
            guard !isThere else { return }
            // Whole seconds, as they are told.
            let created = now / 1000 * 1000
            try database.run(
                "INSERT INTO queues (name, created, modified, attributes, tags) VALUES (?, ?, ?, ?, ?)", .text(name),
                .integer(created), .integer(created), .text(attributes.storedText),
                .text(JSONValue.object(JSONObject(texts: tags)).text()))
            try database.run("DELETE FROM deletedQueues WHERE name = ?", .text(name))
            let queue = QueueState(
                number: database.lastInsertedRowID, name: name, arn: arn, created: created, modified: created,
                attributes: attributes, tags: tags)
            storage.catalog.withLock { catalog in
                catalog.insert(queue)
                catalog.deleted[name] = nil
            }
        }
        if let number = storage.catalog.withLock({ $0.number(named: name) }) { board.opened(number, arn: arn) }
    }

    /// Checks that dead letters may go where a policy sends them.
    func checkRedrive(
        _ attributes: QueueAttributes, told: [String: String], of arn: String, in catalog: QueueCatalog
    ) throws(ServiceError) {
        guard let text = told["RedrivePolicy"], let redrive = attributes.redrive else { return }
        guard let target = catalog.number(arn: redrive.target).flatMap({ catalog.facts($0) }) else {
            throw .invalidParameter("RedrivePolicy", text, reason: "Dead letter target does not exist.")
        }
        guard target.isFIFO == attributes.isFIFO else {
            throw .invalidParameter(
                "RedrivePolicy", text, reason: "Dead-letter queue must be same type of queue as the source.")
        }
        guard target.attributes.redriveAllow.allows(arn) else {
            throw .invalidParameter(
                "RedrivePolicy", text,
                reason: "Queue \(arn) does not have permission to use \(redrive.target) as a dead letter queue.")
        }
    }

    func deleteQueue(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        try await storage.write { [self] database in
            let now = now
            guard storage.catalog.withLock({ $0.facts(queue.number) }) != nil else {
                throw ServiceError.queueDoesNotExist
            }
            try SQSStorage.deleteMessages(of: queue.number, database)
            try database.run("DELETE FROM deduplications WHERE queue = ?", .integer(queue.number))
            try database.run("DELETE FROM queues WHERE number = ?", .integer(queue.number))
            let forgotten = now - settings.deletedNameWait.wholeMilliseconds
            try database.run("DELETE FROM deletedQueues WHERE deleted <= ?", .integer(forgotten))
            try database.run(
                "INSERT OR REPLACE INTO deletedQueues (name, deleted) VALUES (?, ?)", .text(queue.name), .integer(now))
            storage.catalog.withLock { catalog in
                catalog.remove(queue.number)
                catalog.deleted = catalog.deleted.filter { $0.value > forgotten }
                catalog.deleted[queue.name] = now
            }
        }
        board.closed(queue.number)
        return nil
    }

    func getQueueURL(_ input: SQSInput) throws -> JSONObject? {
        let name = try input.requiredText("QueueName")
        if let owner = try input.text("QueueOwnerAWSAccountId"), owner != identity.accountID {
            throw ServiceError.queueDoesNotExist
        }
        return ["QueueUrl": .string(url(of: try queue(named: name).name, host: input.host))]
    }

    func listQueues(_ input: SQSInput) throws -> JSONObject? {
        let prefix = try input.text("QueueNamePrefix") ?? ""
        let names = storage.catalog.withLock { $0.names }.filter { $0.hasPrefix(prefix) }
        return try page(names, input, member: "QueueUrls", isMemberOptional: true)
    }

    func listDeadLetterSourceQueues(_ input: SQSInput) throws -> JSONObject? {
        let queue = try queue(input)
        let names = storage.catalog.withLock { $0.sources(ofDeadLetters: queue.arn) }
        return try page(names, input, member: "queueUrls", isMemberOptional: false)
    }

    /// A page of queues, in the order of their names.
    private func page(
        _ names: [String], _ input: SQSInput, member: String, isMemberOptional: Bool
    ) throws(ServiceError) -> JSONObject {
        let limit = try input.integer("MaxResults")
        if let limit, !(1...1000).contains(limit) {
            throw .invalidParameter(
                "MaxResults", String(limit), reason: "Must be an integer between 1 and 1000, if provided.")
        }
        var names = names[...]
        if let token = try input.text("NextToken"), !token.isEmpty {
            guard limit != nil else {
                throw .invalidParameter("MaxResults is a mandatory parameter when you provide a value for NextToken.")
            }
            guard let last = PageToken.position(in: token) else {
                throw .invalidParameter("Invalid or expired next token.")
            }
            names = names[(names.firstIndex { $0 > last } ?? names.endIndex)...]
        }
        var output = JSONObject()
        let found = names.prefix(limit ?? 1000)
        if !found.isEmpty || !isMemberOptional {
            output[member] = .array(found.map { .string(url(of: $0, host: input.host)) })
        }
        if limit != nil, found.count < names.count, let last = found.last {
            output["NextToken"] = .string(PageToken.text(after: last))
        }
        return output
    }

    func purgeQueue(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        let wait = settings.purgeWait.wholeMilliseconds
        try await storage.write { [self] database in
            let now = now
            try storage.catalog.withLock { catalog throws in
                guard let state = catalog[queue.number] else { throw ServiceError.queueDoesNotExist }
                if let purged = state.purged, purged + wait > now {
                    throw ServiceError.sqs(
                        .purgeQueueInProgress,
                        "Only one PurgeQueue operation on \(queue.name) is allowed every 60 seconds.")
                }
            }
            try SQSStorage.deleteMessages(of: queue.number, database)
            try database.run(
                "UPDATE queues SET purged = ? WHERE number = ?", .integer(now), .integer(queue.number))
            storage.catalog.withLock { catalog in
                catalog[queue.number]?.removeAll()
                catalog[queue.number]?.purged = now
            }
        }
        return nil
    }
}
