import CloudCore
import GRDB
import JSONValue

/// UpdateTable: billing, indexes, stream, protection.
extension DynamoDBService {
    private enum IndexUpdate: Sendable {
        case create(IndexInput)
        case delete(String)
        case update(String, Throughput?, JSONObject)
    }

    func updateTable(_ input: RequestInput) async throws -> [UInt8] {
        var constraints = Constraints()
        let name = try input.tableName(&constraints)
        let definitions = try TableDefinition.definitions(input, &constraints)
        let mode = try input.choice("BillingMode", Billing.Mode.self, checking: &constraints)
        let throughput = try Throughput.read(input, "provisionedThroughput", &constraints)
        let updates = try indexUpdates(input, &constraints)
        try constraints.finish()
        let members = [
            "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexUpdates", "StreamSpecification",
            "SSESpecification", "ReplicaUpdates", "TableClass", "DeletionProtectionEnabled", "OnDemandThroughput",
            "WarmThroughput",
        ]
        guard members.contains(where: input.has) else {
            throw DynamoDBErrors.validation(
                "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates "
                    + "or SSESpecification or ReplicaUpdates is required")
        }
        guard !input.has("ReplicaUpdates") else {
            throw DynamoDBErrors.validation("Replicas are not supported: this is a cloud of one region.")
        }
        let now = clock.now
        let (table, sizes, created) = try await changeTables { [catalog] database in
            var table = try self.changeable(name)
            let writer = TableWriter(database: database)
            try table.updateBilling(mode, throughput, now: now)
            try table.updateSettings(input, now: now)
            var created: Set<String> = []
            for update in updates {
                switch update {
                case .create(let index):
                    created.insert(index.name)
                    try table.addIndex(index, definitions ?? table.attributes, writer)
                case .delete(let name): try table.removeIndex(name, writer)
                case .update(let name, let throughput, let settings):
                    try table.updateIndex(name, throughput, settings)
                }
            }
            if let definitions { table.attributes = definitions }
            table.dropUnusedDefinitions()
            try writer.update(table)
            catalog.put(table)
            return (table, try TableWriter.sizes(of: table, database), created)
        }
        for index in table.indexes where index.isFilling && created.contains(index.name) {
            fill(index.number, of: table)
        }
        let description = table.description(identity: identity, status: "UPDATING", sizes: sizes, creating: created)
        return JSONValue.object(["TableDescription": .object(description)]).encoded()
    }

    private func indexUpdates(_ input: RequestInput, _ constraints: inout Constraints) throws -> [IndexUpdate] {
        var updates: [IndexUpdate] = []
        for (position, element) in try (input.inputs("GlobalSecondaryIndexUpdates") ?? []).enumerated() {
            let path = "globalSecondaryIndexUpdates.\(position + 1).member"
            let kinds = ["Create", "Delete", "Update"].filter(element.has)
            guard kinds.count == 1, let kind = kinds.first, let nested = try element.nested(kind) else {
                throw DynamoDBErrors.invalidParameter(
                    "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                        + "GlobalSecondaryIndexUpdate.Delete must not be null")
            }
            if kind == "Create" {
                if let index = try IndexInput(nested, isLocal: false, path: "\(path).create", &constraints) {
                    updates.append(.create(index))
                }
                continue
            }
            guard let name = try nested.string("IndexName") else {
                constraints.require("\(path).\(kind.lowercased()).indexName", false)
                continue
            }
            if kind == "Delete" {
                updates.append(.delete(name))
            } else {
                var settings: JSONObject = [:]
                for member in ["OnDemandThroughput", "WarmThroughput"] {
                    if let value = nested.value(member) { settings[member] = value }
                }
                let throughput = try Throughput.read(nested, "\(path).update.provisionedThroughput", &constraints)
                updates.append(.update(name, throughput, settings))
            }
        }
        guard updates.filter({ if case .update = $0 { false } else { true } }).count <= 1 else {
            throw DynamoDBErrors.onlyOneIndexAtOnce
        }
        return updates
    }
}

extension TableDefinition {
    fileprivate mutating func updateBilling(_ mode: Billing.Mode?, _ throughput: Throughput?, now: Timestamp) throws {
        guard mode != nil || throughput != nil else { return }
        let mode = mode ?? billing.mode
        if mode == .provisioned, mode == billing.mode, let throughput, throughput == billing.throughput {
            throw DynamoDBErrors.validation(
                "The provisioned throughput for the table will not change. The requested value equals the current "
                    + "value. Current ReadCapacityUnits provisioned for the table: \(throughput.readUnits). "
                    + "Requested ReadCapacityUnits: \(throughput.readUnits). Current WriteCapacityUnits provisioned for "
                    + "the table: \(throughput.writeUnits). Requested WriteCapacityUnits: \(throughput.writeUnits). "
                    + "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
            )
        }
        let earlier = billing
        let unchanged = mode == .provisioned && earlier.mode == mode ? throughput ?? earlier.throughput : throughput
        billing = try Billing(mode: mode, throughput: unchanged, now: now)
        if earlier.mode == .payPerRequest || mode == .provisioned {
            billing.payPerRequestSince = earlier.payPerRequestSince
        }
    }

