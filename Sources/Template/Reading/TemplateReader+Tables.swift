import JSONValue

extension TemplateReader {
    func readSimpleTable(_ entry: ResourceEntry, _ reader: PropertyReader) {
        enum KeyType: String, CaseIterable {
            case string = "String"
            case number = "Number"
            case binary = "Binary"
        }
        let key = reader.object("PrimaryKey", schema: nil)
        let name = key.flatMap { part in part.required("Name", part.string) } ?? "id"
        let type = key.flatMap { part in part.required("Type") { part.choice($0, KeyType.self) } } ?? .string
        let types: [KeyType: TableDefinition.AttributeType] = [
            .string: .string, .number: .number, .binary: .binary,
        ]
        let throughput = reader.object("ProvisionedThroughput", schema: "Table.ProvisionedThroughput")
        var table = emptyTable(entry, reader, key: TableDefinition.Key(hash: name))
        table.attributes = [name: types[type] ?? .string]
        table.billing = throughput.map(billing) ?? .payPerRequest
        template.tables.append(table)
    }

    func readTable(_ entry: ResourceEntry, _ reader: PropertyReader) {
        var attributes: [String: TableDefinition.AttributeType] = [:]
        for part in reader.objects("AttributeDefinitions", schema: "Table.AttributeDefinition") {
            guard let name = part.required("AttributeName", part.string),
                let type = part.required("AttributeType", { part.choice($0, TableDefinition.AttributeType.self) })
            else { continue }
            attributes[name] = type
        }
        guard let key = key(reader) else { return }
        var table = emptyTable(entry, reader, key: key)
        table.attributes = attributes
        let mode = reader.string("BillingMode") ?? "PROVISIONED"
        switch mode {
        case "PAY_PER_REQUEST": table.billing = .payPerRequest
        case "PROVISIONED":
            let throughput = reader.object("ProvisionedThroughput", schema: "Table.ProvisionedThroughput")
            if throughput == nil, !reader.mentions("ProvisionedThroughput") {
                diagnostics.error(
                    reader.path,
                    "Table \(reader.subject) needs ProvisionedThroughput, or \"BillingMode\": \"PAY_PER_REQUEST\".")
            }
            table.billing = throughput.map(billing) ?? .payPerRequest
        default: reader.fault("BillingMode", "BillingMode '\(mode)' must be 'PROVISIONED' or 'PAY_PER_REQUEST'.")
        }
        table.globalIndexes = indexes("GlobalSecondaryIndexes", table, limit: 20, reader)
        table.localIndexes = indexes("LocalSecondaryIndexes", table, limit: 5, reader)
        for index in table.localIndexes where index.key.hash != key.hash {
            reader.fault(
                "LocalSecondaryIndexes",
                "Local index '\(index.name)' must have the partition key of its table, '\(key.hash)'.")
        }
        if let expiry = reader.object("TimeToLiveSpecification", schema: "Table.TimeToLiveSpecification"),
            expiry.required("Enabled", expiry.bool) == true
        {
            table.timeToLiveAttribute = expiry.required("AttributeName", expiry.string)
        }
        if let stream = reader.object("StreamSpecification", schema: "Table.StreamSpecification") {
            table.streamView = stream.required("StreamViewType") { stream.choice($0) }
        }
        checkAttributes(of: table, reader)
        template.tables.append(table)
    }

    private func emptyTable(
        _ entry: ResourceEntry, _ reader: PropertyReader, key: TableDefinition.Key
    ) -> TableDefinition {
        let name = evaluator.name(of: entry)
        let recovery = reader.object("PointInTimeRecoverySpecification", schema: nil)
        return TableDefinition(
            logicalID: entry.logicalID, name: name, arn: cloud.tableARN(name), attributes: [:], key: key,
            billing: .payPerRequest, globalIndexes: [], localIndexes: [],
            deletionProtection: reader.bool("DeletionProtectionEnabled") ?? false,
            pointInTimeRecovery: recovery?.bool("PointInTimeRecoveryEnabled") ?? false,
            tableClass: reader.string("TableClass"), encryption: reader.json("SSESpecification"), tags: tags(reader))
    }

