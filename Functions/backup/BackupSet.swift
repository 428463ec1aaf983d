import AWSClient
import JSONValue
import Pictures

/// The backups of both tables that were taken together; they have one name, a moment.
struct BackupSet: Sendable, Hashable {
    var name: String
    /// Of each table, the newest backup of this name.
    var parts: [DynamoDBBackup]
    /// The tables that a whole set has backups of.
    var tables: [String]

    /// Whether it can be restored from.
    var isWhole: Bool {
        tables.allSatisfy { table in parts.contains { $0.table == table && $0.status == .available } }
    }

    /// When its last part was made, by DynamoDB's clock.
    var created: Timestamp { Timestamp(milliseconds: parts.map(\.created).max() ?? .min) }

    func part(of table: String) -> DynamoDBBackup? { parts.first { $0.table == table } }

    /// The name of the sets that are taken at a moment: `20260131T080000Z`.
    static func name(at moment: Timestamp) -> String {
        String(moment.description.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    }

    /// Whether a name is one that this service gives; backups of other names are somebody else's.
    static func isName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard bytes.count == 16 else { return false }
        return bytes.indices.allSatisfy { index in
            switch index {
            case 8: bytes[index] == UInt8(ascii: "T")
            case 15: bytes[index] == UInt8(ascii: "Z")
            default: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index])
            }
        }
    }

    /// The sets that backups make up, the newest first.
    static func sets(of backups: [DynamoDBBackup], tables: [String]) -> [BackupSet] {
        let ours = backups.filter { isName($0.name) && $0.type == "USER" && $0.status != .deleted }
        return Dictionary(grouping: ours, by: \.name).map { name, parts in
            let newest = tables.compactMap { table in
                parts.filter { $0.table == table }.max { ($0.created, $0.arn) < ($1.created, $1.arn) }
            }
            return BackupSet(name: name, parts: newest, tables: tables)
        }.sorted { ($0.created, $0.name) > ($1.created, $1.name) }
    }

    /// The backups that go so that the newest sets remain. None goes before there is a whole set, and none that may still
    /// become part of one.
    ///
    /// - Parameters:
    ///   - taken: the set that was just taken; it stays, whatever the clocks say.
    ///   - protected: a set that is being restored from; it stays beside the others.
    static func superfluous(
        _ backups: [DynamoDBBackup], tables: [String], kept: Int, taken: String?, protected: String?
    ) -> [DynamoDBBackup] {
        let sets = sets(of: backups, tables: tables)
        let whole = sets.filter(\.isWhole)
        guard let newest = whole.first else { return [] }
        var names = whole.map(\.name).filter { $0 == taken }
        for set in whole where set.name != taken && names.count < kept { names.append(set.name) }
        if let protected { names.append(protected) }
        let half = sets.filter { set in
            !set.isWhole && (set.created >= newest.created || set.parts.contains { $0.status == .creating })
        }
        let stays = Set(sets.filter { names.contains($0.name) }.flatMap(\.parts).map(\.arn))
            .union(half.flatMap(\.parts).map(\.arn))
        return backups.filter { isName($0.name) && $0.type == "USER" && !stays.contains($0.arn) }
            .filter { $0.status == .available }
    }

    var document: JSONValue {
        [
            "name": .string(name), "createdAt": .string(created.description), "whole": .bool(isWhole),
            "tables": .array(
                parts.map { part in
                    [
                        "table": .string(part.table ?? ""), "arn": .string(part.arn),
                        "status": .string(part.status?.rawValue ?? "UNKNOWN"), "bytes": JSONValue(part.byteCount ?? 0),
                    ]
                }),
        ]
    }
}