    fileprivate mutating func updateSettings(_ input: RequestInput, now: Timestamp) throws {
        if let isProtected = try input.bool("DeletionProtectionEnabled") { isDeletionProtected = isProtected }
        for member in ["TableClass", "SSESpecification", "OnDemandThroughput", "WarmThroughput"] {
            if let value = input.value(member) { settings[member] = value }
        }
        guard let specification = try input.nested("StreamSpecification") else { return }
        if try specification.bool("StreamEnabled") == true {
            guard stream?.isEnabled != true else {
                throw DynamoDBErrors.validation("Table already has an enabled stream: TableName: \(name)")
            }
            stream = try StreamDefinition.read(input, now: now)
        } else {
            guard stream?.isEnabled == true else {
                throw DynamoDBErrors.validation("Table does not have a stream to disable: TableName: \(name)")
            }
            stream?.isEnabled = false
        }
    }

    fileprivate mutating func addIndex(
        _ input: IndexInput, _ definitions: [KeyAttribute], _ writer: TableWriter
    ) throws {
        guard index(named: input.name) == nil else {
            throw DynamoDBErrors.validation("Attempting to create an index which already exists")
        }
        guard !indexes.contains(where: \.isFilling) else { throw DynamoDBErrors.onlyOneIndexAtOnce }
        guard globalIndexes.count < 20 else {
            throw DynamoDBErrors.invalidParameter("GlobalSecondaryIndex count exceeds the per-table limit of 20")
        }
        for definition in definitions {
            if let earlier = attributes.first(where: { $0.isNamed(definition.name) }), earlier.type != definition.type {
                throw DynamoDBErrors.invalidParameter(
                    "Attribute \(definition.name) is already defined with another type")
            }
        }
        var index = try input.definition(definitions, table: key, billing: billing)
        index.number = try writer.newIndex(of: self)
        try writer.beginFilling(index)
        // The index of a small table is whole at once.
        index.isFilling = try !writer.fillSlice(of: index, of: self)
        indexes.append(index)
    }

    fileprivate mutating func removeIndex(_ name: String, _ writer: TableWriter) throws {
        let position = try position(ofGlobalIndex: name)
        guard !indexes.contains(where: { $0.isFilling && $0.name != name }) else {
            throw DynamoDBErrors.onlyOneIndexAtOnce
        }
        try writer.deleteIndex(indexes.remove(at: position), of: self)
    }

    private func position(ofGlobalIndex name: String) throws -> Int {
        guard let position = indexes.firstIndex(where: { $0.name == name && !$0.isLocal }) else {
            throw ServiceError(
                "ResourceNotFoundException",
                "Requested resource not found: Index: \(name) of Table: \(self.name) not found")
        }
        return position
    }

    fileprivate mutating func updateIndex(_ name: String, _ throughput: Throughput?, _ settings: JSONObject) throws {
        let position = try position(ofGlobalIndex: name)
        if let throughput { indexes[position].throughput = throughput }
        for (member, value) in settings { indexes[position].settings[member] = value }
    }

    /// Forgets the types of attributes that no key is made of any more, and keeps those that keys need.
    fileprivate mutating func dropUnusedDefinitions() {
        let used = key.attributes + indexes.flatMap(\.key.attributes)
        attributes = attributes.filter { definition in used.contains { $0.isNamed(definition.name) } }
        for attribute in used where !attributes.contains(where: { $0.isNamed(attribute.name) }) {
            attributes.append(attribute)
        }
    }
}
