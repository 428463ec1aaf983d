import CloudCore
import JSONValue

/// The input of an operation, read with the types that its shape gives: what has another type is a
/// `SerializationException`. `null` stands for a member that is not there.
struct RequestInput: Sendable {
    let members: JSONObject

    init(_ members: JSONObject) { self.members = members }

    func has(_ name: String) -> Bool { value(name) != nil }

    func value(_ name: String) -> JSONValue? {
        guard let value = members[name], !value.isNull else { return nil }
        return value
    }

    func string(_ name: String) throws -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw SerializationFault.cannotConvert(value, to: "String") }
        return text
    }

    func integer(_ name: String) throws -> Int? {
        guard let value = value(name) else { return nil }
        guard case .number = value, let number = value.int else {
            throw SerializationFault.cannotConvert(value, to: "Integer")
        }
        return number
    }

    func bool(_ name: String) throws -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let flag) = value else { throw SerializationFault.cannotConvert(value, to: "Boolean") }
        return flag
    }

    func object(_ name: String) throws -> JSONObject? {
        guard let value = value(name) else { return nil }
        guard case .object(let members) = value else { throw SerializationFault.unexpectedToken(value) }
        return members
    }

    func nested(_ name: String) throws -> RequestInput? { try object(name).map(RequestInput.init) }

    func list(_ name: String) throws -> [JSONValue]? {
        guard let value = value(name) else { return nil }
        guard case .array(let elements) = value else { throw SerializationFault.unexpectedField(value) }
        return elements
    }

    func inputs(_ name: String) throws -> [RequestInput]? {
        try list(name)?.map { element in
            guard case .object(let members) = element else { throw SerializationFault.unexpectedToken(element) }
            return RequestInput(members)
        }
    }

    func strings(_ name: String) throws -> [String]? {
        try list(name)?.map { element in
            guard case .string(let text) = element else {
                throw SerializationFault.cannotConvert(element, to: "String")
            }
            return text
        }
    }

    /// A value out of a fixed set.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Choice.Type, checking constraints: inout Constraints
    ) throws -> Choice? where Choice.RawValue == String {
        guard let text = try string(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        constraints.violate(
            name, text,
            "Member must satisfy enum value set: [\(Choice.allCases.map(\.rawValue).joined(separator: ", "))]")
        return nil
    }
}

/// The constraints of a request's shape, checked together: all that are violated are told at once.
struct Constraints {
    private var violations: [String] = []

    /// Notes a violation.
    ///
    /// - Parameter path: the member, as its shape names it (`TableName`); it is told with a small first letter.
    mutating func violate(_ path: String, _ value: String?, _ rule: String) {
        let path = path.prefix(1).lowercased() + path.dropFirst()
        violations.append(
            "Value \(value.map { "'\($0)'" } ?? "null") at '\(path)' failed to satisfy constraint: \(rule)")
    }

    /// Notes a member that must be there and is not.
    mutating func require(_ path: String, _ isThere: Bool) {
        if !isThere { violate(path, nil, "Member must not be null") }
    }

    /// - Throws: ``ServiceError`` where anything was violated.
    func finish() throws {
        guard !violations.isEmpty else { return }
        throw DynamoDBErrors.validation(
            "\(violations.count) validation error\(violations.count == 1 ? "" : "s") detected: "
                + violations.joined(separator: "; "))
    }
}
