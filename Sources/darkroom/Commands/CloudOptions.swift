import ArgumentParser
import CloudCore
import Emulator
import Foundation

/// The options that every command which starts a cloud shares.
struct CloudOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The SAM template, in JSON.")
    var template = "template.json"

    @Option(
        name: .customLong("parameter"),
        help: ArgumentHelp("A value for a parameter of the template; may be repeated.", valueName: "NAME=VALUE"))
    var parameters: [String] = []

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("Where the data is kept (default: .darkroom).", valueName: "DIR"))
    var dataDirectory: String?

    /// Where the data is kept.
    var data: String { dataDirectory ?? ".darkroom" }

    @Option(
        help: ArgumentHelp(
            "Where the models that recognise pictures are; else what DARKROOM_MODELS says, or .models beside the template.",
            valueName: "DIR"))
    var models: String?

    @Option(
        help: ArgumentHelp(
            "Fixed answers for pictures by name or content, so that they do not depend on models.", valueName: "FILE"))
    var recognitionRules: String?

    @Option(help: "The region that resources are in.")
    var region = CloudIdentity.defaultRegion

    func validate() throws {
        for parameter in parameters where !parameter.contains("=") {
            throw ValidationError("--parameter takes NAME=VALUE, not '\(parameter)'.")
        }
    }

    /// What the options say, for a cloud that others are to reach.
    func configuration() -> CloudConfiguration {
        var configuration = CloudConfiguration()
        configuration.template = template
        for parameter in parameters {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            configuration.parameters[String(parts[0])] = String(parts[1])
        }
        configuration.data = .directory(data)
        configuration.models = models
        configuration.recognitionRules = recognitionRules
        configuration.identity.region = region
        let environment = ProcessInfo.processInfo.environment
        if let key = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] {
            configuration.credentials = (key, secret)
        }
        return configuration
    }
}

/// Writes a line to standard error.
func complain(_ message: String) {
    FileHandle.standardError.write(Data((message + "\n").utf8))
}
