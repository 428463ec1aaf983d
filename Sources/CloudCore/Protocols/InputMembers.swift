import JSONValue

/// The members of an operation's input, read as the service's model declares them; what does not fit is refused in the
/// words that AWS's front has for it.
public struct InputMembers: Sendable {
    /// The members.
    public let members: JSONObject
    private let place: String

    /// What an input, or a structure in it, says.
    public init(_ members: JSONObject, at place: String = "") {
        self.members = members
        self.place = place
    }

    /// The characters of a text beside letters and digits, with the expression that errors show.
    public struct Alphabet: Sendable {
        let expression: String
        let others: Set<UInt8>

        /// Letters, digits and these.
        public init(_ expression: String, others: String) {
            self.expression = expression
            self.others = Set(others.utf8)
        }

        func allows(_ text: String) -> Bool {
            text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: others.contains(byte)
                }
            }
        }
    }

    /// Whether the member is there and not null.
    public func contains(_ name: String) -> Bool { members[name].map { !$0.isNull } ?? false }

    /// A text; nil where it is missing.
    ///
    /// - Throws: `ValidationException`, `SerializationException`.
    public func text(
        _ name: String, length: ClosedRange<Int> = 0...Int.max, of alphabet: Alphabet? = nil
    ) throws(ServiceError) -> String? {
        guard let value = members[name], !value.isNull else { return nil }
        guard let text = value.string else { throw wrongType(name, "a string", value) }
        let count = text.utf16.count
        if count < length.lowerBound {
            throw refused(name, value, "Member must have length greater than or equal to \(length.lowerBound)")
        }
        if count > length.upperBound {
            throw refused(name, value, "Member must have length less than or equal to \(length.upperBound)")
        }
        if let alphabet, !alphabet.allows(text) {
            throw refused(name, value, "Member must satisfy regular expression pattern: \(alphabet.expression)")
        }
        return text
    }

    /// A text that has to be there.
    ///
    /// - Throws: `ValidationException`, `SerializationException`.
    public func requiredText(
        _ name: String, length: ClosedRange<Int> = 0...Int.max, of alphabet: Alphabet? = nil
    ) throws(ServiceError) -> String {
        guard let text = try text(name, length: length, of: alphabet) else { throw missing(name) }
        return text
    }

    /// One of several words; nil where it is missing.
    ///
    /// - Throws: `ValidationException`, `SerializationException`.
    public func word(_ name: String, of words: [String]) throws(ServiceError) -> String? {
        guard let text = try text(name) else { return nil }
        guard words.contains(text) else {
            throw refused(
                name, .string(text), "Member must satisfy enum value set: [\(words.joined(separator: ", "))]")
        }
        return text
    }

    /// A whole number; nil where it is missing.
    ///
    /// - Throws: `ValidationException`, `SerializationException`.
    public func integer(_ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
        guard let value = members[name], !value.isNull else { return nil }
        guard let number = value.int else { throw wrongType(name, "an integer", value) }
        if number < range.lowerBound {
            throw refused(name, value, "Member must have value greater than or equal to \(range.lowerBound)")
        }
        if number > range.upperBound {
            throw refused(name, value, "Member must have value less than or equal to \(range.upperBound)")
        }
        return number
    }

    /// `true` or `false`; nil where it is missing.
    ///
    /// - Throws: `SerializationException`.
    public func flag(_ name: String) throws(ServiceError) -> Bool? {
        guard let value = members[name], !value.isNull else { return nil }
        guard let flag = value.bool else { throw wrongType(name, "a boolean", value) }
        return flag
    }

    /// A moment, in seconds since 1970 or in the form of ISO 8601; nil where it is missing.
    ///
    /// - Throws: `SerializationException`.
    public func moment(_ name: String) throws(ServiceError) -> Timestamp? {
        guard let value = members[name], !value.isNull else { return nil }
        // Up to the year 9999.
        if let seconds = value.double, abs(seconds) < 253_402_300_800 {
            return Timestamp(milliseconds: Int64((seconds * 1000).rounded()))
        }
        guard let moment = value.string.flatMap({ Timestamp(iso8601: $0) }) else {
            throw wrongType(name, "a timestamp", value)
        }
        return moment
    }

    /// A structure; nil where it is missing.
    ///
    /// - Throws: `SerializationException`.
    public func structure(_ name: String) throws(ServiceError) -> InputMembers? {
        guard let value = members[name], !value.isNull else { return nil }
        guard case .object(let members) = value else { throw wrongType(name, "a structure", value) }
        return InputMembers(members, at: path(name) + ".")
    }

    /// A structure that has to be there.
    ///
    /// - Throws: `ValidationException`, `SerializationException`.
    public func requiredStructure(_ name: String) throws(ServiceError) -> InputMembers {
        guard let structure = try structure(name) else { throw missing(name) }
        return structure
    }

    /// A list; nil where it is missing.
    ///
    /// - Throws: `ValidationException`, `SerializationException`.
    public func list(_ name: String, count: ClosedRange<Int> = 0...Int.max) throws(ServiceError) -> [JSONValue]? {
        guard let value = members[name], !value.isNull else { return nil }
        guard case .array(let elements) = value else { throw wrongType(name, "a list", value) }
        if elements.count < count.lowerBound {
            throw refused(name, value, "Member must have length greater than or equal to \(count.lowerBound)")
        }
        if elements.count > count.upperBound {
            throw refused(name, value, "Member must have length less than or equal to \(count.upperBound)")
        }
        return elements
    }

    /// A list of structures; empty where it is missing.
    ///
    /// - Throws: `ValidationException`, `SerializationException`.
    public func structures(
        _ name: String, count: ClosedRange<Int> = 0...Int.max, required: Bool = false
    ) throws(ServiceError) -> [InputMembers] {
        guard let elements = try list(name, count: count) else {
            if required { throw missing(name) }
            return []
        }
        var structures: [InputMembers] = []
        for (index, element) in elements.enumerated() {
            guard case .object(let members) = element else { throw wrongType(name, "a list of structures", element) }
            structures.append(InputMembers(members, at: "\(path(name)).\(index + 1).member."))
        }
        return structures
    }

    /// A list of texts; empty where it is missing.
    ///
    /// - Throws: `ValidationException`, `SerializationException`.
    public func texts(
        _ name: String, count: ClosedRange<Int> = 0...Int.max, required: Bool = false
    ) throws(ServiceError) -> [String] {
        guard let elements = try list(name, count: count) else {
            if required { throw missing(name) }
            return []
        }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string else { throw wrongType(name, "a list of strings", element) }
            texts.append(text)
        }
        return texts
    }

    /// Tags: pairs of `Key` and `Value`; nil where they are missing.
    ///
    /// - Throws: `ValidationException`, `SerializationException`.
    public func tags(_ name: String = "Tags", required: Bool = false) throws(ServiceError) -> [String: String]? {
        guard required || contains(name) else { return nil }
        var tags: [String: String] = [:]
        for tag in try structures(name, count: 0...200, required: required) {
            tags[try tag.requiredText("Key", length: 1...128)] = try tag.requiredText("Value", length: 0...256)
        }
        return tags
    }

    // MARK: Errors

    /// A member that has to be there is not.
    public func missing(_ name: String) -> ServiceError {
        Self.violation("null", path(name), "Member must not be null")
    }

    /// A member's value does not keep to a constraint.
    public func refused(_ name: String, _ value: JSONValue, _ constraint: String) -> ServiceError {
        Self.violation("'\(value.string ?? value.text())'", path(name), constraint)
    }

    private static func violation(_ value: String, _ path: String, _ constraint: String) -> ServiceError {
        ServiceError(
            "ValidationException",
            "1 validation error detected: Value \(value) at '\(path)' failed to satisfy constraint: \(constraint)")
    }

    private func wrongType(_ name: String, _ expected: String, _ value: JSONValue) -> ServiceError {
        ServiceError("SerializationException", "\(path(name)) must be \(expected), not a \(value.kind).")
    }

    /// As errors write it: with a small letter in front.
    private func path(_ name: String) -> String { place + name.prefix(1).lowercased() + name.dropFirst() }
}
