import JSONValue

/// What came of reading a template: what it declares, and everything that is to be said about it.
public struct TemplateReading: Sendable {
    /// What could be read. It is complete only if there are no errors.
    public var template: ServerlessTemplate
    /// Errors and warnings, in the order of their lines.
    public var diagnostics: [TemplateDiagnostic]

    /// The errors: with one or more the template must not be brought up.
    public var errors: [TemplateDiagnostic] { diagnostics.filter { $0.severity == .error } }

    /// Reads a template.
    ///
    /// - Parameters:
    ///   - bytes: The template in JSON.
    ///   - parameters: Values for the template's parameters, over their defaults.
    ///   - cloud: What pseudo parameters and references resolve to.
    public init(
        of bytes: some Collection<UInt8>, parameters: [String: String] = [:], in cloud: DeploymentTarget = .init()
    ) {
        let document: JSONDocument
        do throws(JSONSyntaxError) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            template = ServerlessTemplate()
            diagnostics = [
                TemplateDiagnostic(
                    severity: .error, line: error.line, path: "",
                    message: "The template is not JSON: \(error.reason) (column \(error.column)).")
            ]
            return
        }
        let reader = TemplateReader(document: document, parameters: parameters, cloud: cloud)
        template = reader.read()
        diagnostics = reader.diagnostics.diagnostics.enumerated()
            .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
    }
}
