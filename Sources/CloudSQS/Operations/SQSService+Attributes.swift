import CloudCore
import JSONValue

/// Attributes, permissions and tags of queues.
extension SQSService {
    func getQueueAttributes(_ input: SQSInput) throws -> JSONObject? {
        let queue = try queue(input)
        let names = try input.texts("AttributeNames")
        let known = QueueAttributes.computed + QueueAttributes.settable
        for name in names where name != "All" && !known.contains(name) {
            throw ServiceError.unknownAttribute(name)
        }
        guard !names.isEmpty else { return [:] }
        var attributes = JSONObject()
        for name in known where names.contains("All") || names.contains(name) {
            if let value = value(of: name, queue) { attributes[name] = .string(value) }
        }
        return ["Attributes": .object(attributes)]
    }

    private func value(of name: String, _ queue: QueueFacts) -> String? {
        func told(_ value: (QueueState) -> Int64) -> String? {
            let now = now
            return storage.catalog.withLock { catalog in
                catalog[queue.number]?.advance(to: now)
                return catalog[queue.number].map { String(value($0)) }
            }
        }
        switch name {
        case "QueueArn": return queue.arn
        case "ApproximateNumberOfMessages": return told { Int64($0.readyCount) }
        case "ApproximateNumberOfMessagesNotVisible": return told { Int64($0.inFlightCount) }
        case "ApproximateNumberOfMessagesDelayed": return told { Int64($0.delayedCount) }
        case "CreatedTimestamp": return told { $0.created / 1000 }
        case "LastModifiedTimestamp": return told { $0.modified / 1000 }
        default: return queue.attributes.value(of: name)
        }
    }

    func setQueueAttributes(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        guard let told = try input.map("Attributes"), !told.isEmpty else {
            throw ServiceError.missingParameter("Attributes")
        }
        try await change(queue) { [self] attributes, catalog in
            try attributes.set(told, isNew: false)
            try checkRedrive(attributes, told: told, of: queue.arn, in: catalog)
        }
        armRetention(queue.number)
        return nil
    }

    /// Changes a queue's attributes.
    private func change(
        _ queue: QueueFacts, _ change: @escaping @Sendable (inout QueueAttributes, QueueCatalog) throws -> Void
    ) async throws {
        try await storage.write { [self] database in
            let modified = now / 1000 * 1000
            let changed = try storage.catalog.withLock { catalog throws in
                guard var attributes = catalog.facts(queue.number)?.attributes else {
                    throw ServiceError.queueDoesNotExist
                }
                try change(&attributes, catalog)
                return attributes
            }
            try SQSStorage.update(
                QueueFacts(number: queue.number, name: queue.name, arn: queue.arn, attributes: changed),
                modified: modified, database)
            storage.catalog.withLock { catalog in
                catalog[queue.number]?.attributes = changed
                catalog[queue.number]?.modified = modified
            }
        }
    }

    // MARK: Permissions

    /// Actions that a permission may name. Only the owner may do the others.
    private static let permittedActions = [
        "*", "ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl",
        "ListDeadLetterSourceQueues", "PurgeQueue", "ReceiveMessage", "SendMessage",
    ]

