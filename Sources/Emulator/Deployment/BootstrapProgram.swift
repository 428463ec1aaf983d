import Template

/// The program that runs a template's functions of `provided` runtimes here.
struct BootstrapProgram {
    /// Where it is; from the template's directory, unless absolute.
    var path: String
    /// Whether nothing else will do: what is packaged does not stand in for a program that was asked for.
    var isRequired: Bool
}

extension CloudConfiguration {
    /// The program that was asked for, or else the one that the template names; nil where there is neither.
    func bootstrapProgram(of template: ServerlessTemplate) -> BootstrapProgram? {
        if let path = hostedProgram?.path ?? bootstrap { return BootstrapProgram(path: path, isRequired: true) }
        return template.metadata["Darkroom"]?["Bootstrap"]?.string.map { BootstrapProgram(path: $0, isRequired: false) }
    }
}
