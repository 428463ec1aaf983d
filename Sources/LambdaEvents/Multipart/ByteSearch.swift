#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Search for bytes at the speed of the C library.
struct ByteSearch {
    let bytes: UnsafeBufferPointer<UInt8>

    /// Where `needle` first occurs within `range`.
    func first(_ needle: [UInt8], in range: Range<Int>) -> Int? {
        guard let head = needle.first, range.count >= needle.count else { return nil }
        // `memmem` is GNU's own and not to be seen from here; pictures hold a given byte once in 256.
        var starts = range.lowerBound..<range.upperBound - needle.count + 1
        while let place = first(head, in: starts) {
            if has(needle, at: place) { return place }
            starts = place + 1..<starts.upperBound
        }
        return nil
    }

    /// Where `byte` first occurs within `range`.
    func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        guard let base = bytes.baseAddress, !range.isEmpty else { return nil }
        guard let hit = memchr(base + range.lowerBound, Int32(byte), range.count) else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }

    /// Whether `needle` stands at a place.
    func has(_ needle: [UInt8], at place: Int) -> Bool {
        guard let base = bytes.baseAddress, place >= 0, place + needle.count <= bytes.count else { return false }
        return memcmp(base + place, needle, needle.count) == 0
    }
}