    func addPermission(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        let label = try input.requiredText("Label")
        let accounts = try input.texts("AWSAccountIds")
        let actions = try input.texts("Actions")
        guard MessageText.isEntryID(label) else {
            throw ServiceError.invalidParameter(
                "Label", label,
                reason: "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
        }
        guard !actions.isEmpty else { throw ServiceError.missingParameter("Actions") }
        guard !accounts.isEmpty, accounts.allSatisfy({ $0.count == 12 && $0.allSatisfy(\.isNumber) }) else {
            throw ServiceError.invalidParameter(
                "PrincipalId", "[\(accounts.joined(separator: ", "))]", reason: "Unable to verify.")
        }
        guard actions.count <= 7 else {
            throw ServiceError.sqs(.overLimit, "\(actions.count) Actions were found, maximum allowed is 7.")
        }
        for action in actions where !Self.permittedActions.contains(action) {
            let isOwners = Self.operations[action] != nil
            throw ServiceError.invalidParameter(
                "ActionName", "SQS:\(action)",
                reason: isOwners
                    ? "Only the queue owner is allowed to invoke this action."
                    : "Please refer to the appropriate WSDL for a list of valid actions. ")
        }
        func oneOrMore(_ texts: [String]) -> JSONValue {
            texts.count == 1 ? .string(texts[0]) : .array(texts.map { .string($0) })
        }
        let statement: JSONValue = [
            "Sid": .string(label), "Effect": "Allow",
            "Principal": ["AWS": oneOrMore(accounts.map { "arn:aws:iam::\($0):root" })],
            "Action": oneOrMore(actions.map { "SQS:\($0)" }), "Resource": .string(queue.arn),
        ]
        try await change(queue) { attributes, _ in
            var policy = attributes.value(of: "Policy").flatMap { try? JSONValue(parsing: $0) }?.object ?? [:]
            var statements = policy["Statement"]?.array ?? []
            guard !statements.contains(where: { $0["Sid"]?.string == label }) else {
                throw ServiceError.invalidParameter("Label", label, reason: "Already exists.")
            }
            statements.append(statement)
            if policy.isEmpty {
                policy["Version"] = "2008-10-17"
                policy["Id"] = .string("\(queue.arn)/SQSDefaultPolicy")
            }
            policy["Statement"] = .array(statements)
            try attributes.set(["Policy": JSONValue.object(policy).text()], isNew: false)
        }
        return nil
    }

    func removePermission(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        let label = try input.requiredText("Label")
        try await change(queue) { attributes, _ in
            var policy = attributes.value(of: "Policy").flatMap { try? JSONValue(parsing: $0) }?.object ?? [:]
            let statements = policy["Statement"]?.array ?? []
            let left = statements.filter { $0["Sid"]?.string != label }
            guard left.count < statements.count else {
                throw ServiceError.invalidParameter("Label", label, reason: "can't find label.")
            }
            policy["Statement"] = .array(left)
            try attributes.set(["Policy": left.isEmpty ? "" : JSONValue.object(policy).text()], isNew: false)
        }
        return nil
    }

    // MARK: Tags

    /// Checks tags that are to be set.
    func checkTags(_ tags: [String: String]) throws(ServiceError) {
        for (key, value) in tags {
            guard (1...128).contains(key.count) else {
                throw .invalidParameter("Tag keys must be between 1 and 128 characters in length.")
            }
            guard value.count <= 256 else {
                throw .invalidParameter("Tag values must be between 0 and 256 characters in length.")
            }
            guard !key.lowercased().hasPrefix("aws:") else {
                throw .invalidParameter("Tag keys beginning with 'aws:' are reserved for system use.")
            }
        }
        guard tags.count <= 50 else { throw .invalidParameter("Too many tags added for queue.") }
    }

    func tagQueue(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        guard let tags = try input.map("Tags") ?? input.map("tags"), !tags.isEmpty else {
            throw ServiceError.missingParameter("Tags")
        }
        try checkTags(tags)
        try await changeTags(queue) { $0.merge(tags) { $1 } }
        return nil
    }

    func untagQueue(_ input: SQSInput) async throws -> JSONObject? {
        let queue = try queue(input)
        let keys = try input.texts("TagKeys")
        guard !keys.isEmpty else {
            throw ServiceError.sqs(.invalidParameterValue, "Tag keys are required for the UntagQueue operation.")
        }
        try await changeTags(queue) { tags in for key in keys { tags[key] = nil } }
        return nil
    }

    func listQueueTags(_ input: SQSInput) throws -> JSONObject? {
        let queue = try queue(input)
        let tags = storage.catalog.withLock { $0[queue.number]?.tags ?? [:] }
        return ["Tags": .object(JSONObject(texts: tags))]
    }

    private func changeTags(
        _ queue: QueueFacts, _ change: @escaping @Sendable (inout [String: String]) -> Void
    ) async throws {
        try await storage.write { [self] database in
            var tags = try storage.catalog.withLock { catalog throws in
                guard let tags = catalog[queue.number]?.tags else { throw ServiceError.queueDoesNotExist }
                return tags
            }
            change(&tags)
            guard tags.count <= 50 else {
                throw ServiceError.invalidParameter("Too many tags added for queue \(queue.name).")
            }
            try database.run(
                "UPDATE queues SET tags = ? WHERE number = ?", .text(JSONValue.object(JSONObject(texts: tags)).text()),
                .integer(queue.number))
            let changed = tags
            storage.catalog.withLock { $0[queue.number]?.tags = changed }
        }
    }
}
