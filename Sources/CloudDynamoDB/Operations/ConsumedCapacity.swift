import JSONValue

/// What an operation costs, in capacity units.
struct ConsumedCapacity: Sendable {
    /// Whether reads or writes are counted.
    enum Kind: String, Sendable {
        case read = "ReadCapacityUnits"
        case write = "WriteCapacityUnits"
    }

    var kind: Kind
    var table = 0.0
    var localIndexes: [String: Double] = [:]
    var globalIndexes: [String: Double] = [:]
    /// Transactions tell reads or writes apart.
    var isTransactional = false

    init(_ kind: Kind, isTransactional: Bool = false) {
        self.kind = kind
        self.isTransactional = isTransactional
    }

    /// The units for reading so many bytes: one for 4 KB read consistently, half of that otherwise.
    static func read(bytes: Int, isConsistent: Bool, isTransactional: Bool = false) -> Double {
        let blocks = Double(max(1, (bytes + 4095) / 4096))
        return isTransactional ? blocks * 2 : isConsistent ? blocks : blocks / 2
    }

    /// The units for writing so many bytes: one for each KB.
    static func write(bytes: Int) -> Double { Double(max(1, (bytes + 1023) / 1024)) }

    mutating func add(_ units: Double, to index: IndexDefinition?) {
        let units = isTransactional && kind == .write ? units * 2 : units
        guard let index else {
            table += units
            return
        }
        if index.isLocal {
            localIndexes[index.name, default: 0] += units
        } else {
            globalIndexes[index.name, default: 0] += units
        }
    }

    /// Counts one written item with its index entries.
    mutating func add(written old: StoredItem?, _ new: EncodedItem?, _ changes: [IndexChange]) {
        add(Self.write(bytes: max(old?.size ?? 0, new?.size ?? 0)), to: nil)
        for change in changes where change.old != change.new {
            switch (change.old, change.new) {
            case (let old?, let new?) where old.place != new.place:
                add(Self.write(bytes: old.size) + Self.write(bytes: new.size), to: change.index)
            default:
                add(Self.write(bytes: max(change.old?.size ?? 0, change.new?.size ?? 0)), to: change.index)
            }
        }
    }

    /// The shape on the wire; nil where it was not asked for.
    func json(_ report: CapacityReport, tableName: String) -> JSONValue? {
        guard report != .none else { return nil }
        let total =
            table + localIndexes.values.reduce(0, +) + globalIndexes.values.reduce(0, +)
        var json: JSONObject = ["TableName": .string(tableName), "CapacityUnits": JSONValue(total)]
        if isTransactional { json[kind.rawValue] = JSONValue(total) }
        if report == .indexes {
            json["Table"] = units(table)
            for (member, indexes) in [
                ("LocalSecondaryIndexes", localIndexes), ("GlobalSecondaryIndexes", globalIndexes),
            ] where !indexes.isEmpty {
                json[member] = .object(JSONObject(indexes.sorted { $0.key < $1.key }.map { ($0.key, units($0.value)) }))
            }
        }
        return .object(json)
    }

    private func units(_ units: Double) -> JSONValue {
        var json: JSONObject = ["CapacityUnits": JSONValue(units)]
        if isTransactional { json[kind.rawValue] = JSONValue(units) }
        return .object(json)
    }
}
