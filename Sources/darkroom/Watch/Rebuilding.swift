import Emulator

/// Builds the functions' program anew whenever its sources change.
///
/// The program that is there goes on serving until a build has succeeded; the cloud takes up the new one between two
/// requests.
struct Rebuilding: Sendable {
    /// How often the sources are looked at. Some hundred files take a few milliseconds.
    private static let interval = Duration.milliseconds(300)

    var build: BuildCommand
    /// The package whose sources count.
    var package: String
    var log: ActivityLog

    /// Builds once, then after each change, until the task is cancelled.
    ///
    /// - Parameter known: the sources as they were built last.
    func run(since known: SourceSnapshot) async {
        var known = known
        while true {
            guard let now = await nextChange(since: known) else { return }
            log.note(Self.sentence(on: now.changes(since: known)) + " Building.")
            // What changes while the build runs is noticed after it.
            known = now
            await report(build.run())
        }
    }

    /// Builds, and says what came of it.
    func report(_ outcome: BuildCommand.Outcome) {
        guard !Task.isCancelled else { return }
        let seconds = "\((outcome.duration / .milliseconds(100)).rounded() / 10) s"
        guard !outcome.succeeded else { return log.note("Built in \(seconds). The next request gets it.") }
        for line in outcome.output.split(whereSeparator: \.isNewline) { log.note(String(line)) }
        log.note("The build failed after \(seconds). The functions go on as they were.")
    }

    /// The sources once they differ and stand still: an editor or a checkout may write many files. Nil when cancelled.
    private func nextChange(since known: SourceSnapshot) async -> SourceSnapshot? {
        var last = known
        while true {
            do { try await Task.sleep(for: Self.interval) } catch { return nil }
            let now = SourceSnapshot(of: package)
            if now != known, now == last { return now }
            last = now
        }
    }

    private static func sentence(on changes: [String]) -> String {
        let names = changes.prefix(3).map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        let rest = changes.count - names.count
        let list = names.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        return "\(list) changed."
    }
}
