import Digests
import JSONValue
import NIOCore

/// Writes an event's JSON byte by byte: no tree is built and nothing is copied twice.
struct JSONEventWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func open() { begin(UInt8(ascii: "{")) }

    mutating func close() { end(UInt8(ascii: "}")) }

    mutating func openList() { begin(UInt8(ascii: "[")) }

    mutating func closeList() { end(UInt8(ascii: "]")) }

    private mutating func begin(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        needsComma = false
    }

    private mutating func end(_ byte: UInt8) {
        bytes.append(byte)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// A member's name that needs no escapes.
    mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
        needsComma = false
    }

    /// A member's name that came from outside.
    mutating func key(text name: String) {
        separate()
        JSONValue.write(string: name, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func string(_ text: String) {
        separate()
        JSONValue.write(string: text, into: &bytes)
    }

    mutating func string(_ text: String?) {
        if let text { string(text) } else { null() }
    }

    mutating func null() { raw("null") }

    mutating func bool(_ flag: Bool) { raw(flag ? "true" : "false") }

    mutating func number(_ number: Int64) { raw(String(number)) }

    private mutating func raw(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    mutating func value(_ value: JSONValue) {
        separate()
        value.write(into: &bytes)
    }

    mutating func member(_ name: StaticString, _ text: String?) {
        key(name)
        string(text)
    }

    mutating func base64(_ body: ByteBuffer) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: Base64.encodeToBytes(body.readableBytesView))
        bytes.append(UInt8(ascii: "\""))
    }
}
