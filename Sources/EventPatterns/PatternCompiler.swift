import JSONValue

/// Turns a pattern's objects into lists of fields, one list for each combination of `$or` branches.
struct PatternCompiler {
    /// How many combinations `$or` may make, as EventBridge limits them.
    static let combinationLimit = 1000
    /// Names that no field may have inside `$or`, because they are, or may become, comparisons.
    static let reservedNames: Set<String> = [
        "exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
        "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after",
        "date-on-or-after", "date-before", "date-on-or-before", "in-date-range", "ip-address-in-range",
        "ip-address-not-in-range",
    ]

    /// The fields gathered so far, for each combination.
    private(set) var alternatives: [[EventPattern.Field]] = [[]]

    mutating func add(_ members: JSONObject, under path: String, insideOr: Bool) throws(EventPatternError) {
        guard !members.isEmpty else { throw EventPatternError("Empty objects are not allowed") }
        for (name, value) in members {
            if name == "$or" {
                try addBranches(value, under: path)
                continue
            }
            if insideOr, Self.reservedNames.contains(name) {
                throw EventPatternError("\(name) is Ruler reserved fieldName which cannot be used inside $or.")
            }
            let path = path.isEmpty ? name : "\(path).\(name)"
            switch value {
            case .object(let nested): try add(nested, under: path, insideOr: insideOr)
            case .array(let elements): try addField(path, elements)
            default: throw EventPatternError("\"\(name)\" must be an object or an array")
            }
        }
    }

    private mutating func addField(_ path: String, _ elements: [JSONValue]) throws(EventPatternError) {
        var values: [ValuePattern] = []
        for element in elements { values.append(try ValuePattern(element)) }
        guard !values.isEmpty else { throw EventPatternError("Empty arrays are not allowed") }
        for index in alternatives.indices {
            // A field that is named twice, nested and with dots, is what the later one says.
            alternatives[index].removeAll { $0.name.hasSameBytes(as: path) }
            alternatives[index].append(EventPattern.Field(name: path, values: values))
        }
    }

    private mutating func addBranches(_ value: JSONValue, under path: String) throws(EventPatternError) {
        guard case .array(let branches) = value else {
            throw EventPatternError("It must be an Array followed with $or.")
        }
        let outer = alternatives
        var combined: [[EventPattern.Field]] = []
        for branch in branches {
            guard case .object(let members) = branch else {
                throw EventPatternError("Only JSON object is allowed in array of $or relationship.")
            }
            alternatives = outer
            try add(members, under: path, insideOr: true)
            combined += alternatives
            guard combined.count <= Self.combinationLimit else {
                throw EventPatternError(
                    "Rule is too complex - $or makes more than \(Self.combinationLimit) combinations of fields")
            }
        }
        guard branches.count >= 2 else {
            throw EventPatternError("There must have at least 2 Objects in $or relationship.")
        }
        alternatives = combined
    }
}
