import CloudCore
import Foundation
import GRDB

/// Published versions and aliases, in the store.
extension FunctionStore {
    /// A version as it is kept.
    struct StoredVersion {
        var configuration: FunctionConfiguration
        var published: Timestamp
        var revision: String
    }

    func versions(of function: String) throws -> [StoredVersion] {
        try database.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM versions WHERE function = ? ORDER BY number", arguments: [function]
            ).map { row in
                let bytes: Data = row["configuration"]
                return StoredVersion(
                    configuration: try JSONDecoder().decode(FunctionConfiguration.self, from: bytes),
                    published: Timestamp(milliseconds: row["published"]), revision: row["revision"])
            }
        }
    }

    /// The number that the next version gets.
    func nextVersionNumber(of function: String) throws -> Int {
        try database.read { database in
            try Int.fetchOne(database, sql: "SELECT last FROM versionNumbers WHERE function = ?", arguments: [function])
                ?? 0
        } + 1
    }

    func save(_ version: StoredVersion, number: Int) async throws {
        let bytes = try JSONEncoder().encode(version.configuration)
        let function = version.configuration.name
        try await database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO versions (function, number, configuration, published, revision) VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [function, number, bytes, version.published.milliseconds, version.revision])
            try database.execute(
                sql: "INSERT OR REPLACE INTO versionNumbers (function, last) VALUES (?, ?)",
                arguments: [function, number])
        }
    }

    func deleteVersion(_ number: Int, of function: String) async throws {
        try await database.write { database in
            try database.execute(
                sql: "DELETE FROM versions WHERE function = ? AND number = ?", arguments: [function, number])
        }
    }

    func aliases(of function: String) throws -> [FunctionAlias] {
        try database.read { database in
            try Data.fetchAll(
                database, sql: "SELECT alias FROM aliases WHERE function = ? ORDER BY name", arguments: [function]
            ).map { try JSONDecoder().decode(FunctionAlias.self, from: $0) }
        }
    }

    func save(_ alias: FunctionAlias, of function: String) async throws {
        let bytes = try JSONEncoder().encode(alias)
        try await database.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO aliases (function, name, alias) VALUES (?, ?, ?)",
                arguments: [function, alias.name, bytes])
        }
    }

    func deleteAlias(_ name: String, of function: String) async throws {
        try await database.write { database in
            try database.execute(
                sql: "DELETE FROM aliases WHERE function = ? AND name = ?", arguments: [function, name])
        }
    }
}
