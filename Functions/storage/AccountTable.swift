import AWSClient
import Pictures

/// The table of accounts, `UserAuth`: one row an account by its user's identifier, and one row a username that says whose
/// it is. The second kind is what makes a name unique: it can be written only once.
struct AccountTable: Sendable {
    let database: DynamoDBClient
    let tables: ServiceSettings.Tables

    private var name: String { tables.userAuth }

    /// The epoch of an account's sessions, as it is after every write before; nil where there is no such account.
    func epoch(of user: UserID, _ options: CallOptions) async throws -> Int? {
        try await database.getItem(
            table: name, key: Self.key(user), consistent: true, projection: "#epoch",
            names: ["#epoch": "sessionEpoch"], options: options)?["sessionEpoch"]?.int
    }

    func account(of user: UserID, _ options: CallOptions) async throws -> Account? {
        let item = try await database.getItem(table: name, key: Self.key(user), consistent: true, options: options)
        return try item.map(account)
    }

    func account(named username: Username, _ options: CallOptions) async throws -> Account? {
        guard let user = try await owner(of: username, options) else { return nil }
        return try await account(of: user, options)
    }

    /// Who has a name; nil where nobody has.
    func owner(of username: Username, _ options: CallOptions) async throws -> UserID? {
        try await database.getItem(table: name, key: Self.key(username), consistent: true, options: options)?["owner"]?
            .string.flatMap { UserID($0) }
    }

    /// Stores an account, its name and its profile, all or none.
    ///
    /// - Returns: false where somebody has the name already.
    func create(
        _ account: Account, _ profile: Profile, at now: Timestamp, _ options: CallOptions
    ) async throws -> Bool {
        var claim = Self.key(account.username)
        claim["owner"] = .string(account.userID.text)
        var row = Self.key(account.userID)
        row["username"] = .string(account.username.text)
        row["passwordHash"] = .string(account.passwordHash.encoded)
        row["role"] = .string(account.role.rawValue)
        row["sessionEpoch"] = .number(account.sessionEpoch)
        row["createdAt"] = .string(now.description)
        let isFree = "attribute_not_exists(userId)"
        do {
            try await database.transactWriteItems(
                [
                    .put(table: name, item: claim, condition: isFree),
                    .put(table: name, item: row, condition: isFree),
                    .put(
                        table: tables.userInfo, item: ProfileTable.item(account.userID, account.username, profile),
                        condition: isFree),
                ], options: options)
            return true
        } catch let error as AWSError where error.code == .transactionCanceled {
            if error.cancellationReasons.first?.code == "ConditionalCheckFailed" { return false }
            throw error
        }
    }

    /// Stores another hash and ends all sessions, where no one has done so since the account was read.
    ///
    /// - Returns: whether that was so.
    func change(_ account: Account, to hash: PasswordHash, _ options: CallOptions) async throws -> Bool {
        try await update(
            account, "SET #epoch = :next, #hash = :hash",
            names: ["#hash": "passwordHash"],
            values: [":next": .number(account.sessionEpoch + 1), ":hash": .string(hash.encoded)],
            options)
    }

    /// Stores another hash of the same password.
    func rehash(_ account: Account, _ hash: PasswordHash, _ options: CallOptions) async throws -> Bool {
        try await update(
            account, "SET #hash = :hash", names: ["#hash": "passwordHash"], values: [":hash": .string(hash.encoded)],
            options)
    }

    /// Ends all sessions of an epoch.
    func endSessions(of session: Session, _ options: CallOptions) async throws {
        do {
            try await database.updateItem(
                table: name, key: Self.key(session.userID), update: "SET #epoch = :next", condition: "#epoch = :epoch",
                names: ["#epoch": "sessionEpoch"],
                values: [":epoch": .number(session.epoch), ":next": .number(session.epoch + 1)], options: options)
        } catch AWSError.Code.conditionalCheckFailed {
            // They have ended already.
        }
    }

    private func update(
        _ account: Account, _ update: String, names: [String: String], values: Item, _ options: CallOptions
    ) async throws -> Bool {
        do {
            try await database.updateItem(
                table: name, key: Self.key(account.userID), update: update, condition: "#epoch = :epoch",
                names: names.merging(["#epoch": "sessionEpoch"]) { $1 },
                values: values.merging([":epoch": .number(account.sessionEpoch)]) { $1 }, options: options)
            return true
        } catch AWSError.Code.conditionalCheckFailed {
            return false
        }
    }

    private func account(_ item: Item) throws -> Account {
        let row = RowReader(item: item, table: name, key: item["userId"]?.string ?? "?")
        return Account(
            userID: try row.read("userId") { $0.string.flatMap { UserID($0) } },
            username: try row.read("username") { $0.string.flatMap { try? Username($0) } },
            passwordHash: try row.read("passwordHash") { $0.string.flatMap { PasswordHash(encoded: $0) } },
            role: try row.read("role") { $0.string.flatMap { Role(rawValue: $0) } },
            sessionEpoch: try row.read("sessionEpoch", \.int))
    }

    private static func key(_ user: UserID) -> Item { ["userId": .string(user.text)] }

    /// No user's identifier looks like this.
    private static func key(_ username: Username) -> Item { ["userId": .string("name#\(username.folded)")] }
}
