import CloudCore
import JSONValue

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
