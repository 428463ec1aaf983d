import AWSClient
import Pictures

/// The table of pictures: one row a picture, by owner and key.
///
/// Local indexes serve the rest: `byUploadedAt` for the newest first, `bySHA256` for the same bytes under another key,
/// `byObject` for what the sweeper holds against the bucket. Local ones, because a person must see in the list at once what was just uploaded.
struct PictureTable: Sendable {
    let database: DynamoDBClient
    let name: String

    static let byUploadedAt = "byUploadedAt"
    static let bySHA256 = "bySHA256"
    static let byObject = "byObject"

    /// A row, as it is after every write before.
    func record(_ owner: UserID, _ key: PictureKey, _ options: CallOptions) async throws -> PictureRecord? {
        let item = try await database.getItem(
            table: name, key: PictureRow.key(owner, key), consistent: true, options: options)
        return try item.map { try PictureRow.record($0, table: name) }
    }

    /// Stores a row where there is none, or over one that points to a certain object.
    ///
    /// - Returns: whether the row was what the caller took it for. Where the answer of an earlier attempt was lost, this is
    ///   false although the row is stored: then it points to the record's own object.
    func put(_ record: PictureRecord, over old: ObjectName?, _ options: CallOptions) async throws -> Bool {
        try await ifHolds(options) { options in
            try await database.putItem(
                table: name, item: PictureRow.item(record), condition: Self.condition(old), names: Self.names(old),
                values: Self.values(old), options: options)
        }
    }

    /// Deletes a row that points to a certain object.
    ///
    /// - Returns: whether there was such a row.
    func delete(_ owner: UserID, _ key: PictureKey, of object: ObjectName, _ options: CallOptions) async throws -> Bool
    {
        try await ifHolds(options) { options in
            try await database.deleteItem(
                table: name, key: PictureRow.key(owner, key), condition: Self.condition(object),
                names: Self.names(object), values: Self.values(object), options: options)
        }
    }

    /// The keys under which a person has the same bytes.
    func holders(
        of digest: ContentDigest, _ owner: UserID, _ options: CallOptions
    ) async throws -> [(key: PictureKey, uploadedAt: Timestamp)] {
        let page = try await database.query(
            table: name, index: Self.bySHA256, keyCondition: "#userId = :userId AND #sha256 = :sha256",
            names: ["#userId": "userId", "#sha256": "sha256"],
            values: [":userId": .string(owner.text), ":sha256": .string(digest.text)], consistent: true, limit: 100,
            options: options)
        return page.items.compactMap { item in
            guard let key = item["key"]?.string.flatMap({ try? PictureKey($0) }),
                let uploadedAt = item["uploadedAt"]?.string.flatMap({ Timestamp($0) })
            else { return nil }
            return (key, uploadedAt)
        }
    }

    /// The objects of a person's pictures, a page from a key on.
    func objects(
        of owner: UserID, behind key: PictureKey?, limit: Int, _ options: CallOptions
    ) async throws -> [(key: PictureKey, object: ObjectName)] {
        let page = try await database.query(
            table: name, keyCondition: "#userId = :userId", projection: "#key, #object",
            names: ["#userId": "userId", "#key": "key", "#object": "object"],
            values: [":userId": .string(owner.text)], consistent: true, limit: limit,
            startKey: key.map { PictureRow.key(owner, $0) }, options: options)
        return try page.items.map { item in
            let row = RowReader(item: item, table: name, key: item["key"]?.string ?? "?")
            return (
                try row.read("key") { $0.string.flatMap { try? PictureKey($0) } },
                try row.read("object") { $0.string.flatMap { ObjectName($0) } }
            )
        }
    }

    /// Runs a write with a condition. It may be tried again although it has one: no other write ever stores the same
    /// object, so that whoever meets it knows it for their own.
    private func ifHolds(_ options: CallOptions, _ write: (CallOptions) async throws -> Item?) async throws -> Bool {
        var options = options
        options.isIdempotent = true
        do {
            _ = try await write(options)
            return true
        } catch AWSError.Code.conditionalCheckFailed {
            return false
        }
    }

    private static func condition(_ object: ObjectName?) -> String {
        object == nil ? "attribute_not_exists(#key)" : "#object = :object"
    }

    private static func names(_ object: ObjectName?) -> [String: String] {
        object == nil ? ["#key": "key"] : ["#object": "object"]
    }

    private static func values(_ object: ObjectName?) -> Item {
        object.map { [":object": .string($0.text)] } ?? [:]
    }
}
