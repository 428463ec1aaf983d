import CloudCore
import JSONValue

/// A table: what was said when it was made, and since.
struct TableDefinition: Sendable, Equatable {
    /// The row's number in the store; a table that is made again under its name gets another.
    var number: Int64
    var name: String
    /// The identifier that `DescribeTable` shows.
    var id: String
    var created: Timestamp
    /// `AttributeDefinitions`, in order.
    var attributes: [KeyAttribute]
    var key: KeySchema
    var indexes: [IndexDefinition]
    var billing: Billing
    var stream: StreamDefinition?
    var timeToLive: TimeToLive?
    var isDeletionProtected: Bool
    /// Parts of the description that only come back as they were given: `TableClass`, `SSESpecification`,
    /// `OnDemandThroughput`, `WarmThroughput`.
    var settings: JSONObject
    var tags: [Tag]
    /// The backup that the table was made from.
    var origin: RestoreOrigin?

    func index(named name: String) -> IndexDefinition? { indexes.first { $0.name == name } }
    var localIndexes: [IndexDefinition] { indexes.filter(\.isLocal) }
    var globalIndexes: [IndexDefinition] { indexes.filter { !$0.isLocal } }
    /// `TableStatus`: data operations go on in either.
    var status: String { indexes.contains(where: \.isFilling) ? "UPDATING" : "ACTIVE" }

    func arn(_ identity: CloudIdentity) -> String { identity.arn("dynamodb", "table/\(name)") }
}

/// Where a restored table comes from.
struct RestoreOrigin: Sendable, Equatable {
    var backupARN: String
    var tableARN: String
    var date: Timestamp
}

/// A secondary index.
struct IndexDefinition: Sendable, Equatable {
    /// The row's number in the store.
    var number: Int64
    var name: String
    var isLocal: Bool
    var key: KeySchema
    var projection: IndexProjection
    /// `ProvisionedThroughput`, `OnDemandThroughput` and the like, as given.
    var settings: JSONObject
    var throughput: Throughput?
    /// Whether it is being filled from items that were there before it; it cannot be read until then.
    var isFilling = false
}

/// Which attributes an index shows.
enum IndexProjection: Sendable, Equatable {
    case all
    case keysOnly
    /// The keys and these.
    case include([String])

    /// The shape on the wire.
    var json: JSONValue {
        switch self {
        case .all: ["ProjectionType": "ALL"]
        case .keysOnly: ["ProjectionType": "KEYS_ONLY"]
        case .include(let names):
            ["ProjectionType": "INCLUDE", "NonKeyAttributes": .array(names.map { .string($0) })]
        }
    }
}

/// Capacity that was ordered.
struct Throughput: Sendable, Equatable {
    var readUnits: Int
    var writeUnits: Int

    /// The shape in descriptions.
    var json: JSONValue {
        [
            "NumberOfDecreasesToday": 0, "ReadCapacityUnits": JSONValue(readUnits),
            "WriteCapacityUnits": JSONValue(writeUnits),
        ]
    }
}

/// How a table is paid for.
struct Billing: Sendable, Equatable {
    enum Mode: String, Sendable, CaseIterable {
        case provisioned = "PROVISIONED"
        case payPerRequest = "PAY_PER_REQUEST"
    }

    var mode: Mode
    /// Zero on demand.
    var throughput: Throughput
    /// When on-demand billing began; nil where it never did.
    var payPerRequestSince: Timestamp?
}

/// What a stream of a table's changes shows.
struct StreamDefinition: Sendable, Equatable {
    enum ViewType: String, Sendable, CaseIterable {
        case keysOnly = "KEYS_ONLY"
        case newImage = "NEW_IMAGE"
        case oldImage = "OLD_IMAGE"
        case newAndOldImages = "NEW_AND_OLD_IMAGES"
    }

    var viewType: ViewType
    /// When it was turned on; it names the stream.
    var label: String
    /// Whether changes are recorded still; a stream that was turned off keeps its name.
    var isEnabled: Bool
}

/// The attribute by which items expire.
struct TimeToLive: Sendable, Equatable {
    var attribute: String
}

/// A tag.
struct Tag: Sendable, Equatable {
    var key: String
    var value: String
}
