import CloudCore
import Foundation
import GRDB
import JSONValue

/// The name of an object in its bucket: any UTF-8 text of 1 to 1024 bytes.
///
/// It is a name and nothing else: dots and slashes in it mean nothing, and it never becomes part of a file's path. Two
/// keys are equal when their bytes are, and order as their bytes do; Swift's own comparison of texts would take
/// different forms of one character for the same.
public struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The longest key, in bytes of UTF-8.
    public static let lengthLimit = 1024

    /// The key as text.
    public let text: String

    /// A key of a text.
    public init(_ text: String) { self.text = text }

    /// The key of a path as it stands in a request; nil when it is no UTF-8 once decoded.
    ///
    /// A plus sign is a space: Amazon S3 reads it so in paths too, which is why SDKs write `%2B`.
    init?(encodedPath: some Collection<UInt8>) {
        let bytes = PercentEncoding.decodeBytes(encodedPath, plusIsSpace: true)
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        self.text = text
    }

    /// A key as it stands in the store.
    init(bytes: some Collection<UInt8>) { text = String(decoding: bytes, as: UTF8.self) }

    var isEmpty: Bool { text.isEmpty }
    var bytes: [UInt8] { Array(text.utf8) }

    /// The text.
    public var description: String { text }

    /// Byte by byte.
    public static func == (left: ObjectKey, right: ObjectKey) -> Bool { left.text.hasSameBytes(as: right.text) }

    /// Byte by byte.
    public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// Byte by byte.
    public func hash(into hasher: inout Hasher) { hasher.combine(ExactText(text)) }
}

extension ObjectKey: DatabaseValueConvertible {
    // A blob: SQLite compares blobs byte by byte, and a text would end at its first NUL.
    /// The bytes of the key.
    public var databaseValue: DatabaseValue { Data(text.utf8).databaseValue }

    /// The key of a blob.
    public static func fromDatabaseValue(_ value: DatabaseValue) -> ObjectKey? {
        guard case .blob(let data) = value.storage else { return nil }
        return ObjectKey(bytes: data)
    }
}

extension [UInt8] {
    /// The first byte string, in order, that does not start with this one; nil where there is none.
    var successorOfPrefix: [UInt8]? {
        guard let last = lastIndex(where: { $0 != 0xFF }) else { return nil }
        return self[..<last] + [self[last] + 1]
    }
}
