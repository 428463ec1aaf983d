import AWSClient
import JSONValue
import Pictures

/// How far a restore is: one row of `Settings`, so that any invocation can go on with it.
struct RestoreState: Sendable, Hashable {
    static let subject = "backup.restore"

    /// What is being done. Each may be done twice.
    enum Phase: String, Sendable, CaseIterable {
        /// Tables that an earlier restore left are removed.
        case clearing
        /// The backups become tables of their own, beside the live ones.
        case making
        /// Profiles are copied into the live table.
        case profiles
        /// Accounts and names are.
        case accounts
        /// The tables of the backups are removed.
        case removing
        /// The accounts are back.
        case done
        /// They are not, and it takes a person to see why.
        case failed

        var next: Phase {
            switch self {
            case .clearing: .making
            case .making: .profiles
            case .profiles: .accounts
            case .accounts: .removing
            case .removing, .done: .done
            case .failed: .failed
            }
        }
    }

    /// This restore's own name. What it has written bears it, so that it writes nothing twice.
    var id: String
    /// The set that is restored.
    var backup: String
    var phase: Phase
    /// When it began.
    var started: Timestamp
    /// Behind which row of the backup's table the copying goes on.
    var place: Item?
    var reason: String?

    var isUnderWay: Bool { phase != .done && phase != .failed }

    init(id: String, backup: String, started: Timestamp) {
        self.id = id
        self.backup = backup
        self.started = started
        phase = .clearing
    }

    private init?(_ item: Item) {
        guard let id = item["id"]?.string, let backup = item["backup"]?.string,
            let phase = item["phase"]?.string.flatMap(Phase.init(rawValue:)),
            let started = item["startedAt"]?.string.flatMap({ Timestamp($0) })
        else { return nil }
        self.id = id
        self.backup = backup
        self.phase = phase
        self.started = started
        place = item["place"]?.map
        reason = item["reason"]?.string
    }

    /// The restore that is under way, or the last one.
    static func current(_ store: SettingsTable, _ options: CallOptions) async throws -> RestoreState? {
        let row = try await store.row(subject, options)
        guard row["id"] != nil else { return nil }
        guard let state = RestoreState(row) else {
            throw UnreadableRow(table: store.name, attribute: "phase", key: subject)
        }
        return state
    }

    private var item: Item {
        var item = SettingsTable.key(Self.subject)
        item["id"] = .string(id)
        item["backup"] = .string(backup)
        item["phase"] = .string(phase.rawValue)
        item["startedAt"] = .string(started.description)
        item["place"] = place.map { .map($0) }
        item["reason"] = reason.map { .string($0) }
        return item
    }

    /// Stores the state in the place of an earlier one.
    ///
    /// - Returns: whether the earlier one still stood there.
    func store(over old: RestoreState?, _ store: SettingsTable, _ options: CallOptions) async throws -> Bool {
        var condition = "attribute_not_exists(#id)"
        var names = ["#id": "id"]
        var values: Item = [:]
        if let old {
            condition = "#id = :id AND #phase = :phase"
            names["#phase"] = "phase"
            values = [":id": .string(old.id), ":phase": .string(old.phase.rawValue)]
        }
        do {
            try await store.database.putItem(
                table: store.name, item: item, condition: condition, names: names, values: values, options: options)
            return true
        } catch AWSError.Code.conditionalCheckFailed {
            return false
        }
    }

    /// What must hold for anything that this restore writes: that it is still the one, in this phase. Somebody who was
    /// held up for long then writes nothing into what others have done since.
    func check(_ store: SettingsTable) -> DynamoDBTransactWrite {
        .check(
            table: store.name, key: SettingsTable.key(Self.subject), condition: "#id = :id AND #phase = :phase",
            names: ["#id": "id", "#phase": "phase"],
            values: [":id": .string(id), ":phase": .string(phase.rawValue)])
    }

    var document: JSONValue {
        var object: JSONObject = [
            "backup": .string(backup), "phase": .string(phase.rawValue), "startedAt": .string(started.description),
        ]
        object.add("reason", reason)
        return .object(object)
    }
}
