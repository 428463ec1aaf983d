import GRDB
import GRDBSQLite

/// A statement that the connection keeps prepared, driven directly: values are bound and read without being boxed.
///
/// One use at a time; ``reset()`` ends it.
struct BoundStatement {
    /// A value that a statement is run with.
    enum Argument: Sendable {
        case integer(Int64)
        case text(String)
        case bytes([UInt8])
        case null

        init(_ text: String?) { self = text.map(Argument.text) ?? .null }
        init(_ bytes: [UInt8]?) { self = bytes.map(Argument.bytes) ?? .null }
    }

    private let statement: Statement
    private let pointer: OpaquePointer
    private let connection: OpaquePointer?

    init(_ database: Database, _ sql: String, _ arguments: [Argument]) throws {
        statement = try database.cachedStatement(sql: sql)
        pointer = statement.sqliteStatement
        connection = database.sqliteConnection
        sqlite3_reset(pointer)
        for (index, argument) in arguments.enumerated() { try bind(Int32(index + 1), argument) }
    }

    private func bind(_ index: Int32, _ argument: Argument) throws {
        // SQLITE_TRANSIENT: SQLite takes a copy.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let code: Int32
        switch argument {
        case .integer(let value): code = sqlite3_bind_int64(pointer, index, value)
        case .null: code = sqlite3_bind_null(pointer, index)
        case .text(var text):
            code = text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text(pointer, index, $0.baseAddress, Int32($0.count), transient)
                }
            }
        case .bytes(let bytes):
            code = bytes.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.map { sqlite3_bind_blob64(pointer, index, $0, UInt64(buffer.count), transient) }
                    ?? sqlite3_bind_zeroblob(pointer, index, 0)
            }
        }
        try check(code)
    }

    /// Goes to the next row; false at the end.
    func step() throws -> Bool {
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        try check(code)
        return false
    }

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(pointer, Int32(column)) }

    func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(pointer, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(pointer, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    func bytes(_ column: Int) -> [UInt8] {
        let start = sqlite3_column_blob(pointer, Int32(column))
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, Int32(column)))))
    }

    func reset() { sqlite3_reset(pointer) }

    private func check(_ code: Int32) throws {
        guard code != SQLITE_OK else { return }
        let message = connection.map { String(cString: sqlite3_errmsg($0)) }
        sqlite3_reset(pointer)
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
    }
}

extension Database {
    /// Runs a statement that answers nothing.
    func run(_ sql: String, _ arguments: BoundStatement.Argument...) throws {
        let statement = try BoundStatement(self, sql, arguments)
        defer { statement.reset() }
        _ = try statement.step()
    }

    /// Runs a statement and reads its first row, if there is one.
    func first<Outcome>(
        _ sql: String, _ arguments: BoundStatement.Argument..., read: (BoundStatement) throws -> Outcome
    ) throws -> Outcome? {
        let statement = try BoundStatement(self, sql, arguments)
        defer { statement.reset() }
        return try statement.step() ? read(statement) : nil
    }

    /// Runs a statement and reads all of its rows.
    func each(
        _ sql: String, _ arguments: BoundStatement.Argument..., read: (BoundStatement) throws -> Void
    ) throws {
        let statement = try BoundStatement(self, sql, arguments)
        defer { statement.reset() }
        while try statement.step() { try read(statement) }
    }
}
