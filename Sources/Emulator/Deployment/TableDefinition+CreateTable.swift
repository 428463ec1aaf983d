import CloudCore
import JSONValue
import Template

extension TableDefinition {
    /// The input of the CreateTable call that makes this table.
    var createTableInput: JSONObject {
        var input: JSONObject = [
            "TableName": .string(name), "KeySchema": key.schema,
            "AttributeDefinitions": .array(
                attributes.sorted { $0.key < $1.key }.map { name, type in
                    ["AttributeName": .string(name), "AttributeType": .string(type.rawValue)]
                }),
        ]
        input.set(billing, namingMode: true)
        if !globalIndexes.isEmpty {
            input["GlobalSecondaryIndexes"] = .array(globalIndexes.map { $0.input(withThroughput: true) })
        }
        if !localIndexes.isEmpty {
            input["LocalSecondaryIndexes"] = .array(localIndexes.map { $0.input(withThroughput: false) })
        }
        if let streamView {
            input["StreamSpecification"] = ["StreamEnabled": true, "StreamViewType": .string(streamView.rawValue)]
        }
        if deletionProtection { input["DeletionProtectionEnabled"] = true }
        if let tableClass { input["TableClass"] = .string(tableClass) }
        if !tags.isEmpty {
            input["Tags"] = JSONValue(tagList: tags)
        }
        return input
    }
}

extension TableDefinition.Key {
    fileprivate var schema: JSONValue {
        var keys: [JSONValue] = [["AttributeName": .string(hash), "KeyType": "HASH"]]
        if let range { keys.append(["AttributeName": .string(range), "KeyType": "RANGE"]) }
        return .array(keys)
    }
}

extension TableDefinition.Index {
    fileprivate func input(withThroughput: Bool) -> JSONValue {
        var input: JSONObject = ["IndexName": .string(name), "KeySchema": key.schema, "Projection": projection.input]
        if withThroughput { input.set(billing, namingMode: false) }
        return .object(input)
    }
}

extension TableDefinition.Projection {
    fileprivate var input: JSONValue {
        switch self {
        case .all: ["ProjectionType": "ALL"]
        case .keysOnly: ["ProjectionType": "KEYS_ONLY"]
        case .include(let names):
            ["ProjectionType": "INCLUDE", "NonKeyAttributes": .array(names.map { .string($0) })]
        }
    }
}

extension JSONObject {
    /// How reads and writes are paid for; a table names the mode, its indexes follow it.
    fileprivate mutating func set(_ billing: TableDefinition.Billing, namingMode: Bool) {
        switch billing {
        case .payPerRequest:
            if namingMode { self["BillingMode"] = "PAY_PER_REQUEST" }
        case .provisioned(let read, let write):
            if namingMode { self["BillingMode"] = "PROVISIONED" }
            self["ProvisionedThroughput"] = [
                "ReadCapacityUnits": JSONValue(read), "WriteCapacityUnits": JSONValue(write),
            ]
        }
    }
}
