/// The members of a JSON object, in the order in which they were written.
///
/// A key that is written twice keeps its first place and its last value, as most readers do. Keys are the same when
/// their UTF-8 bytes are (RFC 8259, 8.3): "é" as one scalar and as two are two keys.
public struct JSONObject: Sendable {
    /// The keys, in order.
    public private(set) var keys: [String] = []
    /// The values, in the order of ``keys``.
    public private(set) var values: [JSONValue] = []
    /// Positions by key; kept only for objects in which a search from the front would take long.
    private var positions: [ExactText: Int]?

    private static let indexedFrom = 12

    /// An object without members.
    public init() {}

    /// An object with these members.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { self[key] = value }
    }

    /// How many members there are.
    public var count: Int { keys.count }

    /// Whether there are none.
    public var isEmpty: Bool { keys.isEmpty }

    /// The value of a member. Setting nil takes the member out.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { values[$0] } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?):
                values[position] = value
            case (let position?, nil):
                keys.remove(at: position)
                values.remove(at: position)
                positions = nil
                indexIfLarge()
            case (nil, let value?):
                append(key, value)
            case (nil, nil):
                break
            }
        }
    }

    /// The value of a member, or a value to start from.
    public subscript(key: String, default fallback: @autoclosure () -> JSONValue) -> JSONValue {
        get { self[key] ?? fallback() }
        set { self[key] = newValue }
    }

    /// Whether there is a member of this name.
    public func contains(_ key: String) -> Bool { position(of: key) != nil }

    private func position(of key: String) -> Int? {
        if let positions { return positions[ExactText(key)] }
        return keys.firstIndex { $0.hasSameBytes(as: key) }
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        keys.append(key)
        values.append(value)
        if positions != nil { positions?[ExactText(key)] = keys.count - 1 } else { indexIfLarge() }
    }

    private mutating func indexIfLarge() {
        guard keys.count >= Self.indexedFrom else { return }
        positions = Dictionary(uniqueKeysWithValues: zip(keys.lazy.map(ExactText.init), keys.indices))
    }
}

extension JSONObject: Sequence {
    /// Goes through the members in order.
    public func makeIterator() -> AnyIterator<(key: String, value: JSONValue)> {
        var next = 0
        return AnyIterator {
            guard next < keys.count else { return nil }
            defer { next += 1 }
            return (keys[next], values[next])
        }
    }
}

extension JSONObject: Hashable {
    /// Two objects are equal when they have the same members, in whichever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
    }

    /// Order does not enter the hash, as it does not enter equality.
    public func hash(into hasher: inout Hasher) {
        var combined = 0
        for (key, value) in self {
            var member = Hasher()
            member.combine(ExactText(key))
            member.combine(value)
            combined ^= member.finalize()
        }
        hasher.combine(combined)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// The members in the order written.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
