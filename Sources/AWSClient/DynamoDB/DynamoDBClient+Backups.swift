import JSONValue

extension DynamoDBClient {
    /// Makes a backup of a table as it is at one moment. It is whole once ``describeBackup(_:options:)`` says that it is
    /// available.
    ///
    /// A call whose answer is lost is not tried again: a second one would make a second backup.
    ///
    /// - Parameter name: 3 to 255 letters, digits, `_`, `-` and `.`; need not be unique.
    /// - Throws: ``AWSError``: `TableNotFoundException`, ``AWSError/Code/backupInUse``, ``AWSError/Code/tableInUse``.
    public func createBackup(
        of table: String, name: String, options: CallOptions = .none
    ) async throws -> DynamoDBBackup {
        let answer = try await call(
            "CreateBackup", ["TableName": .string(table), "BackupName": .string(name)], idempotent: false, options)
        guard var backup = DynamoDBBackup(answer["BackupDetails"]) else { throw Self.unreadable("CreateBackup") }
        backup.table = table
        return backup
    }

    /// A backup by its ARN; nil where there is none.
    public func describeBackup(_ arn: String, options: CallOptions = .none) async throws -> DynamoDBBackup? {
        do {
            let answer = try await call("DescribeBackup", ["BackupArn": .string(arn)], idempotent: true, options)
            let description = answer["BackupDescription"]
            guard var backup = DynamoDBBackup(description?["BackupDetails"]) else {
                throw Self.unreadable("DescribeBackup")
            }
            backup.table = description?["SourceTableDetails"]?["TableName"]?.string
            return backup
        } catch AWSError.Code.backupNotFound {
            return nil
        }
    }

    /// The backups of a table, or all; page after page as they are asked for, in no particular order.
    public func backups(of table: String? = nil, options: CallOptions = .none) -> Paged<DynamoDBBackup> {
        Paged { mark in
            var body = JSONObject()
            body.add("TableName", table)
            body.add("ExclusiveStartBackupArn", mark as? String)
            let answer = try await call("ListBackups", body, idempotent: true, options)
            let summaries = answer["BackupSummaries"]?.array ?? []
            guard let backups = summaries.allMapped({ DynamoDBBackup($0) }) else {
                throw Self.unreadable("ListBackups")
            }
            return (backups, answer["LastEvaluatedBackupArn"]?.string)
        }
    }

    /// Deletes a backup. That there is none is no error.
    ///
    /// - Throws: ``AWSError`` with ``AWSError/Code/backupInUse`` while it is being made or restored from.
    public func deleteBackup(_ arn: String, options: CallOptions = .none) async throws {
        do {
            _ = try await call("DeleteBackup", ["BackupArn": .string(arn)], idempotent: true, options)
        } catch AWSError.Code.backupNotFound {
            // It has gone already, by an earlier attempt or by somebody else.
        }
    }

    /// Makes a table from a backup, on demand whatever the old one was. It is there with all its items once
    /// ``describeTable(_:options:)`` says `ACTIVE`.
    ///
    /// - Throws: ``AWSError``: ``AWSError/Code/tableAlreadyExists``, ``AWSError/Code/tableInUse``,
    ///   ``AWSError/Code/backupNotFound``, ``AWSError/Code/backupInUse``.
    public func restoreTable(_ table: String, from backup: String, options: CallOptions = .none) async throws {
        let body: JSONObject = [
            "TargetTableName": .string(table), "BackupArn": .string(backup), "BillingModeOverride": "PAY_PER_REQUEST",
        ]
        _ = try await call("RestoreTableFromBackup", body, idempotent: false, options)
    }

    /// Deletes a table with all that is in it. That there is none is no error.
    ///
    /// - Throws: ``AWSError`` with ``AWSError/Code/resourceInUse`` while it is being made or deleted.
    public func deleteTable(_ table: String, options: CallOptions = .none) async throws {
        do {
            _ = try await call("DeleteTable", ["TableName": .string(table)], idempotent: true, options)
        } catch AWSError.Code.resourceNotFound {
            // It has gone already.
        }
    }
}
