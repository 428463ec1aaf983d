import CloudCore
import JSONValue

/// Query and Scan.
extension DynamoDBService {
    func query(_ input: RequestInput) throws -> [UInt8] {
        var reading = try PagedRead(input, legacyFilter: "QueryFilter", isQuery: true)
        try input.refuseMixing(
            ["AttributesToGet", "QueryFilter", "KeyConditions"], with: [.projection, .filter, .keyCondition])
        var attributes = try ExpressionAttributes(input, expressions: [.keyCondition, .filter, .projection])
        let condition: Condition
        if let text = try input.string("KeyConditionExpression") {
            condition = try expressions.condition(text, kind: .keyCondition).bound(to: &attributes)
        } else if let legacy = try input.object("KeyConditions") {
            guard let joined = try LegacyCondition.filter(legacy, joinedBy: nil) else {
                throw DynamoDBErrors.validation("Conditions can be of length 1 or 2 only")
            }
            condition = joined
        } else {
            throw DynamoDBErrors.validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
        }
        try reading.readExpressions(input, expressions, &attributes)
        try attributes.finish()
        try reading.resolve(catalog)
        let keys = try KeyCondition(condition, key: reading.key)
        reading.isForward = try input.bool("ScanIndexForward") ?? true
        return try answer(reading, range: .query(partition: keys.partition, sort: keys.sort))
    }

    func scan(_ input: RequestInput) throws -> [UInt8] {
        var reading = try PagedRead(input, legacyFilter: "ScanFilter", isQuery: false)
        try input.refuseMixing(["AttributesToGet", "ScanFilter"], with: [.projection, .filter])
        let segment = try ScanSegment(input)
        var attributes = try ExpressionAttributes(input, expressions: [.filter, .projection])
        try reading.readExpressions(input, expressions, &attributes)
        try attributes.finish()
        try reading.resolve(catalog)
        if let segment, let start = reading.start {
            guard ItemPlace.segment(of: start.place.partition, total: segment.total) == segment.number else {
                throw DynamoDBErrors.validation(
                    "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey "
                        + "with correct Segment. TotalSegments: \(segment.total) Segment: \(segment.number)")
            }
        }
        return try answer(
            reading,
            range: .scan(
                from: segment.flatMap { ItemPlace.start(ofSegment: $0.number, total: $0.total) },
                to: segment.flatMap { ItemPlace.start(ofSegment: $0.number + 1, total: $0.total) }))
    }

    private func answer(_ reading: PagedRead, range: ItemPage.Range) throws -> [UInt8] {
        guard let table = reading.table else { throw DynamoDBErrors.resourceNotFound }
        if case .query(let partition, let sort) = range, let start = reading.start {
            guard start.place.partition == partition, sort.contains(start.place.sort) else {
                throw DynamoDBErrors.validation(
                    start.place.partition == partition
                        ? "The provided starting key does not match the range key predicate"
                        : "The provided starting key is outside query boundaries based on provided conditions")
            }
        }
        let page = ItemPage(
            table: table, index: reading.index, range: range, isForward: reading.isForward, start: reading.start,
            limit: reading.limit)
        let shown = reading.index.flatMap { index in reading.fetchesFromTable ? nil : index.projectedNames(in: table) }
        var items: [UInt8] = [UInt8(ascii: "[")]
        var count = 0
        var scanned = 0
        var bytes = 0
        let last = try database.read { database in
            try page.read(database) { stored, size in
                scanned += 1
                bytes += size
                if reading.filter == nil, reading.projection == nil, shown == nil {
                    count += 1
                    guard reading.wantsItems else { return }
                    if items.count > 1 { items.append(UInt8(ascii: ",")) }
                    items.append(contentsOf: stored)
                    return
                }
                var item = try AttributeMap(stored: stored)
                if let shown { item = AttributeMap(shown.compactMap { name in item[name].map { (name, $0) } }) }
                if let filter = reading.filter, !filter.holds(for: item) { return }
                count += 1
                guard reading.wantsItems else { return }
                if items.count > 1 { items.append(UInt8(ascii: ",")) }
                (reading.projection?.applied(to: item) ?? item).write(into: &items)
            }
        }
        items.append(UInt8(ascii: "]"))
        var answer = AnswerBody(reservingCapacity: items.count + 128)
        if reading.wantsItems { answer.add("Items", raw: items) }
        answer.add("Count", count)
        answer.add("ScannedCount", scanned)
        if let last { answer.add("LastEvaluatedKey", reading.position(of: last, in: table)) }
        if reading.capacity != .none {
            var capacity = ConsumedCapacity(.read)
            capacity.add(ConsumedCapacity.read(bytes: bytes, isConsistent: reading.isConsistent), to: reading.index)
            answer.add("ConsumedCapacity", capacity.json(reading.capacity, tableName: table.name))
        }
        return answer.finished()
    }
}

/// A segment of a parallel scan.
struct ScanSegment: Sendable {
    var number: Int
    var total: Int

    init?(_ input: RequestInput) throws {
        var constraints = Constraints()
        let (number, total) = (try input.integer("Segment"), try input.integer("TotalSegments"))
        if let total, total < 1 {
            constraints.violate("TotalSegments", String(total), "Member must have value greater than or equal to 1")
        }
        if let total, total > 1_000_000 {
            constraints.violate("TotalSegments", String(total), "Member must have value less than or equal to 1000000")
        }
        if let number, number < 0 {
            constraints.violate("Segment", String(number), "Member must have value greater than or equal to 0")
        }
        try constraints.finish()
        switch (number, total) {
        case (nil, nil): return nil
        case (nil, _?):
            throw DynamoDBErrors.validation(
                "The Segment parameter is required but was not present in the request when parameter TotalSegments "
                    + "is present")
        case (_?, nil):
            throw DynamoDBErrors.validation(
                "The TotalSegments parameter is required but was not present in the request when Segment parameter "
                    + "is present")
        case (let number?, let total?):
            guard number < total else {
                throw DynamoDBErrors.validation(
                    "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                        + "Segment: \(number) is not less than TotalSegments: \(total)")
            }
            self.number = number
            self.total = total
        }
    }
}
