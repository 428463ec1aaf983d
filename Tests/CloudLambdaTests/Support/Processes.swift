import Foundation

/// Looks at the processes of this machine.
enum Processes {
    /// The processes of a group that have not ended.
    static func running(inGroup group: Int) throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int($0) }.filter { number in
            guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")")
            else { return false }
            // State, parent, group.
            let fields = text[text.index(after: end)...].split(separator: " ")
            return fields.count > 2 && fields[2] == String(group) && fields[0] != "Z" && fields[0] != "X"
        }
    }

    /// Whether a process is there and has not ended.
    static func isRunning(_ number: Int) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return false }
        let state = text[text.index(after: end)...].split(separator: " ").first
        return state != "Z" && state != "X"
    }

    /// Waits for the end of a process that was killed, for so long that only one that was not killed is still there.
    static func hasEnded(_ number: Int) async -> Bool {
        let limit = ContinuousClock.now + .seconds(10)
        while isRunning(number) {
            if ContinuousClock.now > limit { return false }
            await Task.yield()
        }
        return true
    }

    /// Ends a process of the test's own, for sure: one that was started with signals blocked hears no `SIGTERM`.
    static func end(_ process: Process) {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
