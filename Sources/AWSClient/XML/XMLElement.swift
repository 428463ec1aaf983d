/// An element of an XML document, as far as the answers of AWS need it: names without namespaces, text, children.
/// Attributes are passed over.
struct XMLElement: Sendable, Equatable {
    var name: String
    /// The text inside, without that of the children.
    var text = ""
    var children: [XMLElement] = []

    /// The first child of this name.
    subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

    /// All children of this name, in order.
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// Reads a document; nil for one that is broken, nested too deep, or defines entities of its own.
    init?(parsing bytes: [UInt8]) {
        var parser = XMLParser(bytes: bytes)
        guard let root = parser.document() else { return nil }
        self = root
    }

    init(name: String) { self.name = name }
}
