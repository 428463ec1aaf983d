extension JSONValue {
    /// What decoding does with members that the type does not know.
    public enum UnknownMembers: Sendable {
        /// Passes over them, as most readers do.
        case ignored
        /// Throws `DecodingError.dataCorrupted` with ``UnknownMember`` as its underlying error.
        ///
        /// A member is unknown when the `CodingKeys` of the type have no case for it; so a type that reads its members
        /// through several sets of keys cannot be read this way.
        case refused
    }

    /// Reads a value of a `Decodable` type out of this one.
    ///
    /// Numbers keep every digit until the type is known, so 64-bit integers arrive exactly. Foundation's types are read
    /// as they encode themselves: a `Date` as seconds since 2001, `Data` as a list of bytes.
    ///
    /// - Throws: `DecodingError`, whose `codingPath` leads to the place.
    public func decode<Value: Decodable>(
        as type: Value.Type, unknownMembers: UnknownMembers = .ignored
    ) throws -> Value {
        try JSONValueDecoder(value: self, codingPath: [], unknownMembers: unknownMembers).decode(type)
    }

    /// The JSON form of an `Encodable` value, members in the order in which the value wrote them.
    ///
    /// - Throws: what the value throws; `EncodingError.invalidValue` for a number that JSON cannot say.
    public init(encoding value: some Encodable) throws {
        self = try EncodedValue.encoding(value, codingPath: []).value
    }
}

extension JSONValue: Codable {
    /// Takes any JSON value.
    public init(from decoder: any Decoder) throws {
        if let exact = decoder as? JSONValueDecoder {
            self = exact.value
        } else if let keyed = try? decoder.container(keyedBy: MemberName.self) {
            self = .object(
                JSONObject(try keyed.allKeys.map { ($0.stringValue, try keyed.decode(JSONValue.self, forKey: $0)) }))
        } else if var list = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !list.isAtEnd { elements.append(try list.decode(JSONValue.self)) }
            self = .array(elements)
        } else {
            self = try Self.scalar(in: decoder.singleValueContainer())
        }
    }

    private static func scalar(in container: any SingleValueDecodingContainer) throws -> JSONValue {
        if container.decodeNil() { return .null }
        if let flag = try? container.decode(Bool.self) { return .bool(flag) }
        if let whole = try? container.decode(Int64.self) { return .number(String(whole)) }
        if let whole = try? container.decode(UInt64.self) { return .number(String(whole)) }
        if let real = try? container.decode(Double.self) { return JSONValue(real) }
        return .string(try container.decode(String.self))
    }

    /// Writes the value. A coder other than this module's gets numbers as 64-bit integers or doubles.
    public func encode(to encoder: any Encoder) throws {
        if let exact = encoder as? EncodedValue {
            exact.content = .value(self)
            return
        }
        switch self {
        case .object(let members):
            var container = encoder.container(keyedBy: MemberName.self)
            for (key, value) in members { try container.encode(value, forKey: MemberName(stringValue: key)) }
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        default:
            var container = encoder.singleValueContainer()
            try encodeScalar(into: &container)
        }
    }

    private func encodeScalar(into container: inout any SingleValueEncodingContainer) throws {
        switch self {
        case .bool(let flag): try container.encode(flag)
        case .string(let text): try container.encode(text)
        case .number(let text):
            if let whole = Int64(text) {
                try container.encode(whole)
            } else if let whole = UInt64(text) {
                try container.encode(whole)
            } else {
                try container.encode(Double(text) ?? .nan)
            }
        case .null, .array, .object: try container.encodeNil()
        }
    }
}

/// A member that the type that was read does not know, see ``JSONValue/UnknownMembers/refused``.
public struct UnknownMember: Error, Sendable, Hashable {
    /// The member's name.
    public var name: String
}

/// Any name of a member, or the place of an element.
struct MemberName: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }
}
