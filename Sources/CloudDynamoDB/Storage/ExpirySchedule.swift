import CloudCore
import GRDB
import Synchronization

/// Removes items whose time to live has ended, by the cloud's clock.
///
/// One timer waits for the item that expires first. DynamoDB takes up to two days; here it is the second that the item
/// names. Items that expired more than five years ago are left alone, as in DynamoDB.
final class ExpirySchedule: Sendable {
    /// Items that are removed in one transaction, so that requests are not held up.
    private static let batchSize = 500
    private static let oldest = Duration.seconds(5 * 365 * 86400)

    private let database: StoreDatabase
    private let catalog: TableCatalog
    private let clock: CloudClock
    private let changeLog: (any ItemChangeLog)?
    private let timer = Mutex<(due: Int64, id: CloudClock.TimerID)?>(nil)

    init(database: StoreDatabase, catalog: TableCatalog, clock: CloudClock, changeLog: (any ItemChangeLog)?) {
        self.database = database
        self.catalog = catalog
        self.clock = clock
        self.changeLog = changeLog
    }

    /// Sets the timer for what is in the store.
    func start() throws { try arm() }

    /// Looks again for what expires first, after items, or the time to live of a table, changed.
    func itemsChanged() {
        guard catalog.hasTimeToLive || timer.withLock({ $0 != nil }) else { return }
        // A failed read leaves the timer as it is; the next change looks again.
        try? arm()
    }

    /// Reads and sets the timer under one lock: of two that do, the one that read later also sets later.
    private func arm() throws {
        try timer.withLock { timer in
            let oldest = (clock.now - Self.oldest).seconds
            let due = try database.read { database in
                try database.first("SELECT MIN(due) FROM expiries WHERE due > ?", .integer(oldest)) { row in
                    row.isNull(0) ? nil : row.integer(0)
                } ?? nil
            }
            guard timer?.due != due else { return }
            if let timer { clock.cancel(timer.id) }
            timer = due.map { due in
                (due, clock.schedule(at: Timestamp(seconds: due)) { [weak self] in await self?.expire() })
            }
        }
    }

    /// Removes what has expired.
    private func expire() async {
        timer.withLock { $0 = nil }
        while let count = try? await expireBatch(), count == Self.batchSize {}
        try? arm()
    }

    private func expireBatch() async throws -> Int {
        let now = clock.now
        return try await database.write { [catalog, changeLog] database in
            let due = try Row.fetchAll(
                database,
                sql: """
                    SELECT item_id, table_number, due FROM expiries
                    WHERE due > ? AND due <= ? ORDER BY due, item_id LIMIT ?
                    """,
                arguments: [(now - Self.oldest).seconds, now.seconds, Self.batchSize])
            let tables = Dictionary(uniqueKeysWithValues: catalog.all.map { ($0.number, $0) })
            for row in due {
                let (id, tableNumber, moment): (Int64, Int64, Int64) = (row[0], row[1], row[2])
                guard let table = tables[tableNumber],
                    let (place, item) = try Self.item(id, database)
                else {
                    try database.run(
                        "DELETE FROM expiries WHERE due = ? AND item_id = ?", .integer(moment), .integer(id))
                    continue
                }
                var writer = ItemWriter(database: database, table: table, changeLog: changeLog)
                writer.origin = .expiry
                try writer.replace(item, with: nil, at: place)
            }
            return due.count
        }
    }

    private static func item(_ id: Int64, _ database: Database) throws -> (ItemPlace, StoredItem)? {
        try database.first("SELECT hash_key, sort_key, size, item FROM items WHERE id = ?", .integer(id)) { row in
            (
                ItemPlace(partition: row.bytes(0), sort: row.bytes(1)),
                StoredItem(row: id, size: Int(row.integer(2)), bytes: row.bytes(3))
            )
        }
    }
}
