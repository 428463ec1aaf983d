import ArgumentParser
import Foundation

/// `darkroom replay`: runs what was written down, and compares what comes of it with what was expected.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay events, recorded sessions, or a span of schedules, and compare the outcome.",
        discussion: """
            Event files, or folders of them: each event runs after those that it needs, and its answer is compared with \
            its expectation.

              darkroom replay Events/

            A session that 'darkroom record' wrote, on a cloud that is started for it and keeps nothing, or with \
            --endpoint on a running one: the answers are compared with the recorded ones.

              darkroom replay session.jsonl

            Everything that is scheduled in a span of time, on a cloud whose clock is turned over it:

              darkroom replay --schedules --from 2026-03-01 --to 2026-04-01 --twice

            The exit status is 1 when something differs or a function failed.
            """)

    @Argument(help: "Event files, folders of them, or recorded sessions (.jsonl).")
    var paths: [String] = []

    @Flag(help: "Print the outcomes as JSON.")
    var json = false

    @OptionGroup(title: "Sessions") var session: SessionOptions

    @OptionGroup(title: "Schedules") var schedules: ScheduleOptions

    @OptionGroup var access: CloudAccess

    func validate() throws {
        if schedules.schedules {
            guard paths.isEmpty else { throw ValidationError("--schedules takes no files.") }
            guard access.endpoint == nil else {
                throw ValidationError(
                    "--schedules turns a clock over the whole span, so it starts a cloud of its own: without --endpoint."
                )
            }
        } else {
            guard !paths.isEmpty else { throw ValidationError("Name event files or sessions, or give --schedules.") }
        }
        let sessions = paths.filter(Self.isSession)
        guard sessions.isEmpty || sessions.count == paths.count else {
            throw ValidationError("Sessions and event files are replayed apart from one another.")
        }
        guard sessions.count < 2 else { throw ValidationError("One session at a time.") }
        try schedules.check()
    }

    func run() async throws {
        do {
            if schedules.schedules {
                try await ReplaySchedules(options: schedules, cloud: access.cloud, json: json).run()
            } else if let path = paths.first, Self.isSession(path) {
                try await ReplaySession(path: path, options: session, access: access, json: json).run()
            } else {
                try await ReplayEvents(paths: paths, access: access, json: json).run()
            }
        } catch let error as ExitCode {
            throw error
        } catch {
            complain("\(error)")
            throw ExitCode.failure
        }
    }

    private static func isSession(_ path: String) -> Bool { path.hasSuffix(".jsonl") }
}