    private func key(_ reader: PropertyReader) -> TableDefinition.Key? {
        enum Role: String, CaseIterable {
            case hash = "HASH"
            case range = "RANGE"
        }
        guard reader.required("KeySchema", reader.list) != nil else { return nil }
        var hash: [String] = []
        var range: [String] = []
        for part in reader.objects("KeySchema", schema: "Table.KeySchema") {
            guard let name = part.required("AttributeName", part.string),
                let role = part.required("KeyType", { part.choice($0, Role.self) })
            else { return nil }
            if role == .hash { hash.append(name) } else { range.append(name) }
        }
        guard let only = hash.first, hash.count == 1, range.count <= 1, range.first != only else {
            reader.fault(
                "KeySchema",
                "KeySchema of \(reader.subject) must name one HASH attribute and at most one RANGE attribute.")
            return nil
        }
        return TableDefinition.Key(hash: only, range: range.first)
    }

    private func billing(_ reader: PropertyReader) -> TableDefinition.Billing {
        let limit = 1...1_000_000_000
        return .provisioned(
            read: reader.required("ReadCapacityUnits") { reader.int($0, in: limit) } ?? 1,
            write: reader.required("WriteCapacityUnits") { reader.int($0, in: limit) } ?? 1)
    }

    private func indexes(
        _ property: String, _ table: TableDefinition, limit: Int, _ reader: PropertyReader
    ) -> [TableDefinition.Index] {
        let parts = reader.objects(property, schema: "Table.Index")
        if parts.count > limit { reader.fault(property, "A table takes at most \(limit) \(property).") }
        var seen: Set<String> = []
        return parts.compactMap { part in
            guard let name = part.required("IndexName", part.string), let key = key(part) else { return nil }
            if !seen.insert(name).inserted { part.fault("IndexName", "There are two indexes named '\(name)'.") }
            if ResourceNaming.fault(of: name, for: .table) != nil {
                part.fault(
                    "IndexName", "'\(name)' is not a name for an index: 3 to 255 letters, digits, '-', '_', '.'.")
            }
            let throughput = part.object("ProvisionedThroughput", schema: "Table.ProvisionedThroughput")
            return TableDefinition.Index(
                name: name, key: key, projection: projection(part), billing: throughput.map(billing) ?? table.billing)
        }
    }

    private func projection(_ reader: PropertyReader) -> TableDefinition.Projection {
        enum Kind: String, CaseIterable {
            case all = "ALL"
            case keysOnly = "KEYS_ONLY"
            case include = "INCLUDE"
        }
        guard let part = reader.required("Projection", { reader.object($0, schema: "Table.Projection") }) else {
            return .all
        }
        switch part.choice("ProjectionType", Kind.self) {
        case .keysOnly: return .keysOnly
        case .include: return .include(part.strings("NonKeyAttributes") ?? [])
        case .all, nil: return .all
        }
    }

    /// The attributes that keys use must be just those that are defined.
    private func checkAttributes(of table: TableDefinition, _ reader: PropertyReader) {
        guard reader.required("AttributeDefinitions", reader.list) != nil else { return }
        let keys = [table.key] + table.globalIndexes.map(\.key) + table.localIndexes.map(\.key)
        let used = Set(keys.flatMap { [$0.hash, $0.range].compactMap(\.self) })
        let missing = used.subtracting(table.attributes.keys).sorted()
        let idle = Set(table.attributes.keys).subtracting(used).sorted()
        if !missing.isEmpty {
            reader.fault(
                "AttributeDefinitions",
                "Some index key attributes are not defined in AttributeDefinitions: \(String.enumerating(missing)).")
        } else if !idle.isEmpty {
            reader.fault(
                "AttributeDefinitions",
                "AttributeDefinitions must define key attributes only; no key uses \(String.enumerating(idle)).")
        }
    }
}
