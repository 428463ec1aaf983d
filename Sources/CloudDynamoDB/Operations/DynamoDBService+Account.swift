import JSONValue

/// DescribeLimits, DescribeEndpoints.
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
}
