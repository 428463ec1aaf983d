import CloudCore
import JSONValue

/// How tables and indexes are read from CreateTable and UpdateTable.
extension TableDefinition {
    private static let localIndexLimit = 5
    private static let globalIndexLimit = 20

    /// The table that a CreateTable input describes.
    ///
    /// - Throws: ``ServiceError``.
    init(creating input: RequestInput, now: Timestamp, identifiers: IdentifierSource) throws {
        var constraints = Constraints()
        let name = try input.tableName(&constraints)
        let definitions = try Self.definitions(input, &constraints)
        let schema = try KeySchemaInput(input, "KeySchema", &constraints)
        constraints.require("AttributeDefinitions", definitions != nil)
        constraints.require("KeySchema", schema != nil)
        let mode = try input.choice("BillingMode", Billing.Mode.self, checking: &constraints) ?? .provisioned
        let throughput = try Throughput.read(input, "provisionedThroughput", &constraints)
        let local = try IndexInput.list(input, "LocalSecondaryIndexes", isLocal: true, &constraints)
        let global = try IndexInput.list(input, "GlobalSecondaryIndexes", isLocal: false, &constraints)
        try constraints.finish()
        guard let definitions, let schema else { throw DynamoDBErrors.internalFailure }
        let billing = try Billing(mode: mode, throughput: throughput, now: now)
        let key = try schema.resolved(definitions, isTable: true)
        var indexes: [IndexDefinition] = []
        for (member, list, limit) in [
            ("LocalSecondaryIndex", local, Self.localIndexLimit),
            ("GlobalSecondaryIndex", global, Self.globalIndexLimit),
        ] {
            guard let list else { continue }
            guard !list.isEmpty else {
                throw DynamoDBErrors.invalidParameter("List of \(member)es is empty")
            }
            for index in list {
                let definition = try index.definition(definitions, table: key, billing: billing)
                guard !indexes.contains(where: { $0.name == definition.name }) else {
                    throw DynamoDBErrors.invalidParameter("Duplicate index name: \(definition.name)")
                }
                indexes.append(definition)
            }
            guard list.count <= limit else {
                throw DynamoDBErrors.invalidParameter(
                    member == "LocalSecondaryIndex"
                        ? "Number of LocalSecondaryIndexes exceeds per-table limit of \(limit)"
                        : "GlobalSecondaryIndex count exceeds the per-table limit of \(limit)")
            }
        }
        try Self.checkDefinitions(definitions, key: key, indexes: indexes)
        self.init(
            number: 0, name: name, id: identifiers.uuid(), created: now, attributes: definitions, key: key,
            indexes: indexes, billing: billing, stream: try StreamDefinition.read(input, now: now), timeToLive: nil,
            isDeletionProtected: try input.bool("DeletionProtectionEnabled") ?? false, settings: [:],
            tags: try Tag.list(input, "Tags"))
        for member in ["TableClass", "SSESpecification", "OnDemandThroughput", "WarmThroughput"] {
            if let value = input.value(member) { settings[member] = value }
        }
    }

    static func definitions(_ input: RequestInput, _ constraints: inout Constraints) throws -> [KeyAttribute]? {
        guard let list = try input.inputs("AttributeDefinitions") else { return nil }
        var definitions: [KeyAttribute] = []
        for (index, element) in list.enumerated() {
            let path = "attributeDefinitions.\(index + 1).member"
            let name = try element.string("AttributeName")
            constraints.require("\(path).attributeName", name != nil)
            let text = try element.string("AttributeType")
            constraints.require("\(path).attributeType", text != nil)
            guard let name, let text else { continue }
            if let type = AttributeType(rawValue: text), [.string, .number, .binary].contains(type) {
                definitions.append(KeyAttribute(name: name, type: type))
            } else {
                constraints.violate("\(path).attributeType", text, "Member must satisfy enum value set: [B, N, S]")
            }
        }
        return definitions
    }

    static func checkDefinitions(
        _ definitions: [KeyAttribute], key: KeySchema, indexes: [IndexDefinition]
    ) throws {
        for (index, definition) in definitions.enumerated()
        where definitions[..<index].contains(where: { $0.name == definition.name }) {
            throw DynamoDBErrors.invalidParameter("Duplicate AttributeName in AttributeDefinitions: \(definition.name)")
        }
        let used = Set((key.attributes + indexes.flatMap(\.key.attributes)).map(\.name))
        guard definitions.allSatisfy({ used.contains($0.name) }) else {
            throw indexes.isEmpty
                ? DynamoDBErrors.invalidParameter(
                    "Number of attributes in KeySchema does not exactly match number of attributes defined in "
                        + "AttributeDefinitions")
                : DynamoDBErrors.invalidParameter(
                    "Some AttributeDefinitions are not used. AttributeDefinitions: "
                        + "[\(definitions.map(\.name).joined(separator: ", "))], keys used: "
                        + "[\(used.sorted().joined(separator: ", "))]")
        }
    }
}

