import CloudCore
import JSONValue

/// The input of an operation, read with the types and constraints of its shape.
///
/// A value of another type is a `SerializationException`, told at once; what violates a constraint is noted, and told by
/// ``finish()`` together with whatever else does. `null` stands for a member that is not there.
struct LogsInput {
    let members: JSONObject
    /// The region and account that the caller spoke to, and the request's number.
    let call: ServiceCall
    var constraints = Constraints()

    init(_ members: JSONObject, _ call: ServiceCall) {
        self.members = members
        self.call = call
    }

    /// - Throws: ``ServiceError`` where a constraint was violated.
    func finish() throws(ServiceError) { try constraints.finish() }

    func value(_ name: String) -> JSONValue? {
        guard let value = members[name], !value.isNull else { return nil }
        return value
    }

    func text(_ name: String) throws(ServiceError) -> String? {
        guard let value = value(name) else { return nil }
        return try Self.text(value)
    }

    static func text(_ value: JSONValue) throws(ServiceError) -> String {
        guard case .string(let text) = value else { throw cannotConvert(value, to: "String") }
        return text
    }

    func flag(_ name: String) throws(ServiceError) -> Bool {
        guard let value = value(name) else { return false }
        guard case .bool(let flag) = value else { throw Self.cannotConvert(value, to: "Boolean") }
        return flag
    }

    func integer(_ name: String) throws(ServiceError) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.int else { throw Self.cannotConvert(value, to: "Long") }
        return number
    }

    func list(_ name: String) throws(ServiceError) -> [JSONValue]? {
        guard let value = value(name) else { return nil }
        guard case .array(let elements) = value else { throw Self.cannotConvert(value, to: "List") }
        return elements
    }

    func texts(_ name: String) throws(ServiceError) -> [String]? {
        guard let elements = try list(name) else { return nil }
        var texts: [String] = []
        for element in elements { texts.append(try Self.text(element)) }
        return texts
    }

    static func cannotConvert(_ value: JSONValue, to type: String) -> ServiceError {
        switch value {
        case .array, .object:
            ServiceError("SerializationException", "Start of structure or map found where not expected.")
        case .number: ServiceError("SerializationException", "NUMBER_VALUE can not be converted to a \(type)")
        case .string: ServiceError("SerializationException", "STRING_VALUE can not be converted to a \(type)")
        case .bool(let flag):
            ServiceError("SerializationException", "\(flag ? "TRUE" : "FALSE")_VALUE can not be converted to a \(type)")
        case .null: ServiceError("SerializationException", "NULL_VALUE can not be converted to a \(type)")
        }
    }

    // MARK: Members that many operations have

    mutating func require<Value>(_ name: String, _ value: Value?) -> Value? {
        if value == nil { constraints.violate(name, nil, "Member must not be null") }
        return value
    }

    /// A number within bounds.
    mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
        guard let number = try integer(name) else { return nil }
        if number < range.lowerBound {
            constraints.violate(
                name, String(number), "Member must have value greater than or equal to \(range.lowerBound)")
        } else if number > range.upperBound {
            constraints.violate(
                name, String(number), "Member must have value less than or equal to \(range.upperBound)")
        }
        return number
    }

    /// A moment in milliseconds.
    mutating func moment(_ name: String) throws(ServiceError) -> Int64? {
        try integer(name, in: 0...Int.max).map { Int64($0) }
    }

    /// A value out of a fixed set.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws(ServiceError) -> Choice? where Choice.RawValue == String {
        guard let text = try text(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        constraints.violate(
            name, text,
            "Member must satisfy enum value set: [\(Choice.allCases.map(\.rawValue).joined(separator: ", "))]")
        return nil
    }

    /// A text whose length is limited.
    mutating func text(_ name: String, lengths: ClosedRange<Int>) throws(ServiceError) -> String? {
        guard let text = try text(name) else { return nil }
        checkLength(name, text.count, lengths, shown: text)
        return text
    }

    mutating func checkLength(_ name: String, _ count: Int, _ lengths: ClosedRange<Int>, shown: String) {
        if count < lengths.lowerBound {
            constraints.violate(
                name, shown, "Member must have length greater than or equal to \(lengths.lowerBound)")
        } else if count > lengths.upperBound {
            constraints.violate(name, shown, "Member must have length less than or equal to \(lengths.upperBound)")
        }
    }

    /// The pattern of a filter.
    mutating func filterPattern(_ name: String) throws(ServiceError) -> FilterPattern? {
        guard let text = try text(name, lengths: 0...1024), text.count <= 1024 else { return nil }
        do { return try FilterPattern(parsing: text) } catch { throw .logs(.invalidParameter, error.message) }
    }
}
