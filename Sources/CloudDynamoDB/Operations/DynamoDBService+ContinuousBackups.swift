import CloudCore
import JSONValue

/// DescribeContinuousBackups, UpdateContinuousBackups, RestoreTableToPointInTime.
///
/// Here no table's history is kept. That is said: recovery to a point in time is disabled and cannot be enabled, because
/// whoever enabled it would count on a past that nobody could bring back.
extension DynamoDBService {
    func describeContinuousBackups(_ input: RequestInput) throws -> [UInt8] {
        try continuousBackups(of: input.tableName())
    }

    func updateContinuousBackups(_ input: RequestInput) throws -> [UInt8] {
        var constraints = Constraints()
        let name = try input.tableName(&constraints)
        let specification = try input.nested("PointInTimeRecoverySpecification")
        let isEnabled = try specification?.bool("PointInTimeRecoveryEnabled")
        let path = "pointInTimeRecoverySpecification"
        constraints.require(path, specification != nil)
        if let specification {
            constraints.require("\(path).pointInTimeRecoveryEnabled", isEnabled != nil)
            if let days = try specification.integer("RecoveryPeriodInDays"), !(1...35).contains(days) {
                constraints.violate(
                    "\(path).recoveryPeriodInDays", String(days),
                    days < 1
                        ? "Member must have value greater than or equal to 1"
                        : "Member must have value less than or equal to 35")
            }
        }
        try constraints.finish()
        let description = try continuousBackups(of: name)
        guard isEnabled == false else {
            throw ServiceError(
                "ContinuousBackupsUnavailableException",
                "Point in time recovery cannot be enabled for table \(name): this cloud does not keep the history of "
                    + "tables. Backups on demand (CreateBackup) are there.")
        }
        return description
    }

    func restoreTableToPointInTime(_ input: RequestInput) throws -> [UInt8] {
        var constraints = Constraints()
        let target = try input.string("TargetTableName")
        constraints.require("TargetTableName", target != nil)
        if let target { constraints.checkName(target, at: "TargetTableName") }
        guard let source = try input.string("SourceTableName") ?? input.string("SourceTableArn") else {
            throw DynamoDBErrors.validation(
                "One and only one parameter must be provided: [SourceTableName, SourceTableArn]")
        }
        let name = try RequestInput.checkTableName(source, &constraints, path: "SourceTableName")
        try constraints.finish()
        guard catalog.find(name) != nil else { throw DynamoDBErrors.tableMissingForBackup(name) }
        throw ServiceError(
            "PointInTimeRecoveryUnavailableException", "Point in time recovery is not enabled for table '\(name)'")
    }

    private func continuousBackups(of name: String) throws -> [UInt8] {
        guard catalog.find(name) != nil else { throw DynamoDBErrors.tableMissingForBackup(name) }
        let description: JSONValue = [
            "ContinuousBackupsDescription": [
                "ContinuousBackupsStatus": "ENABLED",
                "PointInTimeRecoveryDescription": ["PointInTimeRecoveryStatus": "DISABLED"],
            ]
        ]
        return description.encoded()
    }
}
