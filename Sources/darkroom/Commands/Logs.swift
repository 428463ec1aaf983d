import AWSClient
import ArgumentParser
import CloudCore
import Foundation
import JSONValue

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
        let reading = Task { try await read(cloud) }
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

    private func read(_ cloud: RunningCloud) async throws {
        let (_, clock) = try await cloud.control("clock", nil)
        guard let now = clock["now"]?.string.flatMap({ Timestamp(iso8601: $0) }) else {
            complain("The cloud at \(cloud.edge) does not tell its time.")
            throw ExitCode.failure
        }
        let client = try cloud.client()
        let group = try await group(cloud, client)
        let format: LogLineFormat = json ? .json(group: group) : .text(isTerminal: isatty(1) == 1)
        var reader = LogReader(
            client: client, group: group, pattern: filter, from: try LogStart(since).moment(before: now))
        var pause = LogReader.shortestPause
        while true {
            var hasNews = false
            while let page = try await reader.nextPage() {
                hasNews = hasNews || !page.isEmpty
                try FileHandle.standardOutput.write(contentsOf: Data(page.map(format.line).joined().utf8))
            }
            guard follow else { return }
            // A log that is still is looked at less often.
            pause = hasNews ? LogReader.shortestPause : min(pause * 2, LogReader.longestPause)
            try await Task.sleep(for: pause)
        }
    }

    /// The group that the name means.
    ///
    /// - Throws: `ExitCode` after saying that there is none, and what was meant perhaps.
    private func group(_ cloud: RunningCloud, _ client: AWSClient) async throws -> String {
        let (_, state) = try await cloud.control("state", nil)
        let functions = state["logGroups"]?.object ?? [:]
        if let group = functions[name]?.string { return group }
        let groups = try await LogReader.groups(client)
        for group in [name, "/aws/lambda/" + name] where groups.contains(group) { return group }
        let advice = NearestNames.of(name, in: functions.keys + groups).map { "'\($0)'" }
        complain(
            "No function has logged under the name '\(name)', and no log group is called so."
                + (advice.isEmpty ? "" : " Did you mean \(advice.joined(separator: " or "))?"))
        throw ExitCode.failure
    }
}
