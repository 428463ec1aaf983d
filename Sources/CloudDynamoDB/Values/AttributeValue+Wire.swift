import Digests
import JSONValue

extension AttributeValue {
    /// How deeply lists and maps may be nested in an item.
    static let nestingLimit = 32

    /// Reads a value from a request: `{"S": "text"}`.
    ///
    /// - Throws: ``ServiceError`` in DynamoDB's wording.
    init(wire: JSONValue, depth: Int = 0) throws {
        guard case .object(let members) = wire else { throw SerializationFault.unexpectedToken(wire) }
        var found: (type: AttributeType, content: JSONValue)?
        for (name, content) in members where !content.isNull {
            guard let type = AttributeType(rawValue: name) else { continue }
            guard found == nil else {
                throw DynamoDBErrors.validation(
                    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
                        + "datatypes")
            }
            found = (type, content)
        }
        guard let found else {
            throw DynamoDBErrors.validation(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
        }
        self = try Self.read(found.content, as: found.type, depth: depth)
    }

    private static func read(_ content: JSONValue, as type: AttributeType, depth: Int) throws -> AttributeValue {
        switch type {
        case .string: return .string(try text(content))
        case .number: return .number(try number(content))
        case .binary: return .binary(try bytes(content))
        case .bool:
            guard let flag = content.bool else { throw SerializationFault.cannotConvert(content, to: "Boolean") }
            return .bool(flag)
        case .null:
            guard let flag = content.bool else { throw SerializationFault.cannotConvert(content, to: "Boolean") }
            guard flag else {
                throw DynamoDBErrors.invalidParameter("Null attribute value types must have the value of true")
            }
            return .null
        case .list:
            let elements = try list(content)
            try checkDepth(depth)
            return .list(try elements.map { try AttributeValue(wire: $0, depth: depth + 1) })
        case .map:
            guard case .object(let members) = content else { throw SerializationFault.unexpectedToken(content) }
            try checkDepth(depth)
            return .map(try AttributeMap(wire: members, depth: depth + 1))
        case .stringSet:
            let members = try list(content).map(text)
            guard !members.isEmpty else { throw DynamoDBErrors.invalidParameter("An string set  may not be empty") }
            guard members.count < 2 || Set(members.map { Array($0.utf8) }).count == members.count else {
                throw DynamoDBErrors.invalidParameter(
                    "Input collection [\(members.joined(separator: ", "))] contains duplicates.")
            }
            return .stringSet(members)
        case .numberSet:
            let members = try list(content).map(number)
            guard !members.isEmpty else { throw DynamoDBErrors.invalidParameter("An number set  may not be empty") }
            guard Set(members).count == members.count else {
                throw DynamoDBErrors.validation("Input collection contains duplicates")
            }
            return .numberSet(members)
        case .binarySet:
            let members = try list(content).map(bytes)
            guard !members.isEmpty else {
                throw DynamoDBErrors.invalidParameter("Binary sets should not be empty")
            }
            guard Set(members).count == members.count else {
                let shown = members.map { Base64.encode($0) }.joined(separator: ", ")
                throw DynamoDBErrors.invalidParameter("Input collection [\(shown)]of type BS contains duplicates.")
            }
            return .binarySet(members)
        }
    }

    private static func checkDepth(_ depth: Int) throws {
        guard depth < nestingLimit else {
            throw DynamoDBErrors.validation("Nesting Levels have exceeded supported limits")
        }
    }

    private static func text(_ content: JSONValue) throws -> String {
        guard case .string(let text) = content else { throw SerializationFault.cannotConvert(content, to: "String") }
        return text
    }

    private static func number(_ content: JSONValue) throws -> DynamoDBNumber {
        do {
            return try DynamoDBNumber(parsing: text(content))
        } catch let error as DynamoDBNumberError {
            throw DynamoDBErrors.validation(error.message)
        }
    }

    private static func bytes(_ content: JSONValue) throws -> [UInt8] {
        guard case .string(let text) = content else {
            throw SerializationFault.cannotConvert(content, to: "ByteBuffer")
        }
        guard text.utf8.count.isMultiple(of: 4) else {
            throw DynamoDBErrors.serialization(
                "Base64 encoded length is expected a multiple of 4 bytes but found: \(text.utf8.count)")
        }
        guard let bytes = Base64.decode(text), !text.utf8.contains(where: { $0 == 0x2D || $0 == 0x5F }) else {
            throw DynamoDBErrors.serialization("Invalid Base64 characters")
        }
        return bytes
    }

    private static func list(_ content: JSONValue) throws -> [JSONValue] {
        guard case .array(let elements) = content else { throw SerializationFault.unexpectedField(content) }
        return elements
    }
}

extension AttributeMap {
    /// Reads attributes from a request.
    ///
    /// - Throws: ``ServiceError`` in DynamoDB's wording.
    init(wire members: JSONObject, depth: Int = 0) throws {
        self.init(reservingCapacity: members.count)
        for index in members.keys.indices {
            append(members.keys[index], try AttributeValue(wire: members.values[index], depth: depth))
        }
    }

