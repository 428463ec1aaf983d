import AWSClient

/// The table `Settings`: a row a subject, by its name. Rows that people write (`sweeper`, `backup`) change what functions
/// do without a deployment; rows that functions write (`sweeper.cursor`, `backup.restore`) carry their work from one
/// invocation to the next.
struct SettingsTable: Sendable {
    let database: DynamoDBClient
    let name: String

    static func key(_ subject: String) -> Item { ["name": .string(subject)] }

    /// A row as it is after every write before; empty where there is none.
    func row(_ subject: String, _ options: CallOptions) async throws -> Item {
        try await database.getItem(table: name, key: Self.key(subject), consistent: true, options: options) ?? [:]
    }

    /// Sets an attribute of a row, where it still holds what was read.
    ///
    /// - Returns: whether it did.
    func advance(
        _ subject: String, _ attribute: String, from old: AttributeValue?, to new: AttributeValue?,
        _ options: CallOptions
    ) async throws -> Bool {
        guard old != new else { return true }
        var values: Item = [:]
        values[":old"] = old
        values[":new"] = new
        do {
            try await database.updateItem(
                table: name, key: Self.key(subject), update: new == nil ? "REMOVE #attribute" : "SET #attribute = :new",
                condition: old == nil ? "attribute_not_exists(#attribute)" : "#attribute = :old",
                names: ["#attribute": attribute], values: values, options: options)
            return true
        } catch AWSError.Code.conditionalCheckFailed {
            return false
        }
    }
}

/// Whole numbers that the environment gives and the table `Settings` may change.
struct NumberSetting: Sendable {
    /// The variable of the environment.
    var variable: String
    /// The attribute of the row.
    var attribute: String
    var standard: Int
    /// What makes sense; anything else is refused in the environment and passed over in the table.
    var range: ClosedRange<Int>

    /// - Throws: ``SettingsFault``
    func read(_ environment: [String: String]) throws(SettingsFault) -> Int {
        guard let text = environment[variable], !text.isEmpty else { return standard }
        guard let number = Int(text), range.contains(number) else { throw .outOfRange(variable, range) }
        return number
    }

    /// The row's number, or `standing` where it has none.
    ///
    /// - Parameter refused: told of a value that makes no sense.
    func read(_ row: Item, standing: Int, refused: (String) -> Void) -> Int {
        guard let value = row[attribute] else { return standing }
        guard let number = value.int, range.contains(number) else {
            refused(
                "the setting '\(attribute)' must be a whole number from \(range.lowerBound) to \(range.upperBound); "
                    + "\(standing) is taken instead")
            return standing
        }
        return number
    }
}
