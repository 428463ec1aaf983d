import JSONValue

/// An answer's JSON, written member by member: items go in as the bytes that are stored.
struct AnswerBody {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    init(reservingCapacity capacity: Int = 64) { bytes.reserveCapacity(capacity) }

    private mutating func name(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        JSONValue.write(string: name, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func add(_ member: String, _ value: JSONValue?) {
        guard let value else { return }
        name(member)
        value.write(into: &bytes)
    }

    mutating func add(_ member: String, _ number: Int) {
        name(member)
        bytes.append(contentsOf: String(number).utf8)
    }

    /// Adds a member whose JSON is at hand.
    mutating func add(_ member: String, raw: some Collection<UInt8>) {
        name(member)
        bytes.append(contentsOf: raw)
    }

    mutating func add(_ member: String, _ attributes: AttributeMap) {
        name(member)
        attributes.write(into: &bytes)
    }

    /// The whole answer.
    func finished() -> [UInt8] { bytes + CollectionOfOne(UInt8(ascii: "}")) }
}
