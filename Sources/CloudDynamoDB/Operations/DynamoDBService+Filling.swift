import CloudCore
import GRDB

/// Indexes that UpdateTable made, while they are filled.
extension DynamoDBService {
    /// Goes on filling the indexes that are not whole. Other writes go on in between; the clock is not turned past this
    /// moment before they are whole.
    func resumeFillings() {
        for table in catalog.all {
            for index in table.indexes where index.isFilling { fill(index.number, of: table) }
        }
    }

    /// Fills an index to its end, or until it or its table is deleted. What cannot be written now, the next start fills.
    func fill(_ index: Int64, of table: TableDefinition) {
        let hold = clock.hold()
        Task { [weak self] in
            while let isWhole = try? await self?.fillSlice(of: index, of: table), !isWhole {}
            hold.release()
        }
    }

    /// Fills a slice; behind the last one the index is there to be read. Answers whether that was it.
    private func fillSlice(of number: Int64, of earlier: TableDefinition) async throws -> Bool {
        let isWhole = try await database.write { [catalog] database in
            guard let (table, position) = catalog.filling(number, of: earlier) else { return true }
            return try TableWriter(database: database).fillSlice(of: table.indexes[position], of: table)
        }
        guard isWhole else { return false }
        // In a transaction of its own: the definition never says more than what the store is sure of.
        try await changeTables { [catalog] database in
            guard let (current, position) = catalog.filling(number, of: earlier) else { return }
            var table = current
            table.indexes[position].isFilling = false
            try TableWriter(database: database).update(table)
            catalog.put(table)
        }
        return true
    }
}

extension TableCatalog {
    /// The table as it is now, and where in it the index stands; nil where either is gone, or the index is whole.
    fileprivate func filling(
        _ number: Int64, of earlier: TableDefinition
    ) -> (table: TableDefinition, position: Int)? {
        guard let table = try? current(earlier),
            let position = table.indexes.firstIndex(where: { $0.number == number && $0.isFilling })
        else { return nil }
        return (table, position)
    }
}
