/// Writes an XML document, element by element, in the order in which they are told.
///
/// Text is escaped so that a parser gives back exactly the characters that went in: control characters and carriage
/// returns go out as references, as Amazon S3 writes them.
public struct XMLWriter: Sendable {
    /// The document so far, in UTF-8.
    public private(set) var bytes: [UInt8]

    /// A document that starts with the XML declaration.
    public init() { bytes = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8) }

    /// An element that holds what `content` writes.
    ///
    /// - Parameter namespace: the value of `xmlns`, as the root elements of most services have it.
    public mutating func element(_ name: String, namespace: String? = nil, _ content: (inout XMLWriter) -> Void) {
        open(name, namespace: namespace)
        content(&self)
        close(name)
    }

    /// An element that holds a text.
    public mutating func element(_ name: String, _ text: some StringProtocol) {
        open(name, namespace: nil)
        append(text)
        close(name)
    }

    /// An element that holds a text, if there is one.
    public mutating func element(_ name: String, ifPresent text: String?) {
        if let text { element(name, text) }
    }

    /// An element that holds a number.
    public mutating func element(_ name: String, _ number: some BinaryInteger) { element(name, String(number)) }

    /// An element that holds `true` or `false`.
    public mutating func element(_ name: String, _ flag: Bool) { element(name, flag ? "true" : "false") }

    /// An empty element: `<name/>`.
    public mutating func emptyElement(_ name: String, namespace: String? = nil) {
        open(name, namespace: namespace)
        bytes.removeLast()
        bytes.append(contentsOf: "/>".utf8)
    }

    /// An element whose tag carries attributes, which are written as they are told.
    public mutating func element(
        _ name: String, attributes: KeyValuePairs<String, String>, _ content: (inout XMLWriter) -> Void
    ) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: name.utf8)
        for (name, value) in attributes {
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: name.utf8)
            bytes.append(contentsOf: "=\"".utf8)
            append(value)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
        content(&self)
        close(name)
    }

    /// A text inside the element that is being written.
    public mutating func text(_ text: some StringProtocol) { append(text) }

    private mutating func open(_ name: String, namespace: String?) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: name.utf8)
        if let namespace {
            bytes.append(contentsOf: " xmlns=\"".utf8)
            append(namespace)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func close(_ name: String) {
        bytes.append(contentsOf: "</".utf8)
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func append(_ text: some StringProtocol) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case 0x09, 0x0A: bytes.append(byte)
            case 0..<0x20, 0x7F: bytes.append(contentsOf: "&#x\(String(byte, radix: 16));".utf8)
            default: bytes.append(byte)
            }
        }
    }
}
