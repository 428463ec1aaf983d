import JSONValue

/// Something that a reader of the template should know: what is wrong, where, and how bad it is.
public struct TemplateDiagnostic: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable, Comparable {
        /// Part of the template has no effect here; everything else works.
        case warning
        /// The template cannot be brought up, here or on AWS.
        case error

        /// A warning is less than an error.
        public static func < (left: Severity, right: Severity) -> Bool { left == .warning && right == .error }
    }

    /// How bad it is.
    public var severity: Severity
    /// The line of the template, from 1.
    public var line: Int
    /// Where it stands: a JSON Pointer (RFC 6901), as `/Resources/Upload/Properties/Timeout`.
    public var path: String
    /// A sentence that says what is wrong and what would be right.
    public var message: String
}

extension TemplateDiagnostic: CustomStringConvertible {
    /// `12: error: /Resources/Upload/Properties/Timeout: …`, to be put behind the file's name and a colon.
    public var description: String { "\(line): \(severity.rawValue): \(path.isEmpty ? "" : path + ": ")\(message)" }
}

/// Collects what is found while a template is read, so that all of it is reported and not only the first.
final class DiagnosticCollector {
    private let document: JSONDocument?
    private var seen: Set<TemplateDiagnostic> = []
    private(set) var diagnostics: [TemplateDiagnostic] = []

    init(document: JSONDocument?) { self.document = document }

    func error(_ path: String, _ message: String) { add(.error, path, message) }

    func warning(_ path: String, _ message: String) { add(.warning, path, message) }

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// One value can be worked out for several readers (a table's name for each `Ref` to it); it is reported once.
    private func add(_ severity: TemplateDiagnostic.Severity, _ path: String, _ message: String) {
        let line = document?.line(of: path) ?? 1
        let diagnostic = TemplateDiagnostic(severity: severity, line: line, path: path, message: message)
        if seen.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
    }
}
