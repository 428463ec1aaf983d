import AWSClient
import ArgumentParser
import CloudCore
import Foundation
import JSONValue

/// What `darkroom logs` shows: which log, from when on, and how.
struct LogDisplay: Sendable {
    /// A function's name or a group's.
    var name: String
    var start: LogStart
    /// A filter pattern of CloudWatch Logs.
    var pattern: String?
    /// Whether it goes on when everything is shown.
    var follows: Bool
    var isJSON: Bool

    /// Prints the log, and what comes after it if that is wanted.
    ///
    /// - Throws: `ExitCode` after saying why; `AWSError`, `TransportError`; `CancellationError`.
    func show(_ cloud: RunningCloud) async throws {
        let (_, clock) = try await cloud.control("clock", nil)
        guard let now = clock["now"]?.string.flatMap({ Timestamp(iso8601: $0) }) else {
            complain("The cloud at \(cloud.edge) does not tell its time.")
            throw ExitCode.failure
        }
        let client = try cloud.client()
        let group = try await group(cloud, client)
        let format: LogLineFormat = isJSON ? .json(group: group) : .text(isTerminal: isatty(1) == 1)
        var reader = LogReader(
            client: client, group: group, pattern: pattern, from: start.moment(before: now))
        var pause = LogReader.shortestPause
        while true {
            var hasNews = false
            while let page = try await reader.nextPage() {
                hasNews = hasNews || !page.isEmpty
                try FileHandle.standardOutput.write(contentsOf: Data(page.map(format.line).joined().utf8))
            }
            guard follows else { return }
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
