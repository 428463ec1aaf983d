import CloudCore
import JSONValue

/// An event on a bus.
struct Event: Sendable {
    /// How many buses an event may come through: rules that send it around in a circle end here.
    static let hopLimit = 5

    var id: String
    var detailType: String
    var source: String
    var time: Timestamp
    var resources: [String]
    var detail: JSONValue
    /// When the first bus took it.
    var ingested: Timestamp
    var hops = 0

    /// The event as rules see it and targets get it.
    func envelope(_ identity: CloudIdentity) -> JSONValue {
        [
            "version": "0", "id": .string(id), "detail-type": .string(detailType), "source": .string(source),
            "account": .string(identity.accountID), "time": .string(time.iso8601), "region": .string(identity.region),
            "resources": .array(resources.map { .string($0) }), "detail": detail,
        ]
    }
}
