import AWSClient
import Pictures

extension PictureTable {
    /// A page of a listing.
    struct Page: Sendable {
        var records: [PictureRecord]
        /// Behind which picture the next page begins; nil at the end.
        var next: ListCursor?
    }

    /// Rows that one request looks at for a filter before it gives a page that is not full: what a filter seldom finds
    /// must not keep a function busy without end.
    static let rowsPerRequest = 5_000

    /// The next pictures of a listing.
    ///
    /// A page may hold fewer than `limit`, even none, although more are to come: only `next` tells.
    ///
    /// - Parameter unreadable: told of rows that cannot be read. They are passed over: one damaged row must not keep a
    ///   person from all others.
    func page(
        _ listing: Listing, of owner: UserID, behind cursor: ListCursor?, limit: Int, _ options: CallOptions,
        unreadable: (any Error) -> Void
    ) async throws -> Page {
        var records: [PictureRecord] = []
        var startKey = cursor.map { Self.position($0, owner, listing.order) }
        var seen = 0
        while true {
            // One more than is wanted tells whether there are more.
            let wanted = limit - records.count + 1
            let answer = try await database.page(
                selection(listing, of: owner, lookingAt: listing.isUnfiltered ? wanted : max(wanted, 250)),
                startKey: startKey, options: options)
            seen += answer.scannedCount
            for item in answer.items {
                let record: PictureRecord
                do { record = try PictureRow.record(item, table: name) } catch {
                    unreadable(error)
                    continue
                }
                guard Self.matches(record, listing) else { continue }
                guard records.count < limit else { return Page(records: records, next: Self.cursor(records.last)) }
                records.append(record)
            }
            guard let last = answer.lastEvaluatedKey else { return Page(records: records, next: nil) }
            if seen >= Self.rowsPerRequest { return Page(records: records, next: try place(last)) }
            startKey = last
        }
    }

    private func selection(_ listing: Listing, of owner: UserID, lookingAt rows: Int) -> DynamoDBSelection {
        var selection = DynamoDBSelection(
            table: name, keyCondition: "#userId = :userId", names: ["#userId": "userId"],
            values: [":userId": .string(owner.text)], isConsistent: true, pageLimit: rows)
        switch listing.order {
        case .newest:
            selection.index = Self.byUploadedAt
            selection.isDescending = true
        case .key:
            guard let prefix = listing.prefix, !prefix.isEmpty else { break }
            selection.keyCondition = "#userId = :userId AND begins_with(#key, :prefix)"
            selection.names["#key"] = "key"
            selection.values[":prefix"] = .string(prefix)
        }
        var filters: [String] = []
        func filter(_ expression: String, _ names: [String], _ value: (String, String)) {
            filters.append(expression)
            for name in names { selection.names["#" + name] = name }
            selection.values[value.0] = .string(value.1)
        }
        if let label = listing.label {
            filter("contains(#labelNames, :label)", ["labelNames"], (":label", Label.searchForm(label)))
        }
        if let text = listing.text {
            filter("contains(#searchText, :text)", ["searchText"], (":text", TextLine.searchForm(text)))
        }
        if let name = listing.pictureClass {
            filter(
                "(#adminLabel = :class OR (attribute_not_exists(#adminLabel) AND #predictedClass = :class))",
                ["adminLabel", "predictedClass"], (":class", name))
        }
        if let state = listing.state { filter("#state = :state", ["state"], (":state", state.rawValue)) }
        if !filters.isEmpty { selection.filter = filters.joined(separator: " AND ") }
        return selection
    }

    /// The index by time holds keys in no order, so that a prefix is looked for here.
    private static func matches(_ record: PictureRecord, _ listing: Listing) -> Bool {
        guard let prefix = listing.prefix else { return true }
        return record.key.text.utf8.starts(with: prefix.utf8)
    }

    private static func cursor(_ record: PictureRecord?) -> ListCursor? {
        record.map { ListCursor(key: $0.key, uploadedAt: $0.uploadedAt) }
    }

    private static func position(_ cursor: ListCursor, _ owner: UserID, _ order: Listing.Order) -> Item {
        var position = PictureRow.key(owner, cursor.key)
        if order == .newest { position["uploadedAt"] = .string(cursor.uploadedAt.description) }
        return position
    }

    /// Where a query stopped. By key there is no time in it, and none is needed.
    private func place(_ position: Item) throws -> ListCursor {
        let row = RowReader(item: position, table: name, key: position["key"]?.string ?? "?")
        return ListCursor(
            key: try row.read("key") { $0.string.flatMap { try? PictureKey($0) } },
            uploadedAt: position["uploadedAt"]?.string.flatMap { Timestamp($0) } ?? Timestamp(milliseconds: 0))
    }
}
