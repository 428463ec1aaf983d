import AWSClient
import Pictures

/// What the sweeper looks at of a row.
struct WatchedRow: Sendable, Hashable {
    var owner: UserID
    var key: PictureKey
    var object: ObjectName
    /// Nil for a state that is none.
    var state: RecognitionState.Name?
    /// When recognition last took the picture up: another time means that something has happened since. Never compared but
    /// for being the same.
    var claimedAt: String?
    /// What a sweep saw amiss with the row.
    var mark: String?
    /// When it first did, by the sweep's time.
    var markedAt: Timestamp?
    var byteCount: Int
    /// Nil for a type that is none.
    var type: ImageType?

    init?(_ item: Item) {
        guard let owner = item["userId"]?.string.flatMap({ UserID($0) }),
            let key = item["key"]?.string.flatMap({ try? PictureKey($0) }),
            let object = item["object"]?.string.flatMap({ ObjectName($0) }), object.area == .pictures,
            object.owner == owner
        else { return nil }
        self.owner = owner
        self.key = key
        self.object = object
        state = item["state"]?.string.flatMap { RecognitionState.Name(rawValue: $0) }
        claimedAt = item["claimedAt"]?.string
        mark = item["sweepMark"]?.string
        markedAt = item["sweepMarkAt"]?.string.flatMap { Timestamp($0) }
        byteCount = item["bytes"]?.int ?? 0
        type = item["contentType"]?.string.flatMap { ImageType(mediaType: $0) }
    }
}

extension PictureTable {
    /// A page of all rows in the order of the index by object.
    func watched(
        behind place: Item?, limit: Int, _ options: CallOptions
    ) async throws -> (rows: [WatchedRow], unreadable: Int, next: Item?) {
        let attributes = [
            "userId", "key", "object", "state", "claimedAt", "sweepMark", "sweepMarkAt", "bytes", "contentType",
        ]
        let page = try await database.scan(
            table: name, index: Self.byObject, projection: attributes.map { "#\($0)" }.joined(separator: ", "),
            names: Dictionary(uniqueKeysWithValues: attributes.map { ("#\($0)", $0) }), consistent: true, limit: limit,
            startKey: place, options: options)
        let rows = page.items.compactMap { WatchedRow($0) }
        return (rows, page.items.count - rows.count, page.lastEvaluatedKey)
    }

    /// The names of the objects in a stretch that a person's rows point to, as they are after every write before.
    func objects(
        of owner: UserID, from first: ObjectName, through last: ObjectName, _ options: CallOptions
    ) async throws -> Set<String> {
        let selection = DynamoDBSelection(
            table: name, index: Self.byObject, keyCondition: "#userId = :userId AND #object BETWEEN :first AND :last",
            projection: "#object", names: ["#userId": "userId", "#object": "object"],
            values: [":userId": .string(owner.text), ":first": .string(first.text), ":last": .string(last.text)],
            isConsistent: true)
        var names: Set<String> = []
        for try await item in database.items(selection, options: options) {
            if let name = item["object"]?.string { names.insert(name) }
        }
        return names
    }

    /// Notes on a row what is amiss with it, and since when; or nothing any more.
    ///
    /// - Returns: whether the row was still as it was seen.
    func mark(_ row: WatchedRow, _ mark: String?, at now: Timestamp, _ options: CallOptions) async throws -> Bool {
        var values: Item = [:]
        if let mark { values = [":mark": .string(mark), ":at": .string(now.description)] }
        return try await change(
            row, mark == nil ? "REMOVE #mark, #markAt" : "SET #mark = :mark, #markAt = :at",
            names: ["#mark": "sweepMark", "#markAt": "sweepMarkAt"], values: values, options)
    }

    /// Ends a recognition that hangs: the picture may then be recognised anew.
    ///
    /// - Returns: whether the row was still as it was seen.
    func giveUp(
        _ row: WatchedRow, reason: String, at now: Timestamp, _ options: CallOptions
    ) async throws -> Bool {
        try await change(
            row, "SET #state = :failed, #failure = :reason, #claimedAt = :now REMOVE #mark, #markAt",
            names: ["#mark": "sweepMark", "#markAt": "sweepMarkAt", "#failure": "failure"],
            values: [
                ":failed": .string(RecognitionState.Name.failed.rawValue), ":reason": .string(reason),
                ":now": .string(now.description),
            ], options)
    }

    /// Changes a row on the condition that it points to the same object in the same state as when it was seen.
    private func change(
        _ row: WatchedRow, _ update: String, names: [String: String], values: Item, _ options: CallOptions
    ) async throws -> Bool {
        var names = names
        names["#object"] = "object"
        names["#claimedAt"] = "claimedAt"
        var values = values
        values[":object"] = .string(row.object.text)
        values[":claimedAt"] = row.claimedAt.map { .string($0) }
        var conditions = ["#object = :object"]
        conditions.append(row.claimedAt == nil ? "attribute_not_exists(#claimedAt)" : "#claimedAt = :claimedAt")
        if let state = row.state {
            names["#state"] = "state"
            values[":state"] = .string(state.rawValue)
            conditions.append("#state = :state")
        }
        do {
            try await database.updateItem(
                table: name, key: PictureRow.key(row.owner, row.key), update: update,
                condition: conditions.joined(separator: " AND "), names: names, values: values, options: options)
            return true
        } catch AWSError.Code.conditionalCheckFailed {
            return false
        }
    }
}
