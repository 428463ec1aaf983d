import CloudCore
import Foundation
import GRDB
import NIOCore

/// An asynchronous call that is not done yet.
struct QueuedEvent: Sendable, Equatable {
    /// The row; nil before it is stored.
    var id: Int64?
    var requestID: String
    var function: String
    var qualifier: String?
    var payload: ByteBuffer
    var traceID: String
    /// The tenant that it is handled for.
    var tenantID: String?
    var source: String
    var enqueued: Timestamp
    /// When it is tried next.
    var due: Timestamp
    /// Attempts that the function has failed.
    var failures = 0
    /// Attempts that were refused for want of capacity, since the last that was not.
    var refusals = 0

    /// The table that events are kept in.
    static let schema = """
        CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT, requestID TEXT NOT NULL, function TEXT NOT NULL, qualifier TEXT,
            payload BLOB NOT NULL, traceID TEXT NOT NULL, source TEXT NOT NULL, enqueued INTEGER NOT NULL,
            due INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0, refusals INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX eventsByDue ON events (function, due, id);
        """
    /// What stores from before events had tenants lack.
    static let tenantColumn = "ALTER TABLE events ADD COLUMN tenantID TEXT"

    init(
        requestID: String, function: String, qualifier: String?, payload: ByteBuffer, traceID: String,
        tenantID: String? = nil, source: String, enqueued: Timestamp, due: Timestamp
    ) {
        self.requestID = requestID
        self.function = function
        self.qualifier = qualifier
        self.payload = payload
        self.traceID = traceID
        self.tenantID = tenantID
        self.source = source
        self.enqueued = enqueued
        self.due = due
    }

    init(_ row: Row) {
        id = row["id"]
        requestID = row["requestID"]
        function = row["function"]
        qualifier = row["qualifier"]
        let bytes: Data = row["payload"]
        payload = ByteBuffer(bytes: bytes)
        traceID = row["traceID"]
        tenantID = row["tenantID"]
        source = row["source"]
        enqueued = Timestamp(milliseconds: row["enqueued"])
        due = Timestamp(milliseconds: row["due"])
        failures = row["failures"]
        refusals = row["refusals"]
    }

    func insert(_ database: Database) throws {
        let bytes = Data(payload.readableBytesView)
        try database.cachedStatement(
            sql: """
                INSERT INTO events (requestID, function, qualifier, payload, traceID, tenantID, source, enqueued, due)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            requestID, function, qualifier, bytes, traceID, tenantID, source, enqueued.milliseconds, due.milliseconds,
        ])
    }
}
