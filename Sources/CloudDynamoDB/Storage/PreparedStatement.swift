import GRDB
import GRDBSQLite

/// A statement that the connection keeps prepared, driven directly: item bytes go from SQLite's page into the answer
/// with one copy, and nothing is boxed on the way.
///
/// One use at a time; ``reset()`` ends it and lets go of the read.
struct PreparedStatement {
    private let statement: Statement
    private let pointer: OpaquePointer
    private let connection: OpaquePointer?

    init(_ database: Database, _ sql: String) throws {
        statement = try database.cachedStatement(sql: sql)
        pointer = statement.sqliteStatement
        connection = database.sqliteConnection
        sqlite3_reset(pointer)
    }

    func bind(_ index: Int, _ value: Int64) throws {
        try check(sqlite3_bind_int64(pointer, Int32(index), value))
    }

    func bind(_ index: Int, _ bytes: [UInt8]) throws {
        // SQLITE_TRANSIENT: SQLite takes a copy.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        try check(
            bytes.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.map {
                    sqlite3_bind_blob64(pointer, Int32(index), $0, UInt64(buffer.count), transient)
                }
                    ?? sqlite3_bind_zeroblob(pointer, Int32(index), 0)
            })
    }

    func bind(_ index: Int, _ argument: Argument) throws {
        switch argument {
        case .integer(let value): try bind(index, value)
        case .bytes(let bytes): try bind(index, bytes)
        }
    }

    /// A value that a statement is run with.
    enum Argument: Sendable {
        case integer(Int64)
        case bytes([UInt8])
    }

    /// Goes to the next row; false at the end.
    func step() throws -> Bool {
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        try check(code)
        return false
    }

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(pointer, Int32(column)) }

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL }

    /// The bytes of a column, valid until the next step.
    func withBytes<Outcome>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Outcome) rethrows -> Outcome {
        let start = sqlite3_column_blob(pointer, Int32(column))
        return try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, Int32(column)))))
    }

    func bytes(_ column: Int) -> [UInt8] { withBytes(column) { Array($0) } }

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
    func run(_ sql: String, _ arguments: PreparedStatement.Argument...) throws {
        let statement = try PreparedStatement(self, sql)
        defer { statement.reset() }
        for (index, argument) in arguments.enumerated() { try statement.bind(index + 1, argument) }
        _ = try statement.step()
    }

    /// Runs a statement and reads its first row, if there is one.
    func first<Outcome>(
        _ sql: String, _ arguments: PreparedStatement.Argument..., read: (PreparedStatement) throws -> Outcome
    ) throws -> Outcome? {
        let statement = try PreparedStatement(self, sql)
        defer { statement.reset() }
        for (index, argument) in arguments.enumerated() { try statement.bind(index + 1, argument) }
        return try statement.step() ? read(statement) : nil
    }
}
