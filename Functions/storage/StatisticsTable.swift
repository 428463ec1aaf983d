import AWSClient
import Pictures

/// The table `Statistics`: what was counted, by the minute, the hour and the day. Its rows go away by themselves.
struct StatisticsTable: Sendable {
    let database: DynamoDBClient
    let name: String

    /// Rounds in which others who write at the same moment are given way.
    private static let rounds = 5

    private func key(_ resolution: Resolution, _ start: Timestamp) -> Item {
        ["resolution": .string(resolution.rawValue), "time": .string(start.description)]
    }

    /// Takes a count into each stretch of time that its moment lies in. One that is not later than those already there
    /// says nothing new: it is the same one again, or one that was overtaken.
    ///
    /// - Throws: ``BusyStatistics``
    func add(_ tally: PictureTally, at moment: Timestamp, _ options: CallOptions) async throws {
        for _ in 1...Self.rounds {
            let keys = Resolution.allCases.map { key($0, $0.start(of: moment)) }
            let rows = try await database.batchGetItem(table: name, keys: keys, consistent: true, options: options)
            var points: [Resolution: StatisticsPoint] = [:]
            for row in rows {
                let point = try StatisticsPoint(row, table: name)
                points[point.resolution] = point
            }
            let writes = Resolution.allCases.compactMap { resolution -> DynamoDBTransactWrite? in
                guard var point = points[resolution] else {
                    return put(StatisticsPoint(resolution, tally, at: moment), over: nil)
                }
                guard point.sampledAt < moment else { return nil }
                let old = point.sampledAt
                point.note(tally, at: moment)
                return put(point, over: old)
            }
            guard !writes.isEmpty else { return }
            do { return try await database.transactWriteItems(writes, options: options) } catch let error as AWSError
                where error.code == .transactionCanceled
            {}
        }
        throw BusyStatistics()
    }

    private func put(_ point: StatisticsPoint, over old: Timestamp?) -> DynamoDBTransactWrite {
        .put(
            table: name, item: point.item,
            condition: old == nil ? "attribute_not_exists(#at)" : "#at = :old", names: ["#at": "sampledAt"],
            values: old.map { [":old": .string($0.description)] } ?? [:])
    }

    /// What was counted from one moment through another, the earliest first.
    ///
    /// - Returns: at most `limit`, of more the latest.
    func points(
        _ resolution: Resolution, from first: Timestamp, through last: Timestamp, limit: Int, _ options: CallOptions
    ) async throws -> [StatisticsPoint] {
        let selection = DynamoDBSelection(
            table: name, keyCondition: "#resolution = :resolution AND #time BETWEEN :first AND :last",
            names: ["#resolution": "resolution", "#time": "time"],
            values: [
                ":resolution": .string(resolution.rawValue),
                ":first": .string(resolution.start(of: first).description), ":last": .string(last.description),
            ], isDescending: true, isConsistent: true, pageLimit: limit)
        var points: [StatisticsPoint] = []
        for try await item in database.items(selection, options: options).prefix(limit) {
            points.append(try StatisticsPoint(item, table: name))
        }
        return points.reversed()
    }
}

/// Others wrote the same rows again and again.
struct BusyStatistics: Error, CustomStringConvertible {
    var description: String { "The statistics' rows were changed by others at every attempt." }
}
