import JSONValue

extension ValuePattern {
    /// Reads an element of a field's array.
    init(_ element: JSONValue) throws(EventPatternError) {
        switch element {
        case .string(let text):
            // An address is the same address however it is written.
            self = AddressRange(address: text).map { .address($0) } ?? .value(element)
        case .number(let text): self = .number(NumberText(text))
        case .bool, .null: self = .value(element)
        case .array: throw EventPatternError("Match value must be String, number, true, false, or null")
        case .object(let members): self = try Self.comparison(members)
        }
    }

    private static func comparison(_ members: JSONObject) throws(EventPatternError) -> ValuePattern {
        guard let (name, operand) = members.first(where: { _ in true }) else {
            throw EventPatternError("Match expression name not found")
        }
        let pattern: ValuePattern =
            switch name {
            case "exactly": .value(.string(try text(operand, "exact match pattern must be a string")))
            case "prefix": try affix(operand, "prefix") { .prefix($0, ignoringCase: $1) }
            case "suffix": try affix(operand, "suffix") { .suffix($0, ignoringCase: $1) }
            case "equals-ignore-case":
                .equalsIgnoringCase(
                    try text(operand, "equals-ignore-case match pattern must be a string").lowercased())
            case "wildcard": .wildcard(try Wildcard(try text(operand, "wildcard match pattern must be a string")))
            case "numeric": .range(try NumericRange(operand))
            // The service's own words for this operand, too.
            case "cidr": .address(try AddressRange(block: try text(operand, "prefix match pattern must be a string")))
            case "exists":
                switch operand {
                case .bool(true): .present
                case .bool(false): .absent
                default: throw EventPatternError("exists match pattern must be either true or false.")
                }
            case "anything-but": try anythingBut(operand)
            default: throw EventPatternError("Unrecognized match type \(name)")
            }
        guard members.count == 1 else {
            throw EventPatternError(
                name == "numeric" || name == "anything-but"
                    ? "Too many elements in numeric expression" : "Only one key allowed in match expression")
        }
        return pattern
    }

    private static func text(_ operand: JSONValue, _ complaint: String) throws(EventPatternError) -> String {
        guard case .string(let text) = operand else { throw EventPatternError(complaint) }
        return text
    }

    /// `{"prefix": "a"}` or `{"prefix": {"equals-ignore-case": "a"}}`.
    private static func affix(
        _ operand: JSONValue, _ kind: String, _ make: (String, Bool) -> ValuePattern
    ) throws(EventPatternError) -> ValuePattern {
        guard case .object(let members) = operand else {
            return make(try text(operand, "\(kind) match pattern must be a string"), false)
        }
        let capitalised = kind == "prefix" ? "Prefix" : "Suffix"
        guard let (name, value) = members.first(where: { _ in true }) else {
            throw EventPatternError("\(capitalised) expression name not found")
        }
        guard name == "equals-ignore-case" else { throw EventPatternError("Unsupported \(kind) pattern: \(name)") }
        let folded = try text(value, "equals-ignore-case match pattern must be a string").lowercased()
        guard members.count == 1 else { throw EventPatternError("Only one key allowed in match expression") }
        return make(folded, true)
    }

    // MARK: anything-but

    private static func anythingBut(_ operand: JSONValue) throws(EventPatternError) -> ValuePattern {
        switch operand {
        case .object(let members): return try anythingBut(members)
        case .array(let elements): return .anythingBut(try plainValues(elements))
        case .string, .number: return .anythingBut(try plainValues([operand]))
        case .bool, .null: throw wrongAnythingBut
        }
    }

    private static var wrongAnythingBut: EventPatternError {
        EventPatternError("Value of anything-but must be an array or single string/number value.")
    }

    private static func plainValues(_ elements: [JSONValue]) throws(EventPatternError) -> [ValuePattern] {
        var patterns: [ValuePattern] = []
        var kinds: Set<String> = []
        for element in elements {
            switch element {
            case .string: patterns.append(.value(element))
            case .number(let text):
                _ = try NumericRange.bound(element, "")
                patterns.append(.number(NumberText(text)))
            default:
                throw EventPatternError("Inside anything but list, start|null|boolean is not supported.")
            }
            kinds.insert(element.kind)
        }
        guard kinds.count == 1 else {
            throw EventPatternError(
                "Inside anything but list, either all values are number or string, mixed type is not supported")
        }
        return patterns
    }

    private static func anythingBut(_ members: JSONObject) throws(EventPatternError) -> ValuePattern {
        guard let (name, operand) = members.first(where: { _ in true }) else {
            throw EventPatternError("Anything-But expression name not found")
        }
        let complaint: String
        switch name {
        case "equals-ignore-case":
            complaint = "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
        case "wildcard": complaint = "wildcard match pattern must be a string"
        case "prefix", "suffix": complaint = "prefix/suffix match pattern must be a string"
        default: throw EventPatternError("Unsupported anything-but pattern: \(name)")
        }
        let operands: [JSONValue]
        switch operand {
        case .array(let elements): operands = elements
        case .string, .number: operands = [operand]
        default: throw wrongAnythingBut
        }
        var refused: [ValuePattern] = []
        for operand in operands {
            let text = try text(operand, complaint)
            switch name {
            case "equals-ignore-case": refused.append(.equalsIgnoringCase(text.lowercased()))
            case "wildcard": refused.append(.wildcard(try Wildcard(text)))
            default:
                guard !text.isEmpty else { throw EventPatternError("Null prefix/suffix not allowed") }
                refused.append(
                    name == "prefix" ? .prefix(text, ignoringCase: false) : .suffix(text, ignoringCase: false))
            }
        }
        guard members.count == 1 else { throw EventPatternError("Too many elements in numeric expression") }
        return .anythingBut(refused)
    }
}
