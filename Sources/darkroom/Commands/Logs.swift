import AWSClient
import ArgumentParser
import Foundation

/// `darkroom logs`: shows what a function logged, or what is in a log group.
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a function logged, or what is in a log group.",
        discussion: """
            Reads CloudWatch Logs of the running cloud. A line shows when it was written, by the cloud's clock, the \
            stream (of a function: which of its processes), and what was logged.

              darkroom logs echo --follow
              darkroom logs echo --since 2h --filter '?ERROR ?"Task timed out"'
              darkroom logs /aws/lambda/echo --filter '{ $.level = "error" }' --json
            """)

    @Argument(help: "The name of a function or of a log group.")
    var name: String

    @Flag(name: .shortAndLong, help: "Go on showing what is logged, until Ctrl-C.")
    var follow = false

    @Option(
        help: ArgumentHelp(
            "Where to begin: a number with s, m, h or d back from now, or a moment such as 2026-03-01T00:00:00Z.",
            valueName: "TIME"))
    var since = "10m"

    @Option(help: ArgumentHelp("Show only what a filter pattern of CloudWatch Logs matches.", valueName: "PATTERN"))
    var filter: String?

    @Flag(help: "Print an object a line.")
    var json = false

    @OptionGroup var reach: RunningCloudOptions

    func validate() throws { _ = try LogStart(since) }

    func run() async throws {
        // Asked for before anything starts, so that an early Ctrl-C is not lost.
        let end = follow ? EndSignal() : nil
        let cloud = try await reach.find()
        let display = LogDisplay(
            name: name, start: try LogStart(since), pattern: filter, follows: follow, isJSON: json)
        let reading = Task { try await display.show(cloud) }
        let ending = Task {
            guard let end else { return }
            _ = await end.wait()
            reading.cancel()
        }
        defer { ending.cancel() }
        do {
            try await reading.value
        } catch let error as ExitCode {
            throw error
        } catch  where reading.isCancelled {
            // Whoever follows ends it so.
        } catch let error as AWSError {
            complain(error.message.isEmpty ? "\(error)" : error.message)
            throw ExitCode.failure
        } catch is TransportError {
            complain("The cloud does not answer any more.")
            throw ExitCode.failure
        } catch {
            complain("\(error)")
            throw ExitCode.failure
        }
    }
}
