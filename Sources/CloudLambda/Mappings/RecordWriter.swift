import JSONValue

/// Writes JSON straight away, without building the value first: records are written for every message.
struct RecordWriter {
    var output: [UInt8] = []
    private var isFirst = true

    mutating func object(_ members: (inout RecordWriter) -> Void) {
        output.append(UInt8(ascii: "{"))
        isFirst = true
        members(&self)
        output.append(UInt8(ascii: "}"))
        isFirst = false
    }

    mutating func member(_ name: String, _ value: (inout RecordWriter) -> Void) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        JSONValue.write(string: name, into: &output)
        output.append(UInt8(ascii: ":"))
        value(&self)
        isFirst = false
    }

    mutating func member(_ name: String, _ text: String) {
        member(name) { JSONValue.write(string: text, into: &$0.output) }
    }

    mutating func emptyArray() { output.append(contentsOf: "[]".utf8) }

    mutating func null() { output.append(contentsOf: "null".utf8) }
}
