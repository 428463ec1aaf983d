/// Writes one value that is neither object nor array.
struct EncodedScalar: SingleValueEncodingContainer {
    let target: EncodedValue
    var codingPath: [any CodingKey] { target.codingPath }

    private func put(_ value: JSONValue) { target.content = .value(value) }

    func encodeNil() { put(.null) }
    func encode(_ value: Bool) { put(.bool(value)) }
    func encode(_ value: String) { put(.string(value)) }
    func encode(_ value: Double) throws { put(try EncodedValue.number(value, codingPath: codingPath)) }
    func encode(_ value: Float) throws { put(try EncodedValue.number(value, codingPath: codingPath)) }
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
        target.content = try EncodedValue.encoding(value, codingPath: codingPath).content
    }
}
