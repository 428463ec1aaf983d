/// Writes the members of an object.
struct EncodedMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let target: EncodedValue
    var codingPath: [any CodingKey] { target.codingPath }

    private func put(_ value: JSONValue, _ key: Key) {
        target.append(EncodedValue(codingPath: codingPath, .value(value)), key: key.stringValue)
    }

    private func open(_ key: some CodingKey) -> EncodedValue {
        let value = EncodedValue(codingPath: codingPath + [key])
        target.append(value, key: key.stringValue)
        return value
    }

    func encodeNil(forKey key: Key) { put(.null, key) }
    func encode(_ value: Bool, forKey key: Key) { put(.bool(value), key) }
    func encode(_ value: String, forKey key: Key) { put(.string(value), key) }
    func encode(_ value: Double, forKey key: Key) throws {
        put(try EncodedValue.number(value, codingPath: codingPath + [key]), key)
    }
    func encode(_ value: Float, forKey key: Key) throws {
        put(try EncodedValue.number(value, codingPath: codingPath + [key]), key)
    }
    func encode(_ value: Int, forKey key: Key) { put(.number(String(value)), key) }
    func encode(_ value: Int8, forKey key: Key) { put(.number(String(value)), key) }
    func encode(_ value: Int16, forKey key: Key) { put(.number(String(value)), key) }
    func encode(_ value: Int32, forKey key: Key) { put(.number(String(value)), key) }
    func encode(_ value: Int64, forKey key: Key) { put(.number(String(value)), key) }
    func encode(_ value: UInt, forKey key: Key) { put(.number(String(value)), key) }
    func encode(_ value: UInt8, forKey key: Key) { put(.number(String(value)), key) }
    func encode(_ value: UInt16, forKey key: Key) { put(.number(String(value)), key) }
    func encode(_ value: UInt32, forKey key: Key) { put(.number(String(value)), key) }
    func encode(_ value: UInt64, forKey key: Key) { put(.number(String(value)), key) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        target.append(try EncodedValue.encoding(value, codingPath: codingPath + [key]), key: key.stringValue)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        open(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { open(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { open(MemberName(stringValue: "super")) }
    func superEncoder(forKey key: Key) -> any Encoder { open(key) }
}
