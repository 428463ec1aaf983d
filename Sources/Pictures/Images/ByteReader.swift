#if canImport(Glibc)
    import Glibc
#endif

/// Reads bytes from the front and never past the end: what is not there is an error, not a trap.
struct ByteReader {
    /// The bytes end before what was asked for.
    struct PastEnd: Error {}

    /// Where the next byte is read.
    private(set) var offset: Int
    private let bytes: [UInt8]
    private let end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        offset = 0
        end = bytes.count
    }

    private init(_ bytes: [UInt8], from offset: Int, to end: Int) {
        self.bytes = bytes
        self.offset = offset
        self.end = end
    }

    /// How many bytes are left.
    var remaining: Int { end - offset }
    var isAtEnd: Bool { offset == end }

    mutating func byte() throws(PastEnd) -> UInt8 {
        guard offset < end else { throw PastEnd() }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// The next byte, which stays where it is.
    func peek() throws(PastEnd) -> UInt8 {
        guard offset < end else { throw PastEnd() }
        return bytes[offset]
    }

    mutating func take(_ count: Int) throws(PastEnd) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw PastEnd() }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    mutating func skip(_ count: Int) throws(PastEnd) {
        guard count >= 0, count <= remaining else { throw PastEnd() }
        offset += count
    }

    /// A reader of the next bytes alone, which this reader then stands behind.
    mutating func part(_ count: Int) throws(PastEnd) -> ByteReader {
        let start = offset
        try skip(count)
        return ByteReader(bytes, from: start, to: offset)
    }

    /// Goes to the next byte of this value, which is not read yet.
    mutating func skip(to value: UInt8) throws(PastEnd) {
        let found = bytes.withUnsafeBytes { buffer -> Int? in
            guard remaining > 0, let base = buffer.baseAddress,
                let place = memchr(base + offset, Int32(value), remaining)
            else { return nil }
            return base.distance(to: place)
        }
        guard let found else {
            offset = end
            throw PastEnd()
        }
        offset = found
    }

    mutating func bigEndian(_ width: Int) throws(PastEnd) -> Int {
        try take(width).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func littleEndian(_ width: Int) throws(PastEnd) -> Int {
        try take(width).reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
