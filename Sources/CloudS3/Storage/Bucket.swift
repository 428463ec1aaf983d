import CloudCore
import GRDB
import Synchronization

/// A bucket.
struct Bucket: Sendable {
    var id: Int64
    var name: String
    var region: String
    var created: Timestamp
    /// Who may ask from pages of other origins; read for every request that a browser sends.
    var cors: CORSConfiguration?
    /// Who is told of changes; read for every change.
    var notifications: NotificationConfiguration?

    static func fetchAll(_ database: Database) throws -> [Bucket] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT id, name, region, created, cors.document, notification.document FROM buckets
                LEFT JOIN bucketConfigurations AS cors ON cors.bucket = id AND cors.kind = 'cors'
                LEFT JOIN bucketConfigurations AS notification
                    ON notification.bucket = id AND notification.kind = 'notification'
                """
        ).map { row in
            // What was stored had been read before.
            Bucket(
                id: row[0], name: row[1], region: row[2], created: Timestamp(milliseconds: row[3]),
                cors: try row.withUnsafeData(atIndex: 4) { data in
                    data.flatMap { try? CORSConfiguration(document: XMLReader.parse($0)) }
                },
                notifications: try row.withUnsafeData(atIndex: 5) { data in
                    data.flatMap { try? NotificationConfiguration(document: XMLReader.parse($0)) }
                })
        }
    }
}

/// The buckets, as the database has them: looked at by every request, changed rarely.
///
/// This process alone writes the database, so that what is committed and what is here are the same. A bucket that is
/// deleted between the look and the write is noticed by the write's foreign key.
final class BucketCatalog: Sendable {
    private let buckets: Mutex<[String: Bucket]>

    init(_ buckets: [Bucket]) {
        self.buckets = Mutex(Dictionary(buckets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    subscript(name: String) -> Bucket? {
        get { buckets.withLock { $0[name] } }
        set { buckets.withLock { $0[name] = newValue } }
    }

    /// Changes a bucket that is there.
    func update(_ name: String, _ change: (inout Bucket) -> Void) {
        buckets.withLock { buckets in
            guard var bucket = buckets[name] else { return }
            change(&bucket)
            buckets[name] = bucket
        }
    }

    /// All buckets, by name.
    var all: [Bucket] { buckets.withLock { $0.values.sorted { $0.name < $1.name } } }
}
