import CloudCore
import GRDB

/// The notifications that are yet to be delivered, one row for each destination of an event. A row is written in the
/// transaction that it tells of: once a request is answered, no crash loses it.
enum NotificationOutbox {
    /// A notification that waits.
    struct Entry: Sendable {
        var id: Int64
        var event: ObjectEvent
        var destination: NotificationDestination

        /// Grows with every event of the bucket.
        var sequencer: String {
            let digits = String(id, radix: 16, uppercase: true)
            return String(repeating: "0", count: max(0, 18 - digits.count)) + digits
        }
    }

    static func insert(_ announcement: Announcement, into database: Database) throws {
        let event = announcement.event
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO outbox (
                    name, bucket, key, size, etag, time, region, requestID, hostID, sourceAddress, destination,
                    configuration)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for destination in announcement.destinations {
            try statement.execute(arguments: [
                event.name.rawValue, event.bucket, event.key, event.size, event.etag, event.time.milliseconds,
                event.region, event.requestID, event.hostID, event.sourceAddress, destination.arn,
                destination.configurationID,
            ])
        }
    }

    /// What waits behind a place, in order.
    static func entries(after id: Int64, limit: Int, _ database: Database) throws -> [Entry] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, name, bucket, key, size, etag, time, region, requestID, hostID, sourceAddress, destination,
                    configuration
                FROM outbox WHERE id > ? ORDER BY id LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: [id, limit]).compactMap { row in
            guard let name = ObjectEvent.Name(rawValue: row[1]) else { return nil }
            let event = ObjectEvent(
                name: name, bucket: row[2], key: row[3], size: row[4], etag: row[5],
                time: Timestamp(milliseconds: row[6]), region: row[7], requestID: row[8], hostID: row[9],
                sourceAddress: row[10])
            return Entry(
                id: row[0], event: event,
                destination: NotificationDestination(arn: row[11], configurationID: row[12]))
        }
    }

    static func remove(_ ids: [Int64], from database: Database) throws {
        let statement = try database.cachedStatement(sql: "DELETE FROM outbox WHERE id = ?")
        for id in ids { try statement.execute(arguments: [id]) }
    }
}
