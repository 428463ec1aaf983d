/// An element of an XML document that was read: what services need of request bodies, and no more.
///
/// Names are local names: prefixes are dropped, since callers write any prefix, or none, for the one namespace that a
/// service knows.
public struct XMLElement: Sendable, Equatable {
    /// The name without its prefix.
    public var name: String
    /// The elements inside, in order.
    public var children: [XMLElement]
    /// The characters directly inside, references resolved; white space is kept.
    public var text: String
    /// The attributes, with their names as written.
    public var attributes: [String: String]

    /// An element.
    public init(_ name: String, children: [XMLElement] = [], text: String = "", attributes: [String: String] = [:]) {
        self.name = name
        self.children = children
        self.text = text
        self.attributes = attributes
    }

    /// The first element inside of this name.
    public subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

    /// The text of the first element inside of this name.
    public func text(of name: String) -> String? { self[name]?.text }

    /// All elements inside of this name.
    public func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

/// Why a text is no XML document that a service reads.
public struct XMLSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    public var reason: String
    /// How many bytes stand before the place.
    public var offset: Int

    /// The sentence.
    public var description: String { "\(reason) (at byte \(offset))" }
}
