import GRDB
import GRDBSQLite

/// A statement that its connection keeps prepared, driven directly: a log's lines are bound and read by the hundred
/// thousand, without being boxed. One use at a time.
struct PreparedStatement {
    /// A value that a statement is run with.
    enum Argument: Sendable {
        case integer(Int64)
        case text(String)
        case null

        init(_ number: Int64?) { self = number.map(Argument.integer) ?? .null }
        init(_ text: String?) { self = text.map(Argument.text) ?? .null }
    }

    private let statement: Statement
    private let pointer: OpaquePointer
    private let connection: OpaquePointer?

    init(_ database: Database, _ sql: String) throws {
        statement = try database.cachedStatement(sql: sql)
        pointer = statement.sqliteStatement
        connection = database.sqliteConnection
        sqlite3_reset(pointer)
    }

    func bind(_ arguments: [Argument]) throws {
        for (index, argument) in arguments.enumerated() { try bind(argument, at: Int32(index + 1)) }
    }

    private func bind(_ argument: Argument, at index: Int32) throws {
        let code: Int32
        switch argument {
        case .integer(let value): code = sqlite3_bind_int64(pointer, index, value)
        case .null: code = sqlite3_bind_null(pointer, index)
        case .text(var text):
            // SQLITE_TRANSIENT: SQLite takes a copy.
            let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            code = text.withUTF8 { bytes in
                // An empty text has no address, which would be taken for NULL.
                guard let start = bytes.baseAddress else { return sqlite3_bind_text(pointer, index, "", 0, transient) }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text(pointer, index, $0, Int32(bytes.count), transient)
                }
            }
        }
        try check(code)
    }

    /// Goes to the next row; false at the end.
    func step() throws -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            try check(code)
            return false
        }
    }

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(pointer, Int32(column)) }

    func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    /// The bytes of a text, until the next step.
    func bytes(_ column: Int) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_text(pointer, Int32(column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, Int32(column))))
    }

    /// Ends a use; another can begin.
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
        try statement.bind(arguments)
        _ = try statement.step()
    }

    /// Runs a statement and reads its first row, if there is one.
    func first<Outcome>(
        _ sql: String, _ arguments: PreparedStatement.Argument..., read: (PreparedStatement) throws -> Outcome
    ) throws -> Outcome? {
        let statement = try PreparedStatement(self, sql)
        defer { statement.reset() }
        try statement.bind(arguments)
        return try statement.step() ? read(statement) : nil
    }

    /// Runs a statement and reads its rows, until `read` returns false.
    func each(
        _ sql: String, _ arguments: [PreparedStatement.Argument], read: (PreparedStatement) throws -> Bool
    ) throws {
        let statement = try PreparedStatement(self, sql)
        defer { statement.reset() }
        try statement.bind(arguments)
        while try statement.step() { if try !read(statement) { return } }
    }
}
