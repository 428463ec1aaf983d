import JSONValue

/// Attributes by name, in the order in which they came: an item, a key, or a map inside one.
///
/// Kept in order so that the same requests give the same answers, byte for byte, in every run.
struct AttributeMap: Sendable {
    private(set) var names: [String] = []
    private(set) var values: [AttributeValue] = []

    init() {}

    init(reservingCapacity capacity: Int) {
        names.reserveCapacity(capacity)
        values.reserveCapacity(capacity)
    }

    init(_ members: some Sequence<(name: String, value: AttributeValue)>) {
        for (name, value) in members { self[name] = value }
    }

    var count: Int { names.count }
    var isEmpty: Bool { names.isEmpty }

    /// The value of an attribute; setting nil removes it.
    subscript(name: String) -> AttributeValue? {
        get { position(of: name).map { values[$0] } }
        set {
            switch (position(of: name), newValue) {
            case (let position?, let value?): values[position] = value
            case (let position?, nil):
                names.remove(at: position)
                values.remove(at: position)
            case (nil, let value?): append(name, value)
            case (nil, nil): break
            }
        }
    }

    /// Adds an attribute that is known not to be there.
    mutating func append(_ name: String, _ value: AttributeValue) {
        names.append(name)
        values.append(value)
    }

    /// Changes a value in its place, without a copy of what lies inside.
    mutating func update<Outcome, Failure: Error>(
        _ name: String, _ change: (inout AttributeValue) throws(Failure) -> Outcome
    ) throws(Failure) -> Outcome? {
        guard let position = position(of: name) else { return nil }
        return try change(&values[position])
    }

    private func position(of name: String) -> Int? { names.firstIndex { $0.hasSameBytes(as: name) } }

    /// Bytes that an item of these attributes counts for.
    var itemByteCount: Int { reduce(0) { $0 + $1.name.utf8.count + $1.value.byteCount } }
}

extension AttributeMap: Sequence {
    func makeIterator() -> AnyIterator<(name: String, value: AttributeValue)> {
        var next = 0
        return AnyIterator {
            guard next < names.count else { return nil }
            defer { next += 1 }
            return (names[next], values[next])
        }
    }
}

extension AttributeMap: Equatable {
    static func == (left: AttributeMap, right: AttributeMap) -> Bool {
        guard left.count == right.count else { return false }
        if left.count <= 16 { return left.allSatisfy { right[$0.name] == $0.value } }
        var members: [[UInt8]: AttributeValue] = [:]
        for (name, value) in right { members[Array(name.utf8)] = value }
        return left.allSatisfy { members[Array($0.name.utf8)] == $0.value }
    }
}
