import CloudCore
import JSONValue

/// UpdateTimeToLive and DescribeTimeToLive.
extension DynamoDBService {
    func updateTimeToLive(_ input: RequestInput) async throws -> [UInt8] {
        let name = try input.tableName()
        guard let specification = try input.nested("TimeToLiveSpecification") else {
            throw ItemWrite.missing("timeToLiveSpecification")
        }
        var constraints = Constraints()
        let attribute = try specification.string("AttributeName")
        let isEnabled = try specification.bool("Enabled")
        constraints.require("timeToLiveSpecification.enabled", isEnabled != nil)
        constraints.require("timeToLiveSpecification.attributeName", attribute != nil)
        if attribute?.isEmpty == true {
            constraints.violate(
                "timeToLiveSpecification.attributeName", "", "Member must have length greater than or equal to 1")
        }
        try constraints.finish()
        guard let attribute, let isEnabled else { throw DynamoDBErrors.internalFailure }
        try await setTimeToLive(table: name, attribute: attribute, isEnabled: isEnabled)
        return JSONValue.object([
            "TimeToLiveSpecification": ["Enabled": .bool(isEnabled), "AttributeName": .string(attribute)]
        ]).encoded()
    }

    private func setTimeToLive(table name: String, attribute: String, isEnabled: Bool) async throws {
        try await changeTables { [catalog] database in
            guard var table = catalog.find(name) else { throw DynamoDBErrors.tableNotFound(name) }
            switch (table.timeToLive, isEnabled) {
            case (nil, false): throw DynamoDBErrors.validation("TimeToLive is already disabled")
            case (let current?, _) where current.attribute != attribute:
                throw DynamoDBErrors.validation(
                    "TimeToLive is active on a different AttributeName: current AttributeName is \(current.attribute)")
            case (_?, true): throw DynamoDBErrors.validation("TimeToLive is already enabled")
            default: break
            }
            table.timeToLive = isEnabled ? TimeToLive(attribute: attribute) : nil
            let writer = TableWriter(database: database)
            try writer.update(table)
            try writer.refillExpiries(of: table)
            catalog.put(table)
        }
        expiry.itemsChanged()
    }

    func describeTimeToLive(_ input: RequestInput) throws -> [UInt8] {
        let table = try existingTable(input)
        var description: JSONObject = ["TimeToLiveStatus": table.timeToLive == nil ? "DISABLED" : "ENABLED"]
        if let timeToLive = table.timeToLive { description["AttributeName"] = .string(timeToLive.attribute) }
        return JSONValue.object(["TimeToLiveDescription": .object(description)]).encoded()
    }
}
