import CloudCore
import Digests

/// Where a listing goes on: opaque to callers.
struct ContinuationToken: Sendable, Equatable {
    enum Kind: UInt8, Sendable {
        /// Behind a key.
        case key = 0x6B
        /// Behind everything that starts with a common prefix.
        case commonPrefix = 0x70
    }

    var kind: Kind
    var name: ObjectKey

    init(kind: Kind, name: ObjectKey) {
        self.kind = kind
        self.name = name
    }

    /// A token behind the last entry of a page.
    init(after entry: ListingPage.Entry) {
        switch entry {
        case .object(let summary): self.init(kind: .key, name: summary.key)
        case .commonPrefix(let prefix): self.init(kind: .commonPrefix, name: prefix)
        }
    }

    /// Reads a token.
    ///
    /// - Throws: `InvalidArgument`.
    init(parsing text: String) throws(ServiceError) {
        guard let bytes = Base64.decode(text), let kind = bytes.first.flatMap(Kind.init(rawValue:)), bytes.count > 1,
            let name = String(validating: bytes.dropFirst(), as: UTF8.self)
        else {
            throw .invalidArgument(
                "The continuation token provided is incorrect", name: "continuation-token", value: text)
        }
        self.init(kind: kind, name: ObjectKey(name))
    }

    var text: String { Base64.encode([kind.rawValue] + name.bytes, .url) }
}
