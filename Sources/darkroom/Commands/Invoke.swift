import AWSClient
import ArgumentParser
import Foundation
import Replay

/// `darkroom invoke`: calls one function with an event and prints its answer.
struct Invoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Call a function with an event.",
        discussion: """
            On the running cloud, if there is one; else on one that is started for the call, with the data of the data \
            directory. The answer goes to standard output as the function gave it, its log to standard error. An event \
            that needs others before it (its expectation says so) gets them. The exit status is 1 when the function \
            failed.
            """)

    @Argument(help: "The function's name.")
    var function: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("A file with the event, in JSON; - for standard input.", valueName: "FILE"))
    var event: String?

    @Option(help: ArgumentHelp("The event itself.", valueName: "JSON"))
    var payload: String?

    @Flag(help: "Hand the event over without waiting for the function.")
    var async = false

    @OptionGroup var access: CloudAccess

    func validate() throws {
        if event != nil, payload != nil {
            throw ValidationError("Give the event by --event or by --payload, not by both.")
        }
    }

    func run() async throws {
        do {
            let answer = try await access.withFunctions { functions in
                try await call(functions, try await eventBytes(functions))
            }
            if let log = answer.logTail, !log.isEmpty { FileHandle.standardError.write(Data(log.utf8)) }
            FileHandle.standardOutput.write(Data(answer.payload))
            if isatty(1) == 1 { print() }
            if answer.functionError != nil { throw ExitCode(1) }
        } catch let error as ExitCode {
            throw error
        } catch {
            complain("\(error)")
            throw ExitCode.failure
        }
    }

    private func call(_ functions: LambdaClient, _ payload: [UInt8]) async throws -> LambdaClient.Answer {
        try await functions.invoke(
            function, payload: payload, type: async ? .event : .requestResponse, logTail: !async)
    }

    private func eventBytes(_ functions: LambdaClient) async throws -> [UInt8] {
        if let payload { return Array(payload.utf8) }
        switch event {
        case nil: return Array("{}".utf8)
        case "-": return Array(FileHandle.standardInput.readDataToEndOfFile())
        case let path?:
            let file = try EventFile(path: path)
            // Without placeholders or needs, the function gets the file's own bytes.
            guard let needs = file.expectation?.needs, !needs.isEmpty else {
                return Array(FileManager.default.contents(atPath: path) ?? Data())
            }
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            return try await Replay(try EventFile.folder(folder)).event(file.name) { function, event in
                let answer = try await functions.invoke(function, payload: event)
                return (answer.payload, answer.functionError)
            }.encoded()
        }
    }
}
