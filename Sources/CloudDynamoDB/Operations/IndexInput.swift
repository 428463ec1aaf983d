import CloudCore
import JSONValue

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
        if let name { constraints.checkName(name, at: "\(path).indexName") }
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
        let index = try unpriced(definitions, table: table)
        if !isLocal, billing.mode == .provisioned, throughput == nil {
            throw DynamoDBErrors.invalidParameter("ProvisionedThroughput should be specified for index: \(name)")
        } else if !isLocal, billing.mode == .payPerRequest, throughput != nil {
            throw DynamoDBErrors.invalidParameter(
                "ProvisionedThroughput should not be specified for index: \(name) when BillingMode is PAY_PER_REQUEST")
        }
        return index
    }

    /// The index, checked against the table's keys alone.
    func unpriced(_ definitions: [KeyAttribute], table: KeySchema) throws -> IndexDefinition {
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
