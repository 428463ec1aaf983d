import CloudCore
import JSONValue

/// BatchGetItem and BatchWriteItem.
extension DynamoDBService {
    /// Bytes that a BatchGetItem answers at most; the rest is for the caller to ask again.
    private static let batchGetByteLimit = 16 * 1024 * 1024

    private struct BatchGet: Sendable {
        var table: TableDefinition
        /// The name as the caller wrote it, which may be an ARN.
        var label: String
        var request: RequestInput
        var keys: [JSONValue]
        var places: [ItemPlace]
        var projection: Projection?
        var isConsistent: Bool
    }

    func batchGetItem(_ input: RequestInput) throws -> [UInt8] {
        let (requests, report, _) = try batchRequests(input)
        var total = 0
        var parsed: [(label: String, name: String, input: RequestInput, keys: [AttributeMap], Projection?)] = []
        for (label, value) in requests {
            guard case .object(let members) = value else { throw SerializationFault.unexpectedToken(value) }
            let request = RequestInput(members)
            var constraints = Constraints()
            let name = try RequestInput.checkTableName(label, &constraints, path: "requestItems")
            guard let list = try request.inputs("Keys") else {
                throw ItemWrite.missing("requestItems.\(label).member.keys")
            }
            if list.isEmpty {
                constraints.violate(
                    "requestItems.\(label).member.keys", "[]", "Member must have length greater than or equal to 1")
            }
            try constraints.finish()
            total += list.count
            guard total <= 100 else {
                throw DynamoDBErrors.validation("Too many items requested for the BatchGetItem call")
            }
            try request.refuseMixing(["AttributesToGet"], with: [.projection])
            var attributes = try ExpressionAttributes(request, expressions: [.projection])
            var projection = try LegacyProjection.attributesToGet(request)
            if let text = try request.string("ProjectionExpression") {
                projection = try expressions.projection(text).bound(to: &attributes)
            }
            try attributes.finish()
            parsed.append((label, name, request, try list.map { try AttributeMap(wire: $0.members) }, projection))
        }
        let gets = try parsed.map { label, name, request, keys, projection in
            let table = try catalog.table(name)
            let places = try keys.map { try table.place(ofKey: $0) }
            guard Set(places).count == places.count else {
                throw DynamoDBErrors.validation("Provided list of item keys contains duplicates")
            }
            return BatchGet(
                table: table, label: label, request: request, keys: try request.list("Keys") ?? [], places: places,
                projection: projection, isConsistent: try request.bool("ConsistentRead") ?? false)
        }
        return try answer(gets, report)
    }

    private func answer(_ gets: [BatchGet], _ report: CapacityReport) throws -> [UInt8] {
        var responses = AnswerBody()
        var unprocessed: JSONObject = [:]
        var capacities: [JSONValue] = []
        var bytes = 0
        try database.read { database in
            for get in gets {
                let reader = ItemWriter(database: database, table: get.table)
                var items: [UInt8] = [UInt8(ascii: "[")]
                var capacity = ConsumedCapacity(.read)
                var left: [JSONValue] = []
                for (key, place) in zip(get.keys, get.places) {
                    guard bytes < Self.batchGetByteLimit else {
                        left.append(key)
                        continue
                    }
                    let item = try reader.find(place)
                    capacity.add(
                        ConsumedCapacity.read(bytes: item?.size ?? 0, isConsistent: get.isConsistent), to: nil)
                    guard let item else { continue }
                    bytes += item.size
                    if items.count > 1 { items.append(UInt8(ascii: ",")) }
                    if let projection = get.projection {
                        projection.applied(to: try item.attributes()).write(into: &items)
                    } else {
                        items.append(contentsOf: item.bytes)
                    }
                }
                items.append(UInt8(ascii: "]"))
                responses.add(get.label, raw: items)
                if !left.isEmpty {
                    var rest = get.request.members
                    rest["Keys"] = .array(left)
                    unprocessed[get.label] = .object(rest)
                }
                if let json = capacity.json(report, tableName: get.label) { capacities.append(json) }
            }
        }
        var answer = AnswerBody()
        answer.add("Responses", raw: responses.finished())
        answer.add("UnprocessedKeys", .object(unprocessed))
        if report != .none { answer.add("ConsumedCapacity", .array(capacities)) }
        return answer.finished()
    }

