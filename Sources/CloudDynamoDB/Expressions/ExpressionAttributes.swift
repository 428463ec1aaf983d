import CloudCore
import JSONValue

/// A request's `ExpressionAttributeNames` and `ExpressionAttributeValues`, and which of them its expressions have used.
struct ExpressionAttributes: Sendable {
    private(set) var names: [String: String] = [:]
    private(set) var values: [String: AttributeValue] = [:]
    private var nameOrder: [String] = []
    private var valueOrder: [String] = []
    private var usedNames: Set<String> = []
    private var usedValues: Set<String> = []

    init() {}

    /// Reads both from a request.
    ///
    /// - Parameter expressions: the expression parameters that this operation has; where none is given, names and values
    ///   are refused.
    /// - Throws: ``ServiceError``.
    init(_ input: RequestInput, expressions: [ExpressionKind]) throws {
        guard input.has("ExpressionAttributeNames") || input.has("ExpressionAttributeValues") else { return }
        let nothingUsesThem = !expressions.contains { input.has($0.rawValue) }
        if let members = try input.object("ExpressionAttributeNames") {
            guard !nothingUsesThem else {
                throw DynamoDBErrors.validation(
                    "ExpressionAttributeNames can only be specified when using expressions")
            }
            try read(names: members)
        }
        if let members = try input.object("ExpressionAttributeValues") {
            let takers = expressions.filter { $0 != .projection }
            guard takers.contains(where: { input.has($0.rawValue) }) else {
                let missing = takers.map(\.rawValue).joined(separator: " and ")
                throw DynamoDBErrors.validation(
                    "ExpressionAttributeValues can only be specified when using expressions: "
                        + (takers.isEmpty ? "" : "\(missing) \(takers.count == 1 ? "is" : "are") null"))
            }
            try read(values: members)
        }
    }

    private mutating func read(names members: JSONObject) throws {
        guard !members.isEmpty else {
            throw DynamoDBErrors.validation("ExpressionAttributeNames must not be empty")
        }
        for (key, value) in members {
            guard case .string(let name) = value else { throw SerializationFault.cannotConvert(value, to: "String") }
            guard Self.isPlaceholder(key, mark: "#") else {
                throw DynamoDBErrors.validation(
                    "ExpressionAttributeNames contains invalid key: Syntax error; key: \"\(key)\"")
            }
            guard !name.isEmpty else {
                throw DynamoDBErrors.validation(
                    "ExpressionAttributeNames contains invalid value: Empty attribute name; key: \(key)")
            }
            names[key] = name
            nameOrder.append(key)
        }
    }

    private mutating func read(values members: JSONObject) throws {
        guard !members.isEmpty else {
            throw DynamoDBErrors.validation("ExpressionAttributeValues must not be empty")
        }
        for (key, value) in members {
            guard Self.isPlaceholder(key, mark: ":") else {
                throw DynamoDBErrors.validation(
                    "ExpressionAttributeValues contains invalid key: Syntax error; key: \"\(key)\"")
            }
            do {
                values[key] = try AttributeValue(wire: value)
            } catch let error as ServiceError where error.code == "ValidationException" {
                throw DynamoDBErrors.validation(
                    "ExpressionAttributeValues contains invalid value: \(error.message) for key \(key)")
            }
            valueOrder.append(key)
        }
    }

    private static func isPlaceholder(_ key: String, mark: Character) -> Bool {
        key.first == mark && key.utf8.count > 1
            && key.utf8.dropFirst().allSatisfy {
                ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10 || $0 == UInt8(ascii: "_")
            }
    }

    /// Notes what an expression uses.
    ///
    /// - Throws: ``ServiceError`` for what is not defined.
    mutating func use(_ usage: PlaceholderUsage, in kind: ExpressionKind) throws {
        for name in usage.names {
            guard names[name] != nil else {
                throw kind.invalid(
                    "An expression attribute name used in the document path is not defined; attribute name: \(name)")
            }
            usedNames.insert(name)
        }
        for value in usage.values {
            guard values[value] != nil else {
                throw kind.invalid(
                    "An expression attribute value used in expression is not defined; attribute value: \(value)")
            }
            usedValues.insert(value)
        }
    }

    /// Refuses what no expression has used.
    func finish() throws {
        try refuse(nameOrder.filter { !usedNames.contains($0) }, of: "ExpressionAttributeNames")
        try refuse(valueOrder.filter { !usedValues.contains($0) }, of: "ExpressionAttributeValues")
    }

    private func refuse(_ unused: [String], of parameter: String) throws {
        guard !unused.isEmpty else { return }
        throw DynamoDBErrors.validation(
            "Value provided in \(parameter) unused in expressions: keys: {\(unused.joined(separator: ", "))}")
    }
}
