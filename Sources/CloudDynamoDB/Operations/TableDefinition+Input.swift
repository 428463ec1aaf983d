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
        where definitions[..<index].contains(where: { $0.isNamed(definition.name) }) {
            throw DynamoDBErrors.invalidParameter("Duplicate AttributeName in AttributeDefinitions: \(definition.name)")
        }
        let used = Set((key.attributes + indexes.flatMap(\.key.attributes)).map { ExactText($0.name) })
        guard definitions.allSatisfy({ used.contains(ExactText($0.name)) }) else {
            throw indexes.isEmpty
                ? DynamoDBErrors.invalidParameter(
                    "Number of attributes in KeySchema does not exactly match number of attributes defined in "
                        + "AttributeDefinitions")
                : DynamoDBErrors.invalidParameter(
                    "Some AttributeDefinitions are not used. AttributeDefinitions: "
                        + "[\(definitions.map(\.name).joined(separator: ", "))], keys used: "
                        + "[\(used.map(\.text).sorted().joined(separator: ", "))]")
        }
    }
}
