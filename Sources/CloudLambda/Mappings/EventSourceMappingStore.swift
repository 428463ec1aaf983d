import CloudCore
import Foundation
import GRDB

/// A mapping with what the store knows beside it.
struct StoredMapping: Sendable, Equatable {
    /// Counts up with every mapping that is made: the order of lists.
    var number: Int64
    /// Counts up with every change.
    var revision: Int64
    var mapping: EventSourceMapping
    /// When it was last changed.
    var modified: Timestamp
    /// As a template declares it; nil where it was made through the API.
    var declaration: EventSourceMappingDeclaration?
}

/// All mappings, in the store.
struct EventSourceMappingStore: Sendable {
    /// Another mapping has the same queue and function.
    struct Duplicate: Error {
        var id: String
    }

    let database: StoreDatabase

    static let schema = """
        CREATE TABLE eventSourceMappings (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
            function TEXT NOT NULL, mapping BLOB NOT NULL, declared TEXT UNIQUE, declaration BLOB,
            modified INTEGER NOT NULL, revision INTEGER NOT NULL DEFAULT 1, UNIQUE (source, function)
        );
        """

    func all() throws -> [StoredMapping] {
        try database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM eventSourceMappings ORDER BY number").map(Self.mapping)
        }
    }

    /// Takes in a mapping.
    ///
    /// - Throws: ``Duplicate``; SQLite's errors.
    func insert(
        _ mapping: EventSourceMapping, declaration: EventSourceMappingDeclaration? = nil, modified: Timestamp
    ) async throws -> StoredMapping {
        try await database.write { database in
            try Self.refuseDuplicate(of: mapping, database)
            try database.execute(
                sql: """
                    INSERT INTO eventSourceMappings (id, source, function, mapping, declared, declaration, modified)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    mapping.id, mapping.source, mapping.functionARN, try JSONEncoder().encode(mapping),
                    declaration?.name, try declaration.map { try JSONEncoder().encode($0) }, modified.milliseconds,
                ])
            return StoredMapping(
                number: database.lastInsertedRowID, revision: 1, mapping: mapping, modified: modified,
                declaration: declaration)
        }
    }

    /// Changes a mapping as it is at that moment. Nil where it is no longer there.
    ///
    /// - Throws: ``Duplicate``; what `change` throws; SQLite's errors.
    func update(
        _ id: String, modified: Timestamp, _ change: @escaping @Sendable (inout StoredMapping) throws -> Void
    ) async throws -> (old: StoredMapping, new: StoredMapping)? {
        try await database.write { database in
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT * FROM eventSourceMappings WHERE id = ?", arguments: [id])
            else { return nil }
            let old = try Self.mapping(row)
            var new = old
            try change(&new)
            new.revision += 1
            new.modified = modified
            try Self.refuseDuplicate(of: new.mapping, database)
            try database.execute(
                sql: """
                    UPDATE eventSourceMappings SET source = ?, function = ?, mapping = ?, declared = ?, declaration = ?,
                        modified = ?, revision = ? WHERE id = ?
                    """,
                arguments: [
                    new.mapping.source, new.mapping.functionARN, try JSONEncoder().encode(new.mapping),
                    new.declaration?.name, try new.declaration.map { try JSONEncoder().encode($0) },
                    modified.milliseconds, new.revision, id,
                ])
            return (old, new)
        }
    }

    /// Forgets a mapping. Answers whether it was there.
    func delete(_ id: String) async throws -> Bool {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM eventSourceMappings WHERE id = ?", arguments: [id])
            return database.changesCount > 0
        }
    }

    private static func refuseDuplicate(of mapping: EventSourceMapping, _ database: Database) throws {
        let known = try String.fetchOne(
            database, sql: "SELECT id FROM eventSourceMappings WHERE source = ? AND function = ? AND id <> ?",
            arguments: [mapping.source, mapping.functionARN, mapping.id])
        if let known { throw Duplicate(id: known) }
    }

    private static func mapping(_ row: Row) throws -> StoredMapping {
        let bytes: Data = row["mapping"]
        let declaration: Data? = row["declaration"]
        return StoredMapping(
            number: row["number"], revision: row["revision"],
            mapping: try JSONDecoder().decode(EventSourceMapping.self, from: bytes),
            modified: Timestamp(milliseconds: row["modified"]),
            declaration: try declaration.map {
                try JSONDecoder().decode(EventSourceMappingDeclaration.self, from: $0)
            })
    }
}
