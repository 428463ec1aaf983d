import JSONValue

/// Settles the template's parameters: what the caller gives, checked against what the template allows, or the default.
struct ParameterReader {
    let declarations: JSONObject
    let overrides: [String: String]
    let diagnostics: DiagnosticCollector

    private static let path = "/Parameters"
    private static let scalarTypes: Set<String> = ["String", "Number"]

    func read() -> (values: [ParameterValue], located: [String: LocatedValue]) {
        var values: [ParameterValue] = []
        var located: [String: LocatedValue] = [:]
        for (name, declaration) in declarations {
            let path = Self.path.appending(step: name)
            let reader = PropertyReader(
                declaration.located(at: path), subject: "parameter '\(name)'", schema: "Parameter",
                diagnostics: diagnostics)
            let type = reader.string("Type") ?? "String"
            if !reader.mentions("Type") { diagnostics.error(path, "Parameter '\(name)' needs a property 'Type'.") }
            guard let value = value(of: name, reader) else {
                located[name] = .invalid(path)
                continue
            }
            let content = content(of: value, type: type, name: name, reader)
            located[name] = LocatedValue(content: content, path: path)
            values.append(
                ParameterValue(
                    name: name, value: value, isSecret: reader.bool("NoEcho") ?? false,
                    isOverridden: overrides[name] != nil))
        }
        for name in overrides.keys.sorted() where declarations[name] == nil {
            let hint = Spelling.nearest(to: name, in: declarations.keys).map { "; did you mean '\($0)'?" } ?? "."
            diagnostics.error(Self.path, "A value is given for '\(name)', which is not a parameter\(hint)")
        }
        return (values, located)
    }

    private func value(of name: String, _ reader: PropertyReader) -> String? {
        if let given = overrides[name] { return given }
        guard reader.mentions("Default") else {
            diagnostics.error(
                reader.path, "Parameter '\(name)' has no default and needs a value: give one, as \(name)=….")
            return nil
        }
        return reader.string("Default")
    }

    private func content(
        of value: String, type: String, name: String, _ reader: PropertyReader
    ) -> LocatedValue.Content {
        let isList = type == "CommaDelimitedList" || type.hasPrefix("List<")
        let parts = isList ? value.split(on: ",").map { $0[...].trimmed } : [value]
        let allowed = reader.strings("AllowedValues")
        for part in parts { check(part, type: type, allowed: allowed, name: name, reader) }
        if type.hasPrefix("AWS::SSM::Parameter::Value") {
            reader.warn("Type", "Parameter Store is not emulated: '\(name)' has the value '\(value)' itself.")
        } else if !isList, !Self.scalarTypes.contains(type), !type.hasPrefix("AWS::") {
            reader.fault("Type", "'\(type)' is not a type of parameters.")
        }
        guard isList else { return .string(value) }
        return .list(value.isEmpty ? [] : parts.map { .string($0, reader.path) })
    }

    private func check(_ value: String, type: String, allowed: [String]?, name: String, _ reader: PropertyReader) {
        /// A secret is not repeated in a message.
        let shown = reader.bool("NoEcho") == true ? "the value" : "'\(value)'"
        /// What a person is told when the template's author has thought of it.
        func refuse(_ sentence: String) {
            let constraint = reader.string("ConstraintDescription").map { " (\($0))" } ?? ""
            diagnostics.error(reader.path, "Parameter '\(name)': \(sentence)\(constraint).")
        }
        if let allowed, !allowed.contains(value) {
            refuse("\(shown) is not one of the allowed values \(String.enumerating(allowed, limit: 20))")
        }
        if let pattern = reader.string("AllowedPattern") {
            do {
                if try Regex(pattern).wholeMatch(in: value) == nil {
                    refuse("\(shown) does not match the pattern '\(pattern)'")
                }
            } catch {
                reader.fault("AllowedPattern", "'\(pattern)' is not a regular expression.")
            }
        }
        if let least = reader.int("MinLength"), value.count < least {
            refuse("\(shown) is shorter than \(least) characters")
        }
        if let most = reader.int("MaxLength"), value.count > most {
            refuse("\(shown) is longer than \(most) characters")
        }
        guard type == "Number" || type == "List<Number>" else { return }
        guard let number = Double(value) else { return refuse("\(shown) is not a number") }
        if let least = reader.string("MinValue").flatMap(Double.init), number < least {
            refuse("\(shown) is less than \(reader.string("MinValue") ?? "")")
        }
        if let most = reader.string("MaxValue").flatMap(Double.init), number > most {
            refuse("\(shown) is greater than \(reader.string("MaxValue") ?? "")")
        }
    }
}

extension JSONValue {
    /// This value as it is, with no intrinsic function worked out: for the parts of a template that may hold none.
    func located(at path: String) -> LocatedValue {
        switch self {
        case .null: LocatedValue(content: .null, path: path)
        case .bool(let flag): LocatedValue(content: .bool(flag), path: path)
        case .number(let text): LocatedValue(content: .number(text), path: path)
        case .string(let text): .string(text, path)
        case .array(let elements):
            LocatedValue(
                content: .list(elements.enumerated().map { $0.element.located(at: "\(path)/\($0.offset)") }),
                path: path)
        case .object(let members):
            LocatedValue(
                content: .map(members.map { ($0.key, $0.value.located(at: path.appending(step: $0.key))) }),
                path: path)
        }
    }
}
