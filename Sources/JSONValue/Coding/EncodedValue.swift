/// A value under construction by an `Encodable` type.
///
/// A class, because containers that were handed out earlier go on writing into their place while others are opened.
final class EncodedValue: Encoder {
    enum Content {
        case value(JSONValue)
        case elements([EncodedValue])
        case members([(key: String, value: EncodedValue)])
    }

    let codingPath: [any CodingKey]
    var content: Content
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(codingPath: [any CodingKey], _ content: Content = .members([])) {
        self.codingPath = codingPath
        self.content = content
    }

    static func encoding(_ value: some Encodable, codingPath: [any CodingKey]) throws -> EncodedValue {
        switch value {
        case let value as JSONValue: return EncodedValue(codingPath: codingPath, .value(value))
        case let text as String: return EncodedValue(codingPath: codingPath, .value(.string(text)))
        default:
            let encoded = EncodedValue(codingPath: codingPath)
            try value.encode(to: encoded)
            return encoded
        }
    }

    /// The finished value.
    var value: JSONValue {
        switch content {
        case .value(let value): value
        case .elements(let elements): .array(elements.map(\.value))
        case .members(let members): .object(JSONObject(members.lazy.map { ($0.key, $0.value.value) }))
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .members = content {} else { content = .members([]) }
        return KeyedEncodingContainer(EncodedMembers<Key>(target: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .elements = content {} else { content = .elements([]) }
        return EncodedElements(target: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { EncodedScalar(target: self) }

    func append(_ value: EncodedValue, key: String) {
        guard case .members(var members) = content else { return }
        content = .value(.null)  // releases the list, so that it grows in place
        members.append((key, value))
        content = .members(members)
    }

    func append(_ value: EncodedValue) {
        guard case .elements(var elements) = content else { return }
        content = .value(.null)
        elements.append(value)
        content = .elements(elements)
    }

    var count: Int { if case .elements(let elements) = content { elements.count } else { 0 } }

    static func number(_ value: Double, codingPath: [any CodingKey]) throws -> JSONValue {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: codingPath, debugDescription: "JSON cannot say \(value)"))
        }
        return JSONValue(value)
    }

    static func number(_ value: Float, codingPath: [any CodingKey]) throws -> JSONValue {
        guard value.isFinite else { return try number(Double(value), codingPath: codingPath) }
        // By its own shortest digits: 0.1, where the nearest Double would be written 0.10000000149011612.
        return Int(exactly: value).map { JSONValue($0) } ?? .number(value.description)
    }
}
