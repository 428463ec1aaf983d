import JSONValue

/// What an event must look like, in the pattern language that EventBridge rules, pipes and the filters of event source
/// mappings share.
///
///     let pattern = try EventPattern(parsing: #"{"detail": {"size": [{"numeric": [">", 1000]}]}}"#)
///     pattern.matches(event)
///
/// Source: "Amazon EventBridge event patterns" in the EventBridge user guide. As there, a name with dots stands for the
/// same field as the names nested in one another; a field of objects in an array is matched together with the other
/// fields of the same element.
public struct EventPattern: Sendable {
    /// The ways to match: one, or one for each combination of the branches of `$or`.
    let alternatives: [Alternative]

    /// The fields that must match together, ordered so that the fields of one array stand side by side.
    struct Alternative: Sendable {
        var fields: [Field]
    }

    /// A field, and the values that will do.
    struct Field: Sendable {
        var name: String
        var values: [ValuePattern]
        /// Whether the field's absence will do.
        var mayBeAbsent: Bool { values.contains { $0.isAbsence } }
    }

    /// Every field name that occurs, and what leads there: nothing else of an event is looked at.
    let paths: Set<ExactText>

    /// Reads a pattern.
    ///
    /// - Throws: ``EventPatternError``.
    public init(parsing text: String) throws(EventPatternError) {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: text)
        } catch {
            throw EventPatternError(error.description)
        }
        try self.init(value)
    }

    /// Takes over a pattern that is parsed already.
    ///
    /// - Throws: ``EventPatternError``.
    public init(_ value: JSONValue) throws(EventPatternError) {
        guard case .object(let members) = value else { throw EventPatternError("Filter is not an object") }
        var compiler = PatternCompiler()
        try compiler.add(members, under: "", insideOr: false)
        alternatives = compiler.alternatives.map { fields in
            Alternative(fields: fields.sorted { Self.precedes($0.name, $1.name) })
        }
        var paths: Set<ExactText> = []
        for name in Set(alternatives.flatMap { $0.fields.map { ExactText($0.name) } }) {
            paths.insert(name)
            let bytes = name.text.utf8
            for index in bytes.indices where bytes[index] == UInt8(ascii: ".") {
                paths.insert(ExactText(String(name.text[..<index])))
            }
        }
        self.paths = paths
    }

    /// Whether an event is what the pattern describes.
    ///
    /// Takes time in proportion to the event's size for each field of the pattern, whatever stands in either.
    public func matches(_ event: JSONValue) -> Bool {
        let fields = EventFields(event, paths: paths)
        return alternatives.contains { fields.satisfy($0) }
    }

    /// Part by part, so that what lies below one name stays together.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8) { weight($0) < weight($1) }
    }

    private static func weight(_ byte: UInt8) -> Int { byte == UInt8(ascii: ".") ? -1 : Int(byte) }
}
