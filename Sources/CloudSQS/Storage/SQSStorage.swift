import CloudCore
import Digests
import GRDB
import JSONValue
import Synchronization

/// What the service keeps: everything in its database, and in memory all but the contents of messages.
///
/// The catalog in memory changes inside the transaction that writes the same change, on the one thread on which
/// transactions run: so that changes happen in one order, in memory as in the store, and what a caller is told was
/// committed before. Where a transaction fails, the catalog is read anew before the next.
final class SQSStorage: Sendable {
    let database: StoreDatabase
    let catalog: Mutex<QueueCatalog>
    /// The key that receipt handles are signed with.
    let handleKey: [UInt8]
    private let identity: CloudIdentity
    private let isOutdated = Atomic(false)

    /// Numbers of messages that a process sets aside at a time: none is ever given twice, crash or not.
    private static let rowBlock: Int64 = 1_000_000

    init(store: Store, identity: CloudIdentity, identifiers: IdentifierSource) throws {
        self.identity = identity
        database = try store.database("sqs", migrator: SQSSchema.migrator)
        let (catalog, key) = try database.writeNow { database in
            let key = try database.first("SELECT value FROM settings WHERE name = 'handleKey'") { $0.bytes(0) }
            let newKey = identifiers.bytes(32)
            if key == nil {
                try database.run("INSERT INTO settings (name, value) VALUES ('handleKey', ?)", .bytes(newKey))
            }
            return (try Self.load(database, identity: identity), key ?? newKey)
        }
        self.catalog = Mutex(catalog)
        handleKey = key
    }

