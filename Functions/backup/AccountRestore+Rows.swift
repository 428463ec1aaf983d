import AWSClient
import JSONValue
import LambdaRuntime
import Pictures

/// How rows of a backup come into the live tables.
extension AccountRestore {
    /// What bears the name of the restore that wrote a row last.
    private static let mark = "restoredBy"
    /// How often a row may change under a restore before it gives up, for the next invocation to try.
    private static let roundLimit = 10

    /// Profiles become what they were.
    func writeProfiles(_ items: [Item], _ state: RestoreState) async throws {
        try await write(items, into: profiles, state) { item, live in
            live?[Self.mark]?.string == state.id ? [] : [put(item, into: profiles, over: live, state)]
        }
    }

    /// Accounts become what they were, and names lead to them again.
    func writeAccounts(_ items: [Item], _ state: RestoreState) async throws {
        try await write(items, into: accounts, state) { item, live in
            if let owner = item["owner"]?.string { return try await claim(item, for: owner, live) }
            guard live?[Self.mark]?.string != state.id else { return [] }
            var item = item
            // No session that ever was is one again: neither one that the password's change ended since the backup, nor
            // one of an account that was lost, whose count nobody knows any more. The time is past all counts.
            let past = max(item["sessionEpoch"]?.int ?? 0, live?["sessionEpoch"]?.int ?? 0)
            item["sessionEpoch"] = .number(max(past + 1, Int(state.started.seconds)))
            return [put(item, into: accounts, over: live, state)]
        }
    }

    /// A name goes back to whose it was. Somebody who took it since then loses it, and is logged out.
    private func claim(_ item: Item, for owner: String, _ live: Item?) async throws -> [DynamoDBTransactWrite] {
        guard let holder = live?["owner"]?.string else {
            return [.put(table: accounts, item: item, condition: "attribute_not_exists(userId)")]
        }
        guard holder != owner else { return [] }
        context.logger.warn(
            "a name goes back to whose it was; who took it since has none",
            ["userId": .string(holder), "owner": .string(owner)])
        var writes: [DynamoDBTransactWrite] = [
            .put(
                table: accounts, item: item, condition: "#owner = :holder", names: ["#owner": "owner"],
                values: [":holder": .string(holder)])
        ]
        let key: Item = ["userId": .string(holder)]
        if try await database.getItem(table: accounts, key: key, consistent: true, options: options) != nil {
            writes.append(
                .update(
                    table: accounts, key: key, update: "SET #epoch = #epoch + :one",
                    condition: "attribute_exists(#epoch)", names: ["#epoch": "sessionEpoch"], values: [":one": 1]))
        }
        return writes
    }

    /// Puts a row in the place of the live one, as long as that is still as it was seen and not written by this restore.
    private func put(
        _ item: Item, into table: String, over live: Item?, _ state: RestoreState
    ) -> DynamoDBTransactWrite {
        var item = item
        item[Self.mark] = .string(state.id)
        guard let live else { return .put(table: table, item: item, condition: "attribute_not_exists(userId)") }
        var conditions = ["attribute_exists(userId)", "(attribute_not_exists(#mark) OR #mark <> :id)"]
        var names = ["#mark": Self.mark]
        var values: Item = [":id": .string(state.id)]
        if let epoch = live["sessionEpoch"] {
            conditions.append("#epoch = :epoch")
            names["#epoch"] = "sessionEpoch"
            values[":epoch"] = epoch
        }
        return .put(
            table: table, item: item, condition: conditions.joined(separator: " AND "), names: names, values: values)
    }

    /// Writes rows together; where that cannot be, one by one, each as often as it takes.
    private func write(
        _ items: [Item], into table: String, _ state: RestoreState,
        _ plan: (Item, _ live: Item?) async throws -> [DynamoDBTransactWrite]
    ) async throws {
        let keys = items.compactMap { item in item["userId"].map { ["userId": $0] } }
        let live = Dictionary(
            try await database.batchGetItem(table: table, keys: keys, consistent: true, options: options)
                .map { ($0["userId"], $0) }, uniquingKeysWith: { $1 })
        var writes: [DynamoDBTransactWrite] = []
        for item in items { writes += try await plan(item, live[item["userId"]]) }
        guard !writes.isEmpty else { return }
        do {
            return try await database.transactWriteItems([state.check(service.store)] + writes, options: options)
        } catch let error as AWSError where error.code == .transactionCanceled || error.code == .validation {
            // Some row is no longer as it was, another transaction is at it, or two of these concern one row.
        }
        for item in items { try await writeOne(item, into: table, state, plan) }
    }

    private func writeOne(
        _ item: Item, into table: String, _ state: RestoreState,
        _ plan: (Item, _ live: Item?) async throws -> [DynamoDBTransactWrite]
    ) async throws {
        guard let id = item["userId"] else { return }
        for round in 1... {
            let live = try await database.getItem(table: table, key: ["userId": id], consistent: true, options: options)
            let writes = try await plan(item, live)
            guard !writes.isEmpty else { return }
            do {
                return try await database.transactWriteItems([state.check(service.store)] + writes, options: options)
            } catch let error as AWSError where error.code == .transactionCanceled && round < Self.roundLimit {
                // This restore is no longer the one, or in another phase: whoever has brought it further knows better.
                if error.cancellationReasons.first?.code == "ConditionalCheckFailed" { throw error }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...(10 << min(round, 5)))))
            }
        }
    }
}
