import CloudCore
import JSONValue

/// In what a restored table shall be otherwise than the one that was backed up.
struct RestoreOverrides {
    private let mode: Billing.Mode?
    private let throughput: Throughput?
    private let global: [IndexInput]?
    private let local: [IndexInput]?
    private let settings: JSONObject

    init(_ input: RequestInput, _ constraints: inout Constraints) throws {
        mode = try input.choice("BillingModeOverride", Billing.Mode.self, checking: &constraints)
        global = try IndexInput.list(input, "GlobalSecondaryIndexOverride", isLocal: false, &constraints)
        local = try IndexInput.list(input, "LocalSecondaryIndexOverride", isLocal: true, &constraints)
        var members: JSONObject = [:]
        members["ProvisionedThroughput"] = input.value("ProvisionedThroughputOverride")
        throughput = try Throughput.read(RequestInput(members), "provisionedThroughputOverride", &constraints)
        var settings: JSONObject = [:]
        for member in ["SSESpecification", "OnDemandThroughput"] {
            settings[member] = try input.object("\(member)Override").map { .object($0) }
        }
        self.settings = settings
    }

    /// The table that a restore makes. Tags, stream, time to live and protection are not part of a backup, as in
    /// DynamoDB.
    func table(
        named name: String, from backup: BackupRecord, now: Timestamp, identifiers: IdentifierSource,
        identity: CloudIdentity
    ) throws -> TableDefinition {
        var table = backup.table
        let source = table.arn(identity)
        table.number = 0
        table.name = name
        table.id = identifiers.uuid()
        table.created = now
        table.stream = nil
        table.timeToLive = nil
        table.isDeletionProtected = false
        table.tags = []
        table.origin = RestoreOrigin(backupARN: backup.arn, tableARN: source, date: backup.created)
        for (member, value) in settings { table.settings[member] = value }
        table.billing = try billing(of: table, now: now)
        if table.billing.mode == .provisioned { table.settings["OnDemandThroughput"] = nil }
        table.indexes =
            try kept(table.localIndexes, local, "LocalSecondaryIndexOverride", table)
            + kept(table.globalIndexes, global, "GlobalSecondaryIndexOverride", table)
        let used = table.key.attributes + table.indexes.flatMap(\.key.attributes)
        table.attributes.removeAll { definition in !used.contains { $0.isNamed(definition.name) } }
        return table
    }

    private func billing(of table: TableDefinition, now: Timestamp) throws -> Billing {
        let mode = mode ?? table.billing.mode
        guard mode == .provisioned else {
            guard mode != table.billing.mode || throughput != nil else { return table.billing }
            return try Billing(mode: mode, throughput: throughput, now: now)
        }
        let inherited = table.billing.mode == .provisioned ? table.billing.throughput : nil
        return try Billing(mode: mode, throughput: throughput ?? inherited, now: now)
    }

    /// The indexes that the override names, which must be those that the table had; all where there is none.
    private func kept(
        _ indexes: [IndexDefinition], _ override: [IndexInput]?, _ member: String, _ table: TableDefinition
    ) throws -> [IndexDefinition] {
        guard let override else { return try indexes.map { try priced($0, $0.throughput, table) } }
        var kept: [IndexDefinition] = []
        for input in override {
            let asked = try input.unpriced(table.attributes, table: table.key)
            guard var index = indexes.first(where: { $0.name == asked.name }), index.key == asked.key,
                index.projection == asked.projection
            else {
                throw DynamoDBErrors.invalidParameter(
                    "\(member) must name indexes of the source table, with their keys and projections: \(asked.name)")
            }
            guard !kept.contains(where: { $0.name == index.name }) else {
                throw DynamoDBErrors.invalidParameter("Duplicate index name: \(index.name)")
            }
            if table.billing.mode == .payPerRequest, input.throughput != nil {
                throw DynamoDBErrors.invalidParameter(
                    "ProvisionedThroughput should not be specified for index: \(index.name) when BillingMode is "
                        + "PAY_PER_REQUEST")
            }
            for (name, value) in asked.settings { index.settings[name] = value }
            kept.append(try priced(index, input.throughput ?? index.throughput, table))
        }
        return kept
    }

    /// The index with the throughput that the table's billing asks for.
    private func priced(
        _ index: IndexDefinition, _ throughput: Throughput?, _ table: TableDefinition
    ) throws -> IndexDefinition {
        var index = index
        guard !index.isLocal else { return index }
        if table.billing.mode == .payPerRequest {
            index.throughput = nil
        } else {
            guard let throughput else {
                throw DynamoDBErrors.invalidParameter(
                    "ProvisionedThroughput should be specified for index: \(index.name)")
            }
            index.throughput = throughput
        }
        return index
    }
}