    /// Makes a change to the store and to the catalog.
    ///
    /// The change must not touch the catalog before it throws a ``ServiceError``: nothing is read anew for that.
    func write<Value: Sendable>(_ change: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await database.write { [self] database in
                if isOutdated.exchange(false, ordering: .acquiringAndReleasing) {
                    let fresh = try Self.load(database, identity: identity)
                    catalog.withLock { $0 = fresh }
                }
                return try change(database)
            }
        } catch let error as ServiceError {
            throw error
        } catch {
            isOutdated.store(true, ordering: .releasing)
            throw error
        }
    }

    /// The catalog and the store say different things: after a transaction that failed, before it was read anew.
    struct Disagreement: Error {}

    // MARK: Loading

    private static func load(_ database: Database, identity: CloudIdentity) throws -> QueueCatalog {
        var catalog = QueueCatalog()
        try database.each("SELECT number, name, created, modified, purged, attributes, tags FROM queues") { row in
            catalog.insert(
                QueueState(
                    number: row.integer(0), name: row.text(1), arn: identity.arn("sqs", row.text(1)),
                    created: row.integer(2), modified: row.integer(3), purged: row.optionalInteger(4),
                    attributes: QueueAttributes(stored: row.text(5)),
                    tags: (try? JSONValue(parsing: row.text(6)))?.object?.texts ?? [:]))
        }
        try database.each("SELECT name, deleted FROM deletedQueues") { catalog.deleted[$0.text(0)] = $0.integer(1) }
        try database.each(
            """
            SELECT id, queue, ordinal, sent, retained, visible, phase, receives, receipt, firstReceived, received,
                messageGroup, source
            FROM messages ORDER BY ordinal
            """
        ) { row in
            catalog[row.integer(1)]?.insert(
                MessageEntry(
                    row: row.integer(0), ordinal: row.integer(2), sent: row.integer(3), retained: row.integer(4),
                    visible: row.integer(5), phase: MessageEntry.Phase(rawValue: row.integer(6)) ?? .ready,
                    receives: row.integer(7), receipt: row.integer(8), firstReceived: row.optionalInteger(9),
                    received: row.optionalInteger(10), group: row.optionalText(11), source: row.optionalText(12)))
        }
        try database.each("SELECT queue, key, expires, messageID, ordinal FROM deduplications") { row in
            catalog[row.integer(0)]?.deduplication.remember(
                row.text(1),
                DeduplicationWindow.Sent(messageID: row.text(3), ordinal: row.integer(4), expires: row.integer(2)))
        }
        try database.each(
            """
            SELECT id, source, destination, rate, started, total, moved, status, failure FROM moveTasks ORDER BY started
            """
        ) { row in
            catalog.moveTasks.append(
                MoveTask(
                    id: row.text(0), source: row.text(1), destination: row.optionalText(2),
                    rate: row.optionalInteger(3).map(Int.init), started: row.integer(4), total: Int(row.integer(5)),
                    moved: Int(row.integer(6)), status: MoveTask.Status(rawValue: row.text(7)) ?? .failed,
                    failure: row.optionalText(8)))
        }
        catalog.nextRow =
            try database.first("SELECT value FROM settings WHERE name = 'nextRow'") { $0.integer(0) } ?? 1
        // No less than what is in use, whatever became of the number that was set aside.
        let used = try database.first("SELECT max(max(id), max(ordinal)) FROM messages") { $0.integer(0) } ?? 0
        catalog.nextRow = max(catalog.nextRow, used + 1)
        catalog.rowLimit = catalog.nextRow
        try reserveRows(&catalog, database)
        return catalog
    }

    /// Sees to it that there are numbers for the messages of a request.
    static func reserveRows(_ catalog: inout QueueCatalog, _ database: Database) throws {
        guard catalog.rowLimit - catalog.nextRow < 1000 else { return }
        let limit = catalog.nextRow + rowBlock
        try database.run("INSERT OR REPLACE INTO settings (name, value) VALUES ('nextRow', ?)", .integer(limit))
        catalog.rowLimit = limit
    }

    // MARK: Messages

    static func insert(_ entry: MessageEntry, _ content: MessageContent, queue: Int64, _ database: Database) throws {
        try database.run(
            """
            INSERT INTO messages (id, queue, ordinal, sent, retained, visible, phase, receives, receipt, messageGroup)
            VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?)
            """,
            .integer(entry.row), .integer(queue), .integer(entry.ordinal), .integer(entry.sent),
            .integer(entry.retained), .integer(entry.visible), .integer(entry.phase.rawValue), .init(entry.group))
        try database.run(
            """
            INSERT INTO contents (id, messageID, body, digest, sender, attributes, messageGroup, deduplication, trace)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .integer(entry.row), .text(content.messageID), .text(content.body), .text(content.digest),
            .text(content.sender), .init(content.attributes), .init(content.group), .init(content.deduplicationID),
            .init(content.trace))
    }

    /// Writes how a message stands.
    static func update(_ entry: MessageEntry, _ database: Database) throws {
        try database.run(
            """
            UPDATE messages SET visible = ?, phase = ?, receives = ?, receipt = ?, firstReceived = ?, received = ?
            WHERE id = ?
            """,
            .integer(entry.visible), .integer(entry.phase.rawValue), .integer(entry.receives),
            .integer(entry.receipt), entry.firstReceived.map { .integer($0) } ?? .null,
            entry.received.map { .integer($0) } ?? .null, .integer(entry.row))
    }

    /// Writes that a message is in another queue now.
    static func move(_ entry: MessageEntry, to queue: Int64, _ database: Database) throws {
        try database.run(
            """
            UPDATE messages SET queue = ?, ordinal = ?, sent = ?, retained = ?, visible = ?, phase = ?, receives = ?,
                firstReceived = ?, source = ?
            WHERE id = ?
            """,
            .integer(queue), .integer(entry.ordinal), .integer(entry.sent), .integer(entry.retained),
            .integer(entry.visible), .integer(entry.phase.rawValue), .integer(entry.receives),
            entry.firstReceived.map { .integer($0) } ?? .null, .init(entry.source), .integer(entry.row))
    }

    static func delete(_ row: Int64, _ database: Database) throws {
        try database.run("DELETE FROM messages WHERE id = ?", .integer(row))
        try database.run("DELETE FROM contents WHERE id = ?", .integer(row))
    }

    /// Removes all messages of a queue.
    static func deleteMessages(of queue: Int64, _ database: Database) throws {
        try database.run("DELETE FROM contents WHERE id IN (SELECT id FROM messages WHERE queue = ?)", .integer(queue))
        try database.run("DELETE FROM messages WHERE queue = ?", .integer(queue))
    }

    static func content(of row: Int64, _ database: Database) throws -> MessageContent? {
        try database.first(
            """
            SELECT messageID, body, digest, sender, attributes, messageGroup, deduplication, trace FROM contents
            WHERE id = ?
            """, .integer(row)
        ) { row in
            MessageContent(
                messageID: row.text(0), body: row.text(1), digest: row.text(2), sender: row.text(3),
                attributes: row.optionalText(4), group: row.optionalText(5), deduplicationID: row.optionalText(6),
                trace: row.optionalText(7))
        }
    }

    // MARK: Queues and tasks

    static func insert(_ task: MoveTask, _ database: Database) throws {
        try database.run(
            """
            INSERT INTO moveTasks (id, source, destination, rate, started, total, moved, status)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, .text(task.id), .text(task.source), .init(task.destination),
            task.rate.map { .integer(Int64($0)) } ?? .null, .integer(task.started), .integer(Int64(task.total)),
            .integer(Int64(task.moved)), .text(task.status.rawValue))
        // SQS remembers ten of a queue.
        try database.run(
            """
            DELETE FROM moveTasks WHERE source = ? AND status <> 'RUNNING' AND id NOT IN
                (SELECT id FROM moveTasks WHERE source = ? ORDER BY started DESC LIMIT 10)
            """, .text(task.source), .text(task.source))
    }

    static func update(_ task: MoveTask, _ database: Database) throws {
        try database.run(
            "UPDATE moveTasks SET moved = ?, status = ?, failure = ? WHERE id = ?", .integer(Int64(task.moved)),
            .text(task.status.rawValue), .init(task.failure), .text(task.id))
    }

    static func update(_ queue: QueueFacts, modified: Int64, _ database: Database) throws {
        try database.run(
            "UPDATE queues SET attributes = ?, modified = ? WHERE number = ?", .text(queue.attributes.storedText),
            .integer(modified), .integer(queue.number))
    }
}
