import AWSClient
import JSONValue
import Pictures

/// What was counted in one stretch of time: the last count, and the least and the most of all of them.
struct StatisticsPoint: Sendable, Hashable {
    /// A number that goes up and down.
    struct Gauge: Sendable, Hashable {
        var last: Int
        var least: Int
        var most: Int

        init(_ number: Int) { (last, least, most) = (number, number, number) }

        mutating func note(_ number: Int) {
            last = number
            least = min(least, number)
            most = max(most, number)
        }
    }

    let resolution: Resolution
    let start: Timestamp
    /// How many counts are in it.
    private(set) var samples = 1
    /// When the last one was taken.
    private(set) var sampledAt: Timestamp
    private(set) var pictures: Gauge
    private(set) var bytes: Gauge
    private(set) var people: Gauge
    private(set) var states: [String: Int]
    private(set) var types: [String: Int]

    /// A stretch of time with its first count.
    init(_ resolution: Resolution, _ tally: PictureTally, at moment: Timestamp) {
        self.resolution = resolution
        start = resolution.start(of: moment)
        sampledAt = moment
        (pictures, bytes, people) = (Gauge(tally.pictures), Gauge(tally.bytes), Gauge(tally.people))
        (states, types) = (tally.states, tally.types)
    }

    /// Takes a later count in.
    mutating func note(_ tally: PictureTally, at moment: Timestamp) {
        samples += 1
        sampledAt = moment
        pictures.note(tally.pictures)
        bytes.note(tally.bytes)
        people.note(tally.people)
        (states, types) = (tally.states, tally.types)
    }

    /// As it is answered.
    var document: JSONValue {
        [
            "time": .string(start.description), "samples": JSONValue(samples), "pictures": pictures.document,
            "bytes": bytes.document, "people": people.document, "states": .counts(states), "types": .counts(types),
        ]
    }
}

// As a row of the table.
extension StatisticsPoint {
    var item: Item {
        [
            "resolution": .string(resolution.rawValue), "time": .string(start.description), "samples": .number(samples),
            "sampledAt": .string(sampledAt.description), "expiresAt": .number(start.seconds + resolution.retention),
            "pictures": .map(pictures.item), "bytes": .map(bytes.item), "people": .map(people.item),
            "states": .counts(states), "types": .counts(types),
        ]
    }

    /// Reads a row.
    ///
    /// - Throws: ``UnreadableRow``
    init(_ item: Item, table: String) throws {
        let row = RowReader(item: item, table: table, key: item["time"]?.string ?? "?")
        resolution = try row.read("resolution") { $0.string.flatMap { Resolution(rawValue: $0) } }
        start = try row.read("time") { $0.string.flatMap { Timestamp($0) } }
        samples = try row.read("samples", \.int)
        sampledAt = try row.read("sampledAt") { $0.string.flatMap { Timestamp($0) } }
        pictures = try row.read("pictures") { $0.map.flatMap { Gauge($0) } }
        bytes = try row.read("bytes") { $0.map.flatMap { Gauge($0) } }
        people = try row.read("people") { $0.map.flatMap { Gauge($0) } }
        states = try row.read("states", \.counts)
        types = try row.read("types", \.counts)
    }
}

extension StatisticsPoint.Gauge {
    fileprivate var document: JSONValue {
        ["last": JSONValue(last), "least": JSONValue(least), "most": JSONValue(most)]
    }

    fileprivate var item: Item { ["last": .number(last), "least": .number(least), "most": .number(most)] }

    fileprivate init?(_ item: Item) {
        guard let last = item["last"]?.int, let least = item["least"]?.int, let most = item["most"]?.int else {
            return nil
        }
        (self.last, self.least, self.most) = (last, least, most)
    }
}

extension JSONValue {
    /// Numbers by name, in the order of the names.
    static func counts(_ counts: [String: Int]) -> JSONValue {
        .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) }))
    }
}
