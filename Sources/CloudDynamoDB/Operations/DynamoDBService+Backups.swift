import CloudCore
import JSONValue

/// CreateBackup, DescribeBackup, ListBackups, DeleteBackup.
extension DynamoDBService {
    func createBackup(_ input: RequestInput) async throws -> [UInt8] {
        var constraints = Constraints()
        let tableName = try input.tableName(&constraints)
        let backupName = try input.string("BackupName")
        constraints.require("BackupName", backupName != nil)
        if let backupName { constraints.checkName(backupName, at: "BackupName") }
        try constraints.finish()
        guard let backupName else { throw DynamoDBErrors.internalFailure }
        guard let table = catalog.find(tableName) else {
            throw activity.restoring(tableName) == nil
                ? DynamoDBErrors.tableMissingForBackup(tableName) : DynamoDBErrors.tableInUse(tableName)
        }
        let begun = BackupRecord(
            name: backupName, of: table, at: clock.now, digits: identifiers.hex(bytes: 4), identity: identity)
        try activity.beginBackup(begun)
        defer { activity.endBackup(begun.arn) }
        let backup = try await copying.copy(begun)
        do {
            try await database.write { try BackupShelf.insert(backup, $0) }
        } catch {
            copying.folder.remove(backup.identifier)
            throw error
        }
        // The backup is whole already; as in DynamoDB, only DescribeBackup says so.
        return JSONValue.object(["BackupDetails": .object(backup.details(.creating))]).encoded()
    }

    func describeBackup(_ input: RequestInput) throws -> [UInt8] {
        let arn = try input.backupARN()
        let (backup, status) = try findBackup(arn)
        return JSONValue.object(["BackupDescription": backup.description(status, identity)]).encoded()
    }

    func deleteBackup(_ input: RequestInput) async throws -> [UInt8] {
        let arn = try input.backupARN()
        let (backup, status) = try findBackup(arn)
        guard status == .available else {
            throw DynamoDBErrors.backupInUse("Backup is being created: \(arn)")
        }
        try activity.beginDeletion(arn)
        defer { activity.endDeletion(arn) }
        // The record first: a file without a record is removed at the next start, a record without a file stays for good.
        try await database.write { database in
            guard try BackupShelf.find(arn, database) != nil else { throw DynamoDBErrors.backupNotFound(arn) }
            try BackupShelf.delete(arn, database)
        }
        copying.folder.remove(backup.identifier)
        return JSONValue.object(["BackupDescription": backup.description(.deleted, identity)]).encoded()
    }

    func listBackups(_ input: RequestInput) throws -> [UInt8] {
        var constraints = Constraints()
        let table = input.has("TableName") ? try input.tableName(&constraints) : nil
        let limit = try input.integer("Limit") ?? 100
        if limit < 1 {
            constraints.violate("Limit", String(limit), "Member must have value greater than or equal to 1")
        } else if limit > 100 {
            constraints.violate("Limit", String(limit), "Member must have value less than or equal to 100")
        }
        let start = try input.string("ExclusiveStartBackupArn")
        if let start { constraints.checkBackupARN(start, at: "ExclusiveStartBackupArn") }
        let type = try input.choice("BackupType", BackupTypeFilter.self, checking: &constraints) ?? .all
        let lower = try input.moment("TimeRangeLowerBound")
        let upper = try input.moment("TimeRangeUpperBound")
        try constraints.finish()
        // Only backups that people ask for are made here.
        let stored = [.user, .all].contains(type) ? try database.read { try BackupShelf.all(ofTable: table, $0) } : []
        let finished = Set(stored.map(\.arn))
        let creating = [.user, .all].contains(type) ? activity.creating.filter { !finished.contains($0.arn) } : []
        let found = (stored.map { ($0, .available) } + creating.map { ($0, BackupRecord.Status.creating) })
            .filter { backup, _ in
                (table.map { $0 == backup.table.name } ?? true) && (lower.map { backup.created >= $0 } ?? true)
                    && (upper.map { backup.created < $0 } ?? true) && (start.map { backup.arn > $0 } ?? true)
            }
            .sorted { $0.0.arn < $1.0.arn }
        var answer: JSONObject = [
            "BackupSummaries": .array(found.prefix(limit).map { $0.0.summary($0.1, identity) })
        ]
        if found.count > limit { answer["LastEvaluatedBackupArn"] = .string(found[limit - 1].0.arn) }
        return JSONValue.object(answer).encoded()
    }

    /// A backup, made or being made.
    ///
    /// - Throws: ``ServiceError`` `BackupNotFoundException`.
    func findBackup(_ arn: String) throws -> (BackupRecord, BackupRecord.Status) {
        if let backup = activity.creating(arn) { return (backup, .creating) }
        guard let backup = try database.read({ try BackupShelf.find(arn, $0) }) else {
            throw DynamoDBErrors.backupNotFound(arn)
        }
        return (backup, .available)
    }
}

/// `BackupTypeFilter`.
enum BackupTypeFilter: String, Sendable, CaseIterable {
    case user = "USER"
    case system = "SYSTEM"
    case awsBackup = "AWS_BACKUP"
    case all = "ALL"
}

extension RequestInput {
    /// `BackupArn`.
    fileprivate func backupARN() throws -> String {
        var constraints = Constraints()
        let arn = try backupARN(&constraints)
        try constraints.finish()
        return arn
    }

    /// `BackupArn`; empty where it is missing, which the constraints then tell.
    func backupARN(_ constraints: inout Constraints) throws -> String {
        let arn = try string("BackupArn")
        constraints.require("BackupArn", arn != nil)
        if let arn { constraints.checkBackupARN(arn, at: "BackupArn") }
        return arn ?? ""
    }

    /// A moment, in seconds since 1970 with their fraction.
    fileprivate func moment(_ name: String) throws -> Timestamp? {
        guard let value = value(name) else { return nil }
        guard case .number = value, let seconds = value.double, abs(seconds) < 1e12 else {
            throw SerializationFault.cannotConvert(value, to: "Timestamp")
        }
        return Timestamp(milliseconds: Int64((seconds * 1000).rounded()))
    }
}

extension Constraints {
    fileprivate mutating func checkBackupARN(_ arn: String, at path: String) {
        if arn.utf8.count < 37 {
            violate(path, arn, "Member must have length greater than or equal to 37")
        } else if arn.utf8.count > 1024 {
            violate(path, arn, "Member must have length less than or equal to 1024")
        }
    }
}
