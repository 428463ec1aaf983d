import CloudCore
import Digests
import JSONValue

/// An attribute that travels with a message, beside its body.
struct MessageAttribute: Sendable, Equatable {
    typealias Value = SourceMessage.AttributeValue

    var name: String
    /// `String`, `Number` or `Binary`, with a custom label behind a dot if the sender likes.
    var dataType: String
    var value: Value

    /// How many attributes a message may have.
    static let countLimit = 10

    /// Bytes that count towards the size of the message.
    var size: Int {
        switch value {
        case .text(let text): name.utf8.count + dataType.utf8.count + text.utf8.count
        case .bytes(let bytes): name.utf8.count + dataType.utf8.count + bytes.count
        }
    }

    /// As the API writes it.
    var json: JSONValue {
        switch value {
        case .text(let text): ["StringValue": .string(text), "DataType": .string(dataType)]
        case .bytes(let bytes): ["BinaryValue": .string(Base64.encode(bytes)), "DataType": .string(dataType)]
        }
    }

    /// Reads what was checked when it was sent.
    init?(name: String, stored: JSONValue) {
        guard let type = stored["DataType"]?.string else { return nil }
        self.name = name
        dataType = type
        if let text = stored["StringValue"]?.string {
            value = .text(text)
        } else if let bytes = stored["BinaryValue"]?.string.flatMap({ Base64.decode($0) }) {
            value = .bytes(bytes)
        } else {
            return nil
        }
    }

    init(name: String, dataType: String, value: Value) {
        self.name = name
        self.dataType = dataType
        self.value = value
    }

    /// The attributes of a stored message, in the order of their names.
    static func stored(_ text: String) -> [MessageAttribute] {
        guard case .object(let members)? = try? JSONValue(parsing: text) else { return [] }
        return members.compactMap { MessageAttribute(name: $0.key, stored: $0.value) }
    }

    /// The text that ``stored(_:)`` reads; nil for none.
    static func storedText(_ attributes: [MessageAttribute]) -> String? {
        attributes.isEmpty ? nil : JSONValue.object(JSONObject(attributes.map { ($0.name, $0.json) })).text()
    }
}

extension MessageAttribute {
    /// Whether the attributes are the sender's own or the service's.
    enum Kind: String {
        case user = "user"
        case system = "system"
    }

    /// Reads and checks the attributes of a message that is sent, and puts them in the order of their names.
    ///
    /// - Throws: ``ServiceError`` `InvalidParameterValue`, as the service words it.
    static func attributes(_ input: JSONValue?, kind: Kind) throws(ServiceError) -> [MessageAttribute] {
        guard let input, !input.isNull else { return [] }
        guard case .object(let members) = input else {
            throw .invalidParameter("Message \(kind.rawValue) attributes must be a map.")
        }
        guard members.count <= countLimit else {
            throw .invalidParameter(
                "Number of message attributes [\(members.count)] exceeds the allowed maximum [\(countLimit)].")
        }
        var attributes: [MessageAttribute] = []
        for (name, value) in members { attributes.append(try attribute(name, value, kind: kind)) }
        return attributes.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
    }

    private static func attribute(_ name: String, _ input: JSONValue, kind: Kind) throws(ServiceError) -> Self {
        let label = "Message (\(kind.rawValue)) attribute '\(name)'"
        try checkName(name, kind: kind)
        guard let type = input["DataType"]?.string, !type.isEmpty else {
            throw .invalidParameter("\(label) must contain a non-empty message attribute type.")
        }
        let primary = type.prefix { $0 != "." }
        guard type.utf8.count <= 256, ["String", "Number", "Binary"].contains(primary),
            kind == .user || type == "String"
        else {
            throw .invalidParameter(
                "The message attribute '\(name)' has an invalid message attribute type, the set of supported type "
                    + "prefixes is Binary, Number, and String.")
        }
        for list in ["StringListValues", "BinaryListValues"] where !(input[list]?.array ?? []).isEmpty {
            throw .sqs(
                .unsupportedOperation, "Message attribute list values in SendMessage operation are not supported.")
        }
        guard primary != "Binary" else {
            guard let text = input["BinaryValue"]?.string, let bytes = Base64.decode(text), !bytes.isEmpty else {
                throw .invalidParameter("\(label) must contain a non-empty value of type 'Binary'.")
            }
            return MessageAttribute(name: name, dataType: type, value: .bytes(bytes))
        }
        guard let text = input["StringValue"]?.string, !text.isEmpty else {
            throw .invalidParameter("\(label) must contain a non-empty value of type 'String'.")
        }
        if primary == "Number", !isNumber(text) {
            throw .invalidParameter(
                "Can't cast the value of message (\(kind.rawValue)) attribute '\(name)' to a number.")
        }
        guard MessageText.isAllowed(text) else { throw MessageText.invalidCharacters }
        return MessageAttribute(name: name, dataType: type, value: .text(text))
    }

    private static func checkName(_ name: String, kind: Kind) throws(ServiceError) {
        guard kind == .user else {
            guard name == "AWSTraceHeader" else {
                throw .invalidParameter(
                    "Message system attribute name '\(name)' is invalid. The only supported one is AWSTraceHeader.")
            }
            return
        }
        guard !name.isEmpty, name.utf8.count <= 256, name.utf8.allSatisfy({ isNameByte($0) }) else {
            throw .invalidParameter(
                "The message attribute name '\(name)' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore "
                    + "(_), hyphen (-), and period (.) characters.")
        }
        guard !name.hasPrefix("."), !name.hasSuffix("."), !name.contains("..") else {
            throw .invalidParameter(
                "The message attribute name '\(name)' is invalid. Attribute name should not start or end with a period, "
                    + "or contain successive periods.")
        }
        let lower = name.lowercased()
        guard !lower.hasPrefix("aws."), !lower.hasPrefix("amazon.") else {
            throw .invalidParameter(
                "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved "
                    + "for internal use.")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// A decimal number, with sign, fraction and exponent if it likes.
    private static func isNumber(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        } && Double(text) != nil
    }
}
