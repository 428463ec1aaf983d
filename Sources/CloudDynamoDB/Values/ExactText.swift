import Glibc

/// Comparison of texts by their bytes.
///
/// Swift holds two texts for equal when they read the same, though they be composed differently; to DynamoDB they are
/// different attributes and different values, and it sorts by bytes.
enum ExactText {
    /// Whether two texts have the same bytes.
    static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && order(left, right) == 0
    }

    /// Below zero where the left one sorts first.
    static func order(_ left: String, _ right: String) -> Int {
        let fast = left.utf8.withContiguousStorageIfAvailable { a in
            right.utf8.withContiguousStorageIfAvailable { b in
                order(UnsafeRawBufferPointer(a), UnsafeRawBufferPointer(b))
            }
        }
        if let fast, let fast { return fast }
        return order(Array(left.utf8), Array(right.utf8))
    }

    /// Below zero where the left one sorts first.
    static func order(_ left: [UInt8], _ right: [UInt8]) -> Int {
        left.withUnsafeBytes { a in right.withUnsafeBytes { b in order(a, b) } }
    }

    private static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        if let a = left.baseAddress, let b = right.baseAddress {
            let difference = memcmp(a, b, min(left.count, right.count))
            if difference != 0 { return Int(difference) }
        }
        return left.count - right.count
    }
}
