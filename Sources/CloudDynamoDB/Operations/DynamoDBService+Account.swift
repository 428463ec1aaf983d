import JSONValue

/// DescribeLimits, DescribeEndpoints, DescribeContinuousBackups.
extension DynamoDBService {
    /// The limits of an account for which nobody has asked for others.
    func describeLimits() -> [UInt8] {
        let limits: JSONValue = [
            "AccountMaxReadCapacityUnits": 80000, "AccountMaxWriteCapacityUnits": 80000,
            "TableMaxReadCapacityUnits": 40000, "TableMaxWriteCapacityUnits": 40000,
        ]
        return limits.encoded()
    }

    func describeEndpoints() -> [UInt8] {
        let endpoint: JSONValue = [
            "Address": .string("dynamodb.\(identity.region).amazonaws.com"), "CachePeriodInMinutes": 1440,
        ]
        return JSONValue.object(["Endpoints": [endpoint]]).encoded()
    }

    func describeContinuousBackups(_ input: RequestInput) throws -> [UInt8] {
        let name = try input.tableName()
        guard catalog.find(name) != nil else {
            throw DynamoDBErrors.tableMissingForBackup(name)
        }
        let description: JSONValue = [
            "ContinuousBackupsDescription": [
                "ContinuousBackupsStatus": "ENABLED",
                "PointInTimeRecoveryDescription": ["PointInTimeRecoveryStatus": "DISABLED"],
            ]
        ]
        return description.encoded()
    }
}