/// A `KeySchema` as it was given.
struct KeySchemaInput: Sendable {
    var elements: [(name: String, role: String)]

    init?(_ input: RequestInput, _ member: String, path: String = "keySchema", _ constraints: inout Constraints) throws
    {
        guard let list = try input.inputs(member) else { return nil }
        elements = []
        if list.isEmpty { constraints.violate(path, "[]", "Member must have length greater than or equal to 1") }
        if list.count > 2 {
            let shown = list.map { JSONValue.object($0.members).text() }.joined(separator: ", ")
            constraints.violate(path, "[\(shown)]", "Member must have length less than or equal to 2")
        }
        for (index, element) in list.enumerated() {
            let name = try element.string("AttributeName")
            let role = try element.string("KeyType")
            constraints.require("\(path).\(index + 1).member.attributeName", name != nil)
            constraints.require("\(path).\(index + 1).member.keyType", role != nil)
            guard let name, let role else { continue }
            if role != "HASH", role != "RANGE" {
                constraints.violate(
                    "\(path).\(index + 1).member.keyType", role, "Member must satisfy enum value set: [HASH, RANGE]")
            }
            elements.append((name, role))
        }
    }

    /// The schema with the types that the definitions give.
    func resolved(_ definitions: [KeyAttribute], isTable: Bool) throws -> KeySchema {
        let names = elements.map(\.name)
        let found = names.compactMap { name in definitions.first { $0.name == name } }
        guard let hash = found.first, found.count == names.count else {
            throw isTable && names.count == 2
                ? DynamoDBErrors.validation("Invalid KeySchema: Some index key attribute have no definition")
                : DynamoDBErrors.invalidParameter(
                    "Some index key attributes are not defined in AttributeDefinitions. "
                        + "Keys: [\(names.joined(separator: ", "))], "
                        + "AttributeDefinitions: [\(definitions.map(\.name).joined(separator: ", "))]")
        }
        guard Set(names).count == names.count else {
            throw DynamoDBErrors.validation(
                "Both the Hash Key and the Range Key element in the KeySchema have the same name")
        }
        guard elements[0].role == "HASH" else {
            throw DynamoDBErrors.validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
        }
        guard elements.count == 1 || elements[1].role == "RANGE" else {
            throw DynamoDBErrors.validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
        }
        return KeySchema(hash: hash, range: found.count > 1 ? found[1] : nil)
    }
}

/// An index as it was given.
struct IndexInput: Sendable {
    var name: String
    var isLocal: Bool
    var schema: KeySchemaInput
    var projection: RequestInput
    var throughput: Throughput?
    var settings: JSONObject

    static func list(
        _ input: RequestInput, _ member: String, isLocal: Bool, _ constraints: inout Constraints
    ) throws -> [IndexInput]? {
        guard let list = try input.inputs(member) else { return nil }
        var indexes: [IndexInput] = []
        let path = member.prefix(1).lowercased() + member.dropFirst()
        for (index, element) in list.enumerated() {
            if let read = try IndexInput(
                element, isLocal: isLocal, path: "\(path).\(index + 1).member", &constraints)
            {
                indexes.append(read)
            }
        }
        return indexes
    }

