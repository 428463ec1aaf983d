/// A text as a key of dictionaries and sets: equal to another that has the same bytes.
public struct ExactText: Hashable, Sendable {
    /// The text.
    public var text: String

    /// A text.
    public init(_ text: String) { self.text = text }

    /// Whether the bytes are the same.
    public static func == (left: ExactText, right: ExactText) -> Bool { left.text.hasSameBytes(as: right.text) }

    /// Only the bytes enter.
    public func hash(into hasher: inout Hasher) {
        let isHashed: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isHashed == nil { for byte in text.utf8 { hasher.combine(byte) } }
        // No text has this byte: the end of the text.
        hasher.combine(0xFF as UInt8)
    }
}

extension String {
    /// Whether two texts are the same byte for byte. `==` also takes texts as equal that differ in their Unicode
    /// composition (é as one scalar or as two), which JSON and the services that speak it keep apart.
    @inlinable
    public func hasSameBytes(as other: String) -> Bool {
        // Lengths are at hand, and nearly always tell two names apart.
        guard utf8.count == other.utf8.count else { return false }
        let isSame: Bool?? = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                Self.isSame(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
            }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    /// Whether as many bytes here are the same as there: by eights, then one by one.
    @inlinable
    static func isSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        while at + 8 <= left.count {
            if left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                != right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            {
                return false
            }
            at += 8
        }
        while at < left.count {
            if left[at] != right[at] { return false }
            at += 1
        }
        return true
    }
}
