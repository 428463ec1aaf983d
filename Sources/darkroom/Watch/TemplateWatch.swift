import Emulator
import Glibc

/// Takes up a template whenever its file changes.
///
/// What it declared before stays in force until one that can be brought up is there.
struct TemplateWatch: Sendable {
    /// The file as it stands at one time; nil where there is none.
    private struct State: Equatable {
        var size: Int
        var seconds: Int
        var nanoseconds: Int
        var inode: UInt

        init?(of path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            size = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
            inode = UInt(status.st_ino)
        }
    }

    private static let interval = Duration.milliseconds(300)

    var path: String
    var log: ActivityLog
    private var known: State?

    /// Looks at the file: what changes from now on counts. Ask for it before the template is read.
    init(of path: String, log: ActivityLog) {
        self.path = path
        self.log = log
        known = State(of: path)
    }

    /// Takes up each change, until the task is cancelled.
    func run(_ cloud: LocalCloud) async {
        var (known, last, waitsForCode) = (known, known, false)
        var complaint = ""
        while true {
            do { try await Task.sleep(for: Self.interval) } catch { return }
            let now = State(of: path)
            // Until it stands still; an editor that replaces a file leaves none for a moment. A program that was missing
            // may be built by now.
            let hasChanged = now != known && now == last && now != nil
            last = now
            guard hasChanged || waitsForCode && now == known else { continue }
            if hasChanged { complaint = "" }
            known = now
            do {
                let changes = try await cloud.takeUpTemplate()
                waitsForCode = false
                for sentence in changes { log.note(sentence) }
                log.note(changes.isEmpty ? "\(path) declares what it did." : "\(path) is taken up.")
            } catch {
                guard !Task.isCancelled else { return }
                if case CloudStartError.missingCode = error { waitsForCode = true } else { waitsForCode = false }
                guard "\(error)" != complaint else { continue }
                complaint = "\(error)"
                for line in complaint.split(whereSeparator: \.isNewline) { log.note(String(line)) }
                log.note("\(path) is not taken up. The cloud goes on as it was.")
            }
        }
    }
}
