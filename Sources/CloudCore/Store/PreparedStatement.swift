import GRDB
import GRDBSQLite

/// A statement that its connection keeps prepared, driven directly: what is bound and read goes between SQLite's pages and
/// Swift with one copy, and nothing is boxed on the way. For the hot paths of services; elsewhere GRDB's own calls serve.
///
/// One use at a time; ``reset()`` ends it and lets go of the read.
public struct PreparedStatement {
    /// A value that a statement is run with.
    public enum Argument: Sendable {
        /// A whole number.
        case integer(Int64)
        /// A text.
        case text(String)
        /// Bytes, as they are.
        case bytes([UInt8])
        /// No value.
        case null

        /// A number, or no value.
        public init(_ number: Int64?) { self = number.map(Argument.integer) ?? .null }
        /// A text, or no value.
        public init(_ text: String?) { self = text.map(Argument.text) ?? .null }
        /// Bytes, or no value.
        public init(_ bytes: [UInt8]?) { self = bytes.map(Argument.bytes) ?? .null }
    }

    @usableFromInline let statement: Statement
    @usableFromInline let pointer: OpaquePointer
    @usableFromInline let connection: OpaquePointer?

    /// Prepares a statement, or takes the one that the connection has prepared before.
    ///
    /// - Throws: SQLite's errors.
    public init(_ database: Database, _ sql: String) throws {
        statement = try database.cachedStatement(sql: sql)
        pointer = statement.sqliteStatement
        connection = database.sqliteConnection
        sqlite3_reset(pointer)
    }

    /// Prepares a statement and binds its arguments in turn.
    ///
    /// - Throws: SQLite's errors.
    public init(_ database: Database, _ sql: String, _ arguments: [Argument]) throws {
        try self.init(database, sql)
        for (index, argument) in arguments.enumerated() { try bind(index + 1, argument) }
    }

    /// Binds a number; the first index is 1.
    public func bind(_ index: Int, _ value: Int64) throws {
        try check(sqlite3_bind_int64(pointer, Int32(index), value))
    }

    /// Binds bytes; the first index is 1.
    public func bind(_ index: Int, _ bytes: [UInt8]) throws {
        try check(
            bytes.withUnsafeBufferPointer { buffer in
                // No bytes have no address, which would be taken for NULL.
                buffer.baseAddress.map {
                    sqlite3_bind_blob64(pointer, Int32(index), $0, UInt64(buffer.count), Self.copied)
                } ?? sqlite3_bind_zeroblob(pointer, Int32(index), 0)
            })
    }

    /// Binds a text; the first index is 1.
    public func bind(_ index: Int, _ text: String) throws {
        var text = text
        try check(
            text.withUTF8 { bytes in
                guard let start = bytes.baseAddress else {
                    return sqlite3_bind_text(pointer, Int32(index), "", 0, Self.copied)
                }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text(pointer, Int32(index), $0, Int32(bytes.count), Self.copied)
                }
            })
    }

    /// Binds a value; the first index is 1.
    public func bind(_ index: Int, _ argument: Argument) throws {
        switch argument {
        case .integer(let value): try bind(index, value)
        case .text(let text): try bind(index, text)
        case .bytes(let bytes): try bind(index, bytes)
        case .null: try check(sqlite3_bind_null(pointer, Int32(index)))
        }
    }

    /// `SQLITE_TRANSIENT`: SQLite takes a copy.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    /// Goes to the next row; false at the end.
    public func step() throws -> Bool {
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        try check(code)
        return false
    }

    /// Whether a column has no value; the first column is 0.
    public func isNull(_ column: Int) -> Bool { sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL }

    /// The number in a column; 0 for no value.
    public func integer(_ column: Int) -> Int64 { sqlite3_column_int64(pointer, Int32(column)) }

    /// The number in a column; nil for no value.
    public func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    /// The text in a column; empty for no value.
    public func text(_ column: Int) -> String { String(decoding: textBytes(column), as: UTF8.self) }

    /// The text in a column; nil for no value.
    public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    /// The bytes of a text, valid until the next step.
    public func textBytes(_ column: Int) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_text(pointer, Int32(column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, Int32(column))))
    }

    /// The bytes of a column, valid until the next step.
    @inlinable
    public func withBytes<Outcome>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Outcome) rethrows
        -> Outcome
    {
        try body(blob(column))
    }

    @usableFromInline
    func blob(_ column: Int) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(pointer, Int32(column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, Int32(column))))
    }

    /// A copy of the bytes of a column.
    public func bytes(_ column: Int) -> [UInt8] { Array(blob(column)) }

    /// Ends a use; another can begin.
    public func reset() { sqlite3_reset(pointer) }

    private func check(_ code: Int32) throws {
        guard code != SQLITE_OK else { return }
        let message = connection.map { String(cString: sqlite3_errmsg($0)) }
        sqlite3_reset(pointer)
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
    }
}

extension Database {
    /// Runs a statement that answers nothing.
    public func run(_ sql: String, _ arguments: PreparedStatement.Argument...) throws {
        let statement = try PreparedStatement(self, sql, arguments)
        defer { statement.reset() }
        _ = try statement.step()
    }

    /// Runs a statement and reads its first row, if there is one.
    @inlinable
    public func first<Outcome>(
        _ sql: String, _ arguments: PreparedStatement.Argument..., read: (PreparedStatement) throws -> Outcome
    ) throws -> Outcome? {
        let statement = try PreparedStatement(self, sql, arguments)
        defer { statement.reset() }
        return try statement.step() ? read(statement) : nil
    }

    /// Runs a statement and reads all of its rows.
    public func each(
        _ sql: String, _ arguments: PreparedStatement.Argument..., read: (PreparedStatement) throws -> Void
    ) throws {
        let statement = try PreparedStatement(self, sql, arguments)
        defer { statement.reset() }
        while try statement.step() { try read(statement) }
    }

    /// Runs a statement and reads its rows, until `read` answers false.
    public func each(
        _ sql: String, _ arguments: [PreparedStatement.Argument], while read: (PreparedStatement) throws -> Bool
    ) throws {
        let statement = try PreparedStatement(self, sql, arguments)
        defer { statement.reset() }
        while try statement.step() { if try !read(statement) { return } }
    }
}
