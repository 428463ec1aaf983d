import Glibc

/// The order of texts and bytes by their bytes, as DynamoDB sorts them. Whether two texts are the same is asked of
/// `String.hasSameBytes(as:)`.
enum ByteOrder {
    /// Below zero where the left one sorts first, zero where they are the same.
    static func of(_ left: String, _ right: String) -> Int {
        let fast = left.utf8.withContiguousStorageIfAvailable { a in
            right.utf8.withContiguousStorageIfAvailable { b in
                of(UnsafeRawBufferPointer(a), UnsafeRawBufferPointer(b))
            }
        }
        if let fast, let fast { return fast }
        return of(Array(left.utf8), Array(right.utf8))
    }

    /// Below zero where the left one sorts first, zero where they are the same.
    static func of(_ left: [UInt8], _ right: [UInt8]) -> Int {
        left.withUnsafeBytes { a in right.withUnsafeBytes { b in of(a, b) } }
    }

    private static func of(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        if let a = left.baseAddress, let b = right.baseAddress {
            let difference = memcmp(a, b, min(left.count, right.count))
            if difference != 0 { return Int(difference) }
        }
        return left.count - right.count
    }
}
