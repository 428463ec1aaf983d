import URLEncoding

/// Decoded names and values of a query string or of a URL-encoded form: names may repeat, order is kept.
public struct QueryItems: Sendable, Equatable {
    /// One name and its value.
    public struct Item: Sendable, Equatable {
        /// The decoded name.
        public var name: String
        /// The decoded value; empty where there was none.
        public var value: String

        /// A name with a value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The items, in order.
    public private(set) var items: [Item] = []

    /// No items.
    public init() {}

    /// Items that are decoded already.
    public init(_ items: some Sequence<(String, String)>) {
        self.items = items.map { Item(name: $0.0, value: $0.1) }
    }

    /// Decodes `a=1&b=two+words&a=%C3%A9`; nil for a broken `%xx` and for what is not UTF-8.
    public init?(decoding text: some StringProtocol) {
        for pair in String(text).utf8.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = PercentEncoding.decodeStrictly(Substring(pair[..<equals]), plusIsSpace: true),
                let value = PercentEncoding.decodeStrictly(Substring(pair[equals...].dropFirst()), plusIsSpace: true)
            else { return nil }
            items.append(Item(name: name, value: value))
        }
    }

    /// The first value of a name.
    public subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// Every value of a name, in order.
    public func values(of name: String) -> [String] { items.lazy.filter { $0.name == name }.map(\.value) }

    /// Whether there are none.
    public var isEmpty: Bool { items.isEmpty }

    /// The items as a query string, without a `?`.
    public var encoded: String {
        items.map { PercentEncoding.encode($0.name) + "=" + PercentEncoding.encode($0.value) }.joined(separator: "&")
    }
}