    /// Reads attributes from bytes that ``write(into:)`` wrote.
    init(stored bytes: some Collection<UInt8>) throws {
        guard case .object(let members) = try JSONValue(parsing: bytes) else {
            throw DynamoDBErrors.internalFailure
        }
        try self.init(wire: members)
    }

    /// Writes the attributes as JSON.
    func write(into output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        for index in names.indices {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            JSONValue.write(string: names[index], into: &output)
            output.append(UInt8(ascii: ":"))
            values[index].write(into: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    /// The attributes as JSON.
    var wireBytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        write(into: &output)
        return output
    }
}

extension AttributeValue {
    /// Writes the value as JSON: `{"S":"text"}`.
    func write(into output: inout [UInt8]) {
        switch self {
        case .string(let text):
            output.append(contentsOf: "{\"S\":".utf8)
            JSONValue.write(string: text, into: &output)
        case .number(let number):
            output.append(contentsOf: "{\"N\":\"".utf8)
            output.append(contentsOf: number.text.utf8)
            output.append(UInt8(ascii: "\""))
        case .binary(let bytes):
            output.append(contentsOf: "{\"B\":".utf8)
            Self.write(bytes, into: &output)
        case .bool(let flag): output.append(contentsOf: (flag ? "{\"BOOL\":true" : "{\"BOOL\":false").utf8)
        case .null: output.append(contentsOf: "{\"NULL\":true".utf8)
        case .list(let elements):
            output.append(contentsOf: "{\"L\":".utf8)
            Self.write(elements, into: &output) { $0.write(into: &$1) }
        case .map(let members):
            output.append(contentsOf: "{\"M\":".utf8)
            members.write(into: &output)
        case .stringSet(let members):
            output.append(contentsOf: "{\"SS\":".utf8)
            Self.write(members, into: &output) { JSONValue.write(string: $0, into: &$1) }
        case .numberSet(let members):
            output.append(contentsOf: "{\"NS\":".utf8)
            Self.write(members, into: &output) { JSONValue.write(string: $0.text, into: &$1) }
        case .binarySet(let members):
            output.append(contentsOf: "{\"BS\":".utf8)
            Self.write(members, into: &output) { Self.write($0, into: &$1) }
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func write(_ bytes: [UInt8], into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        output.append(contentsOf: Base64.encodeToBytes(bytes))
        output.append(UInt8(ascii: "\""))
    }

    private static func write<Element>(
        _ list: [Element], into output: inout [UInt8], each: (Element, inout [UInt8]) -> Void
    ) {
        output.append(UInt8(ascii: "["))
        for (index, element) in list.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            each(element, &output)
        }
        output.append(UInt8(ascii: "]"))
    }
}
