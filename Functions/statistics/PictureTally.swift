import AWSClient
import Pictures

/// What there is in the table of pictures, counted row by row in the order of the index by object.
struct PictureTally: Sendable, Hashable {
    var pictures = 0
    var bytes = 0
    /// People that have pictures.
    var people = 0
    /// Pictures by the state of their recognition.
    var states: [String: Int] = [:]
    /// Pictures by media type.
    var types: [String: Int] = [:]
    /// Whose row was counted last: each person's rows stand side by side.
    private var lastOwner: UserID?

    init() {}

    /// Counts a row.
    mutating func count(
        _ owner: UserID, byteCount: Int, state: RecognitionState.Name?, type: ImageType?
    ) {
        pictures += 1
        bytes += byteCount
        if owner != lastOwner { people += 1 }
        lastOwner = owner
        if let state { states[state.rawValue, default: 0] += 1 }
        if let type { types[type.mediaType, default: 0] += 1 }
    }
}

// A count of many pages goes on in the next sweep.
extension PictureTally {
    var item: Item {
        var item: Item = [
            "pictures": .number(pictures), "bytes": .number(bytes), "people": .number(people),
            "states": .counts(states), "types": .counts(types),
        ]
        item["lastOwner"] = lastOwner.map { .string($0.text) }
        return item
    }

    /// What ``item`` wrote; nil for anything else.
    init?(_ item: Item) {
        guard let pictures = item["pictures"]?.int, let bytes = item["bytes"]?.int, let people = item["people"]?.int,
            let states = item["states"]?.counts, let types = item["types"]?.counts
        else { return nil }
        (self.pictures, self.bytes, self.people, self.states, self.types) = (pictures, bytes, people, states, types)
        lastOwner = item["lastOwner"]?.string.flatMap { UserID($0) }
    }
}

extension AttributeValue {
    /// Numbers by name.
    static func counts(_ counts: [String: Int]) -> AttributeValue { .map(counts.mapValues { .number($0) }) }

    /// The numbers by name; nil where one is none.
    var counts: [String: Int]? {
        guard let map else { return nil }
        var counts: [String: Int] = [:]
        for (name, value) in map {
            guard let number = value.int else { return nil }
            counts[name] = number
        }
        return counts
    }
}