    init?(_ input: RequestInput, isLocal: Bool, path: String, _ constraints: inout Constraints) throws {
        let name = try input.string("IndexName")
        let schema = try KeySchemaInput(input, "KeySchema", path: "\(path).keySchema", &constraints)
        let projection = try input.nested("Projection")
        constraints.require("\(path).indexName", name != nil)
        constraints.require("\(path).keySchema", schema != nil)
        constraints.require("\(path).projection", projection != nil)
        let throughput = try Throughput.read(input, "\(path).provisionedThroughput", &constraints)
        if let name {
            if !RequestInput.isResourceName(name) {
                constraints.violate(
                    "\(path).indexName", name, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
            }
            if name.utf8.count < 3 {
                constraints.violate(
                    "\(path).indexName", name, "Member must have length greater than or equal to 3")
            }
            if name.utf8.count > 255 {
                constraints.violate(
                    "\(path).indexName", name, "Member must have length less than or equal to 255")
            }
        }
        guard let name, let schema, let projection else { return nil }
        self.name = name
        self.isLocal = isLocal
        self.schema = schema
        self.projection = projection
        self.throughput = throughput
        settings = [:]
        for member in ["OnDemandThroughput", "WarmThroughput"] {
            if let value = input.value(member) { settings[member] = value }
        }
    }

    /// The index, checked against the table that it is for.
    func definition(_ definitions: [KeyAttribute], table: KeySchema, billing: Billing) throws -> IndexDefinition {
        if isLocal, table.range == nil {
            throw DynamoDBErrors.invalidParameter(
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")
        }
        let key = try schema.resolved(definitions, isTable: false)
        if isLocal {
            guard key.range != nil else {
                throw DynamoDBErrors.invalidParameter("Index KeySchema does not have a range key for index: \(name)")
            }
            guard key.hash == table.hash else {
                throw DynamoDBErrors.invalidParameter(
                    "Index KeySchema does not have the same leading hash key as table KeySchema for index: \(name). "
                        + "index hash key: \(key.hash.name), table hash key: \(table.hash.name)")
            }
        } else if billing.mode == .provisioned, throughput == nil {
            throw DynamoDBErrors.invalidParameter("ProvisionedThroughput should be specified for index: \(name)")
        } else if billing.mode == .payPerRequest, throughput != nil {
            throw DynamoDBErrors.invalidParameter(
                "ProvisionedThroughput should not be specified for index: \(name) when BillingMode is PAY_PER_REQUEST")
        }
        return IndexDefinition(
            number: 0, name: name, isLocal: isLocal, key: key, projection: try projectionType(), settings: settings,
            throughput: throughput)
    }

    private func projectionType() throws -> IndexProjection {
        let names = try projection.strings("NonKeyAttributes")
        let type = try projection.string("ProjectionType")
        guard let type, ["ALL", "KEYS_ONLY", "INCLUDE"].contains(type) else {
            throw DynamoDBErrors.invalidParameter("Unknown ProjectionType: \(type ?? "null")")
        }
        if names != nil, type != "INCLUDE" {
            throw DynamoDBErrors.invalidParameter("ProjectionType is \(type), but NonKeyAttributes is specified")
        }
        switch type {
        case "ALL": return .all
        case "KEYS_ONLY": return .keysOnly
        default:
            guard let names, !names.isEmpty else {
                throw DynamoDBErrors.invalidParameter(
                    "ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
            }
            return .include(names)
        }
    }
}

extension Throughput {
    private static let limit = 1_000_000_000_000

    static func read(_ input: RequestInput, _ path: String, _ constraints: inout Constraints) throws -> Throughput? {
        guard let nested = try input.nested("ProvisionedThroughput") else { return nil }
        var units: [Int] = []
        for member in ["ReadCapacityUnits", "WriteCapacityUnits"] {
            let value = try nested.integer(member)
            let place = "\(path).\(member.prefix(1).lowercased() + member.dropFirst())"
            constraints.require(place, value != nil)
            guard let value else { continue }
            if value < 1 {
                constraints.violate(place, String(value), "Member must have value greater than or equal to 1")
            }
            guard value <= limit else {
                throw DynamoDBErrors.validation("Given value \(value) for \(member) is out of bounds")
            }
            units.append(value)
        }
        return units.count == 2 ? Throughput(readUnits: units[0], writeUnits: units[1]) : nil
    }
}

extension Billing {
    /// What a request says of billing, where it must be complete.
    init(mode: Mode, throughput: Throughput?, now: Timestamp) throws {
        switch (mode, throughput) {
        case (.provisioned, let throughput?): self.init(mode: mode, throughput: throughput, payPerRequestSince: nil)
        case (.provisioned, nil):
            throw DynamoDBErrors.invalidParameter(
                "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
        case (.payPerRequest, nil):
            self.init(mode: mode, throughput: Throughput(readUnits: 0, writeUnits: 0), payPerRequestSince: now)
        case (.payPerRequest, _?):
            throw DynamoDBErrors.invalidParameter(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
        }
    }
}

extension StreamDefinition {
    static func read(_ input: RequestInput, now: Timestamp) throws -> StreamDefinition? {
        guard let nested = try input.nested("StreamSpecification"), try nested.bool("StreamEnabled") == true else {
            return nil
        }
        guard let type = try nested.string("StreamViewType") else {
            throw DynamoDBErrors.invalidParameter("StreamViewType must be specified when StreamEnabled is true")
        }
        guard let viewType = ViewType(rawValue: type) else {
            var constraints = Constraints()
            constraints.violate(
                "streamSpecification.streamViewType", type,
                "Member must satisfy enum value set: [\(ViewType.allCases.map(\.rawValue).joined(separator: ", "))]")
            try constraints.finish()
            return nil
        }
        return StreamDefinition(
            viewType: viewType, label: String(now.iso8601WithMilliseconds.dropLast()), isEnabled: true)
    }
}
