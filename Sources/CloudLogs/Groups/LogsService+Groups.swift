import CloudCore
import GRDB
import JSONValue

extension LogsService {
    // MARK: CreateLogGroup

    func createLogGroup(_ input: LogsInput) async throws -> JSONObject? {
        var input = input
        let name = input.require("logGroupName", try input.groupName())
        let groupClass = try input.choice("logGroupClass", LogGroup.Class.self)
        let kmsKey = try input.text("kmsKeyId", lengths: 0...256)
        let tags = try input.tags() ?? [:]
        let isProtected = try input.flag("deletionProtectionEnabled")
        try input.finish()
        guard let name else { return nil }
        guard tags.count <= LogGroup.tagLimit else { throw Self.tooManyTags() }
        let now = now
        try await database.write { database in
            guard try LogsStorage.group(name, database) == nil else { throw ServiceError.groupExists }
            try LogsStorage.insertGroup(
                name, created: now, groupClass: groupClass ?? .standard, kmsKey: kmsKey, isProtected: isProtected,
                tags: tags, database)
        }
        return nil
    }

    // MARK: DeleteLogGroup

    func deleteLogGroup(_ input: LogsInput) async throws -> JSONObject? {
        var input = input
        let name = input.require("logGroupName", try input.groupName())
        try input.finish()
        guard let name else { return nil }
        try await database.write { database in
            let group = try Self.group(name, database)
            guard !group.isProtected else {
                throw ServiceError.logs(
                    .validation, "The specified log group has deletion protection enabled and cannot be deleted.")
            }
            try database.run("DELETE FROM groups WHERE number = ?", .integer(group.number))
            try database.run("DELETE FROM streams WHERE group_number = ?", .integer(group.number))
            try database.run("INSERT INTO removals (group_number) VALUES (?)", .integer(group.number))
        }
        startPurging()
        return nil
    }

    func putLogGroupDeletionProtection(_ input: LogsInput) async throws -> JSONObject? {
        var input = input
        let identifier = input.require("logGroupIdentifier", try input.text("logGroupIdentifier", lengths: 1...2048))
        _ = input.require("deletionProtectionEnabled", input.value("deletionProtectionEnabled"))
        let isProtected = try input.flag("deletionProtectionEnabled")
        try input.finish()
        guard let identifier else { return nil }
        let name = try LogsInput.group(identifier: identifier, identity)
        try await database.write { database in
            let group = try Self.group(name, database)
            try database.run(
                "UPDATE groups SET is_protected = ? WHERE number = ?", .integer(isProtected ? 1 : 0),
                .integer(group.number))
        }
        return nil
    }

    // MARK: DescribeLogGroups

    func describeLogGroups(_ input: LogsInput) throws -> JSONObject? {
        var input = input
        let prefix = try input.groupName("logGroupNamePrefix")
        let pattern = try input.text("logGroupNamePattern", lengths: 0...512)
        let identifiers = try input.texts("logGroupIdentifiers")
        if let identifiers {
            input.checkLength(
                "logGroupIdentifiers", identifiers.count, 1...50, shown: "[\(identifiers.joined(separator: ", "))]")
        }
        let groupClass = try input.choice("logGroupClass", LogGroup.Class.self)
        let limit = try input.integer("limit", in: 1...50) ?? 50
        let token = try input.text("nextToken")
        try input.finish()
        if prefix != nil, pattern != nil {
            throw ServiceError.logs(
                .invalidParameter,
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
        }
        let after = try token.map { token in
            guard let position = PageToken.position(in: token) else { throw ServiceError.invalidToken }
            return position
        }
        var wanted: Set<String>?
        if let identifiers {
            wanted = []
            for identifier in identifiers { wanted?.insert(try LogsInput.group(identifier: identifier, identity)) }
        }
        var groups: [LogGroup] = []
        try database.read { database in
            // SQLite compares texts by their bytes, which is the order that is asked for.
            try database.each(
                """
                SELECT \(LogGroup.columns) FROM groups WHERE name > ? AND name >= ? AND substr(name, 1, ?) = ?
                    AND (? IS NULL OR instr(name, ?) > 0) AND (? IS NULL OR class = ?) ORDER BY name
                """,
                [
                    .text(after ?? ""), .text(prefix ?? ""), .integer(Int64(prefix?.count ?? 0)), .text(prefix ?? ""),
                    .init(pattern), .init(pattern), .init(groupClass?.rawValue), .init(groupClass?.rawValue),
                ]
            ) { row in
                let group = LogGroup(row)
                if wanted?.contains(group.name) ?? true { groups.append(group) }
                return groups.count <= limit
            }
        }
        var output: JSONObject = [
            "logGroups": .array(groups.prefix(limit).map { $0.description(identity) })
        ]
        if groups.count > limit { output["nextToken"] = .string(PageToken.text(after: groups[limit - 1].name)) }
        return output
    }

    // MARK: Retention

    func putRetentionPolicy(_ input: LogsInput) async throws -> JSONObject? {
        var input = input
        let name = input.require("logGroupName", try input.groupName())
        let days = input.require("retentionInDays", try input.integer("retentionInDays"))
        if let days, !LogGroup.retentionChoices.contains(days) {
            input.constraints.violate(
                "retentionInDays", String(days),
                "Member must satisfy enum value set: \(LogGroup.retentionChoices)")
        }
        try input.finish()
        if let name, let days { try await setRetention(of: name, to: days) }
        return nil
    }

    func deleteRetentionPolicy(_ input: LogsInput) async throws -> JSONObject? {
        var input = input
        let name = input.require("logGroupName", try input.groupName())
        try input.finish()
        if let name { try await setRetention(of: name, to: nil) }
        return nil
    }

    private func setRetention(of name: String, to days: Int?) async throws {
        try await database.write { database in
            let group = try Self.group(name, database)
            try database.run(
                "UPDATE groups SET retention_days = ? WHERE number = ?", .init(days.map { Int64($0) }),
                .integer(group.number))
        }
        try retention.start()
    }
}
