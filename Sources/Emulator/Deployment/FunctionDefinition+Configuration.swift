import CloudLambda
import Foundation
import Template

extension FunctionDefinition {
    /// The function as Lambda takes it over.
    ///
    /// - Parameters:
    ///   - directory: the template's, which paths in it start from.
    ///   - bootstrap: the program that runs in place of the declared code of functions that share one.
    /// - Throws: ``CloudStartError/missingCode(function:path:advice:)``.
    func configuration(in directory: String, bootstrap: BootstrapProgram?) throws(CloudStartError)
        -> FunctionConfiguration
    {
        FunctionConfiguration(
            name: name, handler: handler, runtime: runtime,
            code: try codeLocation(in: directory, bootstrap: bootstrap), timeout: timeout, memorySize: memorySize,
            environment: environment, description: description ?? "", role: role ?? "",
            architecture: architecture.rawValue, ephemeralStorage: ephemeralStorage,
            reservedConcurrency: reservedConcurrency,
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
        let packaged: String? =
            if case .path(let declared) = code { Self.absolute(declared, in: directory) } else { nil }
        if let replacement = replacement(bootstrap) {
            let program = Self.absolute(replacement.path, in: directory)
            if FileManager.default.isExecutableFile(atPath: program) { return .executable(path: program) }
            // What is packaged serves as well, if it is there.
            let isPackaged = packaged.map(FileManager.default.fileExists) ?? false
            if replacement.isRequired || !isPackaged {
                throw .missingCode(function: name, path: program, advice: "Build it, for instance with 'make build'.")
            }
        }
        guard let packaged else {
            throw .missingCode(
                function: name, path: "a bucket or the template itself",
                advice: "A local cloud runs code from a file or a folder: set CodeUri to one.")
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: packaged, isDirectory: &isDirectory) else {
            throw .missingCode(
                function: name, path: packaged,
                advice: "Build it, or name the program to run locally in the template's Metadata.Darkroom.Bootstrap.")
        }
        return isDirectory.boolValue ? .directory(path: packaged) : .zip(path: packaged)
    }

    /// The program that runs in place of what is packaged; nil for none.
    private func replacement(_ shared: BootstrapProgram?) -> BootstrapProgram? {
        guard isProvided else { return nil }
        return switch localProgram {
        case .shared: shared
        case .own(let path): BootstrapProgram(path: path, isRequired: false)
        case .packaged: nil
        }
    }

    private static func absolute(_ path: String, in directory: String) -> String {
        URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: directory, isDirectory: true)).standardizedFileURL
            .path
    }
}
