import ArgumentParser
import Foundation
import JSONValue

/// `darkroom clock`: shows and turns the clock of a running cloud.
struct Clock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show or turn the clock of a running cloud.",
        discussion: """
            Everything in the cloud that waits for a time waits for this clock. Turning it forward fires, in order, \
            what falls due on the way.
            """,
        subcommands: [Show.self, Set.self, Advance.self, Freeze.self, Accelerate.self, Real.self],
        defaultSubcommand: Show.self)

    /// Sends an order, or none, and prints the clock.
    static func send(_ order: JSONValue?, to reach: RunningCloudOptions) async throws {
        let cloud = try await reach.find()
        let (status, body) = try await cloud.control("clock", order)
        guard status == 200 else {
            complain(body["error"]?.string ?? body.text())
            throw ExitCode.failure
        }
        print(body.text(.pretty))
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what time it is in the cloud.")
        @OptionGroup var reach: RunningCloudOptions
        func run() async throws { try await Clock.send(nil, to: reach) }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Turn the clock to a moment.")
        @Argument(help: "Such as 2026-03-01T00:00:00Z.") var moment: String
        @OptionGroup var reach: RunningCloudOptions
        func run() async throws { try await Clock.send(["set": .string(moment)], to: reach) }
    }

    struct Advance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Turn the clock forward.")
        @Argument(help: "A number with s, m, h or d: 90s, 15m, 2h, 30d.") var duration: String
        @OptionGroup var reach: RunningCloudOptions

        func run() async throws {
            let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
            guard let unit = duration.last, let factor = units[unit], let count = Double(duration.dropLast()),
                count >= 0
            else { throw ValidationError("A duration is a number with s, m, h or d, such as 15m; not '\(duration)'.") }
            try await Clock.send(["advanceSeconds": JSONValue(count * factor)], to: reach)
        }
    }

    struct Freeze: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop the clock until it is told otherwise.")
        @OptionGroup var reach: RunningCloudOptions
        func run() async throws { try await Clock.send(["freeze": true], to: reach) }
    }

    struct Accelerate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the clock run faster, or slower.")
        @Argument(help: "Seconds of the cloud for each second here.") var factor: Double
        @OptionGroup var reach: RunningCloudOptions
        func run() async throws { try await Clock.send(["factor": JSONValue(factor)], to: reach) }
    }

    struct Real: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Go back to real time.")
        @OptionGroup var reach: RunningCloudOptions
        func run() async throws { try await Clock.send(["real": true], to: reach) }
    }
}
