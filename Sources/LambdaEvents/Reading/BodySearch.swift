/// Finds the member `body` of an event without reading what it passes over.
///
/// It does not judge: on anything unexpected it finds nothing, and the parser, which then reads everything, says why.
struct BodySearch {
    private let search: ByteSearch
    private var at = 0
    private var bytes: UnsafeBufferPointer<UInt8> { search.bytes }

    /// Where the string, quotes included, of the one top-level member `body` lies; nil where there is none, or two.
    static func stringBody(in bytes: [UInt8]) -> Range<Int>? {
        bytes.withUnsafeBufferPointer { buffer in
            var search = BodySearch(search: ByteSearch(bytes: buffer))
            return search.run()
        }
    }

    private init(search: ByteSearch) { self.search = search }

    private static let key = Array("\"body\"".utf8)

    private mutating func run() -> Range<Int>? {
        var found: Range<Int>?
        guard take(UInt8(ascii: "{")) else { return nil }
        repeat {
            skipSpace()
            let name = at
            guard skipString() else { return nil }
            let isBody = at - name == Self.key.count && search.has(Self.key, at: name)
            guard take(UInt8(ascii: ":")) else { return nil }
            skipSpace()
            let value = at
            guard skipValue() else { return nil }
            if isBody {
                guard found == nil, bytes[value] == UInt8(ascii: "\"") else { return nil }
                found = value..<at
            }
        } while take(UInt8(ascii: ","))
        return found
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || (0x09...0x0D).contains(bytes[at]) { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func skipString() -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return false }
        let start = at + 1
        var from = start
        while let quote = search.first(UInt8(ascii: "\""), in: from..<bytes.count) {
            var slash = quote
            while slash > start, bytes[slash - 1] == UInt8(ascii: "\\") { slash -= 1 }
            from = quote + 1
            if (quote - slash).isMultiple(of: 2) {
                at = from
                return true
            }
        }
        return false
    }

    private mutating func skipValue() -> Bool {
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                guard skipString() else { return false }
                if depth == 0 { return true }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return true }
                depth -= 1
                if depth == 0 {
                    at += 1
                    return true
                }
            case UInt8(ascii: ",") where depth == 0: return true
            default: break
            }
            at += 1
        }
        return false
    }
}
