import CloudLambda
import Foundation
import Template

extension FunctionDefinition {
    /// The function as Lambda takes it over.
    ///
    /// - Parameters:
    ///   - directory: the template's, which paths in it start from.
    ///   - bootstrap: the program that runs in place of the declared code, where the template names one for local use.
    /// - Throws: ``CloudStartError/missingCode(function:path:advice:)``.
    func configuration(in directory: String, bootstrap: BootstrapProgram?) throws(CloudStartError)
        -> FunctionConfiguration
    {
        FunctionConfiguration(
            name: name, handler: handler, runtime: runtime,
            code: try codeLocation(in: directory, bootstrap: bootstrap), timeout: timeout, memorySize: memorySize,
            environment: environment, description: description ?? "", role: role ?? "",
            architecture: architecture.rawValue, reservedConcurrency: reservedConcurrency,
            aliases: autoPublishAlias.map { [$0] } ?? [],
            asynchronous: EventInvokeConfiguration(
                maximumRetryAttempts: eventInvokeConfig.maximumRetryAttempts,
                maximumEventAge: eventInvokeConfig.maximumEventAge, onSuccess: eventInvokeConfig.onSuccess,
                onFailure: eventInvokeConfig.onFailure),
            deadLetterTarget: deadLetterARN,
            logging: .init(
                format: logging.format == .json ? .json : .text, applicationLevel: logging.applicationLevel,
                systemLevel: logging.systemLevel, group: logging.group),
            tags: tags)
    }

    private func codeLocation(in directory: String, bootstrap: BootstrapProgram?) throws(CloudStartError)
        -> CodeLocation
    {
        guard case .path(let declared) = code else {
            throw .missingCode(
                function: name, path: "a bucket or the template itself",
                advice: "A local cloud runs code from a file or a folder: set CodeUri to one.")
        }
        let path = Self.absolute(declared, in: directory)
        if runtime.hasPrefix("provided"), let bootstrap {
            let program = Self.absolute(bootstrap.path, in: directory)
            if FileManager.default.isExecutableFile(atPath: program) { return .executable(path: program) }
            // What is packaged serves as well, if it is there.
            if bootstrap.isRequired || !FileManager.default.fileExists(atPath: path) {
                throw .missingCode(function: name, path: program, advice: "Build it, for instance with 'make build'.")
            }
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .missingCode(
                function: name, path: path,
                advice: "Build it, or name the program to run locally in the template's Metadata.Darkroom.Bootstrap.")
        }
        return isDirectory.boolValue ? .directory(path: path) : .zip(path: path)
    }

    private static func absolute(_ path: String, in directory: String) -> String {
        URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: directory, isDirectory: true)).standardizedFileURL
            .path
    }
}
