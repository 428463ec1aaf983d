import CloudCore
import JSONValue

/// What became of a table that a template declares.
public enum DeclaredTable: Sendable, Equatable {
    /// It was not there and has been made.
    case created
    /// It is there as declared.
    case unchanged
    /// It is there, but otherwise. It is left as it is; each difference is a clause for a person:
    /// `its key is userId, but id is declared`.
    case differs([String])
}

/// Calls without the wire, for whoever starts the cloud.
extension DynamoDBService {
    /// Makes a table from a CreateTable input if it is missing.
    ///
    /// - Parameter input: as CreateTable takes it; `TimeToLiveSpecification` may stand in it too.
    /// - Throws: `ServiceError` where DynamoDB would refuse the input.
    public func declareTable(_ input: JSONObject) async throws -> DeclaredTable {
        let request = RequestInput(input)
        let declared = try TableDefinition(creating: request, now: clock.now, identifiers: identifiers)
        let outcome: DeclaredTable
        if let existing = catalog.find(declared.name) {
            let differences = existing.differences(from: declared)
            outcome = differences.isEmpty ? .unchanged : .differs(differences)
        } else {
            _ = try await createTable(request)
            outcome = .created
        }
        if let specification = try request.nested("TimeToLiveSpecification") {
            let attribute = try specification.bool("Enabled") == false ? nil : try specification.string("AttributeName")
            try await setTimeToLive(table: declared.name, attribute: attribute)
        }
        return outcome
    }

    /// Makes a table's items expire by an attribute, or not at all, whatever was set before.
    ///
    /// - Throws: `ServiceError` where there is no such table.
    public func setTimeToLive(table name: String, attribute: String?) async throws {
        try await changeTables { [catalog] database in
            guard var table = catalog.find(name) else { throw DynamoDBErrors.tableNotFound(name) }
            let timeToLive = attribute.map { TimeToLive(attribute: $0) }
            guard table.timeToLive != timeToLive else { return }
            table.timeToLive = timeToLive
            let writer = TableWriter(database: database)
            try writer.update(table)
            try writer.refillExpiries(of: table)
            catalog.put(table)
        }
        expiry.itemsChanged()
    }

    /// The names of all tables, sorted.
    public var tableNames: [String] { catalog.names }

    /// The ARN of a table; nil where there is none of this name.
    public func arn(ofTable name: String) -> String? { catalog.find(name)?.arn(identity) }
}

extension TableDefinition {
    /// In what this table is otherwise than declared, as clauses for a person.
    func differences(from declared: TableDefinition) -> [String] {
        var differences: [String] = []
        if key != declared.key {
            differences.append("its key is \(key.shown), but \(declared.key.shown) is declared")
        }
        for index in declared.indexes {
            guard let existing = self.index(named: index.name) else {
                differences.append("it has no index \(index.name)")
                continue
            }
            if existing.key != index.key || existing.isLocal != index.isLocal {
                differences.append(
                    "its index \(index.name) is by \(existing.key.shown), but \(index.key.shown) is declared")
            } else if existing.projection != index.projection {
                differences.append("its index \(index.name) projects other attributes than declared")
            }
        }
        for index in indexes where declared.index(named: index.name) == nil {
            differences.append("it has an index \(index.name) that is not declared")
        }
        let (mine, theirs) = (activeView, declared.activeView)
        if mine != theirs {
            differences.append("its stream shows \(mine ?? "nothing"), but \(theirs ?? "none") is declared")
        }
        return differences
    }

    private var activeView: String? { stream.flatMap { $0.isEnabled ? $0.viewType.rawValue : nil } }
}

extension KeySchema {
    /// `userId (S), key (S)`.
    fileprivate var shown: String {
        attributes.map { "\($0.name) (\($0.type.rawValue))" }.joined(separator: ", ")
    }
}
