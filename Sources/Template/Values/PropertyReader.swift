import JSONValue

/// Reads the properties of one object by name and type, and reports what does not fit.
///
/// A property that is there but wrong reads as nil, like one that is not there: the fault has been reported, and
/// reading goes on to find the next.
struct PropertyReader {
    let value: LocatedValue
    /// The resource or part that is read, for sentences: `function 'Upload'`.
    let subject: String
    let diagnostics: DiagnosticCollector

    /// - Parameter schema: The key of ``KnownProperties`` against which the names are checked; nil to take any.
    init(_ value: LocatedValue, subject: String, schema: String?, diagnostics: DiagnosticCollector) {
        self.value = value
        self.subject = subject
        self.diagnostics = diagnostics
        switch value.content {
        case .map(let members):
            if let schema, let known = KnownProperties.table[schema] { Self.check(members, known, schema, diagnostics) }
        case .absent, .invalid: break
        default: diagnostics.error(value.path, "The properties of \(subject) must be an object, not \(value.kind).")
        }
    }

    private static func check(
        _ members: [(key: String, value: LocatedValue)], _ known: Set<String>, _ schema: String,
        _ diagnostics: DiagnosticCollector
    ) {
        for (key, value) in members where !known.contains(key) {
            let hint = Spelling.nearest(to: key, in: known).map { "; did you mean '\($0)'?" } ?? " and has no effect."
            diagnostics.warning(value.path, "'\(key)' is not a property of \(schema)\(hint)")
        }
    }

    var path: String { value.path }

    /// The place of a property, or where it would stand.
    func path(of key: String) -> String { value[key]?.path ?? path }

    /// A property that is there and could be worked out.
    func raw(_ key: String) -> LocatedValue? {
        guard let found = value[key], !found.isInvalid, !found.isAbsent else { return nil }
        return found
    }

    /// Whether something was written under this name, be it right or wrong.
    func mentions(_ key: String) -> Bool { value[key].map { !$0.isAbsent } ?? false }

    func json(_ key: String) -> JSONValue? { raw(key)?.json }

    func string(_ key: String) -> String? { read(key, "a string", \.text) }

    func bool(_ key: String) -> Bool? { read(key, "true or false", \.bool) }

    func int(_ key: String, in range: ClosedRange<Int>? = nil) -> Int? {
        guard let number = read(key, "a whole number", \.int) else { return nil }
        guard let range, !range.contains(number) else { return number }
        fault(
            key, "\(key) of \(subject) is \(number) and must lie between \(range.lowerBound) and \(range.upperBound).")
        return nil
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type = Choice.self) -> Choice?
    where Choice.RawValue == String {
        guard let text = string(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map { $0.rawValue }
        fault(key, "\(key) of \(subject) is '\(text)' and must be one of \(String.enumerating(words, limit: 40)).")
        return nil
    }

    func list(_ key: String) -> [LocatedValue]? { read(key, "a list", \.list) }

    /// A list of texts; where `orSingle` is set, one text stands for a list of one.
    func strings(_ key: String, orSingle: Bool = false) -> [String]? {
        if orSingle, let text = raw(key)?.text { return [text] }
        return list(key)?.compactMap { element in
            if element.text == nil, !element.isInvalid {
                diagnostics.error(element.path, "\(key) of \(subject) must hold strings only, not \(element.kind).")
            }
            return element.text
        }
    }

    func map(_ key: String) -> [(key: String, value: LocatedValue)]? { read(key, "an object", \.map) }

    /// A map from names to texts, in the order written.
    func stringMap(_ key: String) -> [(key: String, value: String)]? {
        map(key)?.compactMap { name, value in
            if let text = value.text { return (name, text) }
            if !value.isInvalid {
                diagnostics.error(value.path, "'\(name)' in \(key) of \(subject) must be a string, not \(value.kind).")
            }
            return nil
        }
    }

    /// A reader for a property that is an object itself.
    func object(_ key: String, schema: String?) -> PropertyReader? {
        guard let found = raw(key) else { return nil }
        guard found.map != nil else {
            fault(key, "\(key) of \(subject) must be an object, not \(found.kind).")
            return nil
        }
        return PropertyReader(found, subject: "\(key) of \(subject)", schema: schema, diagnostics: diagnostics)
    }

    /// A reader for each object of a list.
    func objects(_ key: String, schema: String?) -> [PropertyReader] {
        (list(key) ?? []).map {
            PropertyReader($0, subject: "\(key) of \(subject)", schema: schema, diagnostics: diagnostics)
        }
    }

    /// Reports a required property that is not there at all, then reads it.
    func required<Value>(_ key: String, _ read: (String) -> Value?) -> Value? {
        if !mentions(key) {
            if value.map != nil { diagnostics.error(path, "\(subject.capitalisedFirst) needs a property '\(key)'.") }
            return nil
        }
        return read(key)
    }

    func fault(_ key: String, _ message: String) { diagnostics.error(path(of: key), message) }

    func warn(_ key: String, _ message: String) { diagnostics.warning(path(of: key), message) }

    private func read<Value>(_ key: String, _ expected: String, _ convert: (LocatedValue) -> Value?) -> Value? {
        guard let found = raw(key) else { return nil }
        if let converted = convert(found) { return converted }
        fault(key, "\(key) of \(subject) must be \(expected), not \(found.kind).")
        return nil
    }
}

extension String {
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
