import CloudCore
import Foundation
import GRDB

/// What a listing asks for.
struct ListingQuery: Sendable {
    /// Only keys that start with these bytes.
    var prefix: [UInt8] = []
    /// Keys that have these bytes behind the prefix are told as one common prefix; empty for none.
    var delimiter: [UInt8] = []
    /// The first key that may be told.
    var start: [UInt8] = []
    /// How many keys and common prefixes.
    var limit: Int

    /// The common prefix that a key belongs to.
    func commonPrefix(of key: [UInt8]) -> [UInt8]? {
        guard !delimiter.isEmpty, key.count >= prefix.count + delimiter.count else { return nil }
        for at in prefix.count...(key.count - delimiter.count)
        where key[at..<(at + delimiter.count)].elementsEqual(delimiter) {
            return Array(key[..<(at + delimiter.count)])
        }
        return nil
    }

    /// Goes on behind a key.
    mutating func resume(after key: [UInt8]) { start = key + [0] }

    /// Goes on behind a marker: a key, or the common prefix with which a page ended and which has been told.
    mutating func resume(afterMarker marker: [UInt8]) {
        if marker.starts(with: prefix), commonPrefix(of: marker) == marker {
            resume(behind: marker)
        } else {
            resume(after: marker)
        }
    }

    /// Goes on behind everything that starts with a common prefix.
    mutating func resume(behind commonPrefix: [UInt8]) { start = commonPrefix.successorOfPrefix ?? [0xFF] }
}

/// A page of a listing, in the order of the keys' bytes.
struct ListingPage: Sendable {
    /// An object, without what listings do not tell.
    struct Summary: Sendable {
        var key: ObjectKey
        var size: Int
        var etag: String
        var modified: Timestamp
        var storageClass: String
        var checksumAlgorithm: String?
        var checksumType: String?
    }

    enum Entry: Sendable {
        case object(Summary)
        case commonPrefix(ObjectKey)

        var text: ObjectKey {
            switch self {
            case .object(let summary): summary.key
            case .commonPrefix(let prefix): prefix
            }
        }
    }

    var entries: [Entry] = []
    /// Whether there is more behind the last entry.
    var isTruncated = false
}

extension S3Storage {
    /// Lists the keys of a bucket.
    ///
    /// The index is walked from key to key. Behind a common prefix the walk starts anew where the prefix ends, so that
    /// what lies below it costs nothing, however much it is.
    func list(_ query: ListingQuery, in bucketID: Int64) throws -> ListingPage {
        var page = ListingPage()
        guard query.limit > 0 else { return page }
        try database.read { database in
            var start = query.start.lexicographicallyPrecedes(query.prefix) ? query.prefix : query.start
            while try appendRun(&start, query, bucketID, to: &page, database) {}
        }
        return page
    }

    /// Lists until a common prefix or the end. Answers whether there may be more; `start` is where it would be.
    private func appendRun(
        _ start: inout [UInt8], _ query: ListingQuery, _ bucketID: Int64, to page: inout ListingPage,
        _ database: Database
    ) throws -> Bool {
        let end = query.prefix.successorOfPrefix
        let statement = try database.cachedStatement(
            sql: """
                SELECT key, size, etag, modified, storageClass, checksumAlgorithm, checksumType FROM objects
                WHERE bucket = ? AND key >= ? \(end == nil ? "" : "AND key < ?") ORDER BY key
                """)
        var arguments: StatementArguments = [bucketID, Data(start)]
        if let end { arguments += [Data(end)] }
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() {
            guard page.entries.count < query.limit else {
                page.isTruncated = true
                return false
            }
            let key: ObjectKey = row[0]
            if !query.delimiter.isEmpty, let common = query.commonPrefix(of: key.bytes) {
                page.entries.append(.commonPrefix(ObjectKey(bytes: common)))
                guard let next = common.successorOfPrefix else { return false }
                start = next
                return true
            }
            page.entries.append(
                .object(
                    ListingPage.Summary(
                        key: key, size: row[1], etag: row[2], modified: Timestamp(milliseconds: row[3]),
                        storageClass: row[4], checksumAlgorithm: row[5], checksumType: row[6])))
        }
        return false
    }
}
