/// Writes the elements of an array.
struct EncodedElements: UnkeyedEncodingContainer {
    let target: EncodedValue
    var codingPath: [any CodingKey] { target.codingPath }
    var count: Int { target.count }

    private var place: [any CodingKey] { codingPath + [MemberName(intValue: count)] }

    private func put(_ value: JSONValue) { target.append(EncodedValue(codingPath: codingPath, .value(value))) }

    private func open() -> EncodedValue {
        let value = EncodedValue(codingPath: place)
        target.append(value)
        return value
    }

    func encodeNil() { put(.null) }
    func encode(_ value: Bool) { put(.bool(value)) }
    func encode(_ value: String) { put(.string(value)) }
    func encode(_ value: Double) throws { put(try EncodedValue.number(value, codingPath: place)) }
    func encode(_ value: Float) throws { put(try EncodedValue.number(value, codingPath: place)) }
    func encode(_ value: Int) { put(.number(String(value))) }
    func encode(_ value: Int8) { put(.number(String(value))) }
    func encode(_ value: Int16) { put(.number(String(value))) }
    func encode(_ value: Int32) { put(.number(String(value))) }
    func encode(_ value: Int64) { put(.number(String(value))) }
    func encode(_ value: UInt) { put(.number(String(value))) }
    func encode(_ value: UInt8) { put(.number(String(value))) }
    func encode(_ value: UInt16) { put(.number(String(value))) }
    func encode(_ value: UInt32) { put(.number(String(value))) }
    func encode(_ value: UInt64) { put(.number(String(value))) }

    func encode(_ value: some Encodable) throws {
        target.append(try EncodedValue.encoding(value, codingPath: place))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        open().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { open().unkeyedContainer() }
    func superEncoder() -> any Encoder { open() }
}
