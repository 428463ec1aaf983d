import CloudLambda
import Foundation
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
        return template.sharedProgram.map { BootstrapProgram(path: $0, isRequired: false) }
    }

    /// The folder that the template's paths start from.
    var templateDirectory: String {
        template.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path } ?? "."
    }

    /// The functions of a template as Lambda takes them over.
    ///
    /// - Throws: ``CloudStartError/missingCode(function:path:advice:)``.
    func functions(of template: ServerlessTemplate) throws(CloudStartError) -> [FunctionConfiguration] {
        let directory = templateDirectory
        let bootstrap = bootstrapProgram(of: template)
        var functions: [FunctionConfiguration] = []
        for function in template.functions {
            functions.append(try function.configuration(in: directory, bootstrap: bootstrap))
        }
        return functions
    }
}