    func batchWriteItem(_ input: RequestInput) async throws -> [UInt8] {
        let (requests, report, collection) = try batchRequests(input)
        var total = 0
        var writes: [(label: String, write: ItemWrite)] = []
        var pending: [(label: String, name: String, action: ItemWrite.Action?, attributes: AttributeMap)] = []
        for (label, value) in requests {
            var constraints = Constraints()
            let name = try RequestInput.checkTableName(label, &constraints, path: "requestItems")
            guard case .array(let list) = value else { throw SerializationFault.unexpectedField(value) }
            if !(1...25).contains(list.count) {
                constraints.violate(
                    "requestItems.\(label).member", "[\(list.map { $0.text() }.joined(separator: ", "))]",
                    list.isEmpty
                        ? "Member must have length greater than or equal to 1"
                        : "Member must have length less than or equal to 25")
            }
            try constraints.finish()
            total += list.count
            guard total <= 25 else {
                throw DynamoDBErrors.validation("Too many items requested for the BatchWriteItem call")
            }
            for element in list {
                guard case .object(let members) = element else { throw SerializationFault.unexpectedToken(element) }
                let request = RequestInput(members)
                switch (try request.nested("PutRequest"), try request.nested("DeleteRequest")) {
                case (let put?, nil):
                    guard let item = try put.object("Item") else {
                        throw ItemWrite.missing("requestItems.\(label).member.1.member.putRequest.item")
                    }
                    let encoded = EncodedItem(try AttributeMap(wire: item))
                    guard encoded.size <= EncodedItem.sizeLimit else { throw DynamoDBErrors.itemTooLarge }
                    pending.append((label, name, .put(encoded), encoded.attributes))
                case (nil, let delete?):
                    guard let key = try delete.object("Key") else {
                        throw ItemWrite.missing("requestItems.\(label).member.1.member.deleteRequest.key")
                    }
                    pending.append((label, name, nil, try AttributeMap(wire: key)))
                case (nil, nil), (_?, _?):
                    throw DynamoDBErrors.validation(
                        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                            + "supported datatypes")
                }
            }
        }
        var seen: Set<String> = []
        for (label, name, action, attributes) in pending {
            let table = try catalog.table(name)
            let place = try action == nil ? table.place(ofKey: attributes) : table.place(ofItem: attributes)
            guard seen.insert("\(table.number) \(place.partition) \(place.sort)").inserted else {
                throw DynamoDBErrors.validation("Provided list of item keys contains duplicates")
            }
            writes.append(
                (
                    label,
                    ItemWrite(
                        table: table, key: table.key.key(of: attributes), place: place, action: action ?? .delete)
                ))
        }
        let ready = writes
        return try await writeItems { [catalog, changeLog] database in
            var capacities: [(label: String, capacity: ConsumedCapacity)] = []
            var metrics: JSONObject = [:]
            for (label, write) in ready {
                let writer = ItemWriter(
                    database: database, table: try catalog.current(write.table), changeLog: changeLog)
                let outcome = try writer.perform(write)
                if report != .none {
                    if capacities.last?.label != label { capacities.append((label, ConsumedCapacity(.write))) }
                    capacities[capacities.count - 1].capacity.add(written: outcome.old, outcome.new, outcome.changes)
                }
                if collection == .size, let json = try ItemCollectionMetrics.json(of: write, database) {
                    metrics[label] = .array((metrics[label]?.array ?? []) + [json])
                }
            }
            var answer = AnswerBody()
            answer.add("UnprocessedItems", .object([:]))
            if collection == .size { answer.add("ItemCollectionMetrics", .object(metrics)) }
            if report != .none {
                answer.add(
                    "ConsumedCapacity",
                    .array(capacities.compactMap { $0.capacity.json(report, tableName: $0.label) }))
            }
            return answer.finished()
        }
    }

    private func batchRequests(
        _ input: RequestInput
    ) throws -> (requests: JSONObject, capacity: CapacityReport, collection: CollectionReport) {
        var constraints = Constraints()
        let capacity = try input.choice("ReturnConsumedCapacity", CapacityReport.self, checking: &constraints) ?? .none
        let collection =
            try input.choice("ReturnItemCollectionMetrics", CollectionReport.self, checking: &constraints) ?? .none
        let requests = try input.object("RequestItems")
        constraints.require("RequestItems", requests != nil)
        if let requests, requests.isEmpty {
            constraints.violate("RequestItems", "{}", "Member must have length greater than or equal to 1")
        }
        try constraints.finish()
        return (requests ?? [:], capacity, collection)
    }
}
