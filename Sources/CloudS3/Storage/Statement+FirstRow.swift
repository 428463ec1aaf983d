import GRDB

extension Statement {
    /// Reads the first row without copying it; nil where there is none.
    func firstRow<Value>(_ arguments: StatementArguments, _ read: (Row) throws -> Value) throws -> Value? {
        let rows = try Row.fetchCursor(self, arguments: arguments)
        // A row is valid while its cursor lives, which ends with its last use.
        return try withExtendedLifetime(rows) { try rows.next().map(read) }
    }
}
