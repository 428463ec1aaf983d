import CSpawn
import Foundation
import Synchronization

/// A process of this machine, in a group of its own.
///
/// Its descendants end with it, also those that have left its group and session: found as a tree below it where it is
/// killed, and by the mark in their environment where it ended by itself. (A control group would hold them together too,
/// but who runs a local cloud has none to give, as a rule.) Only a descendant that has both outlived the process and been
/// started with another environment gets away.
final class SpawnedProcess: RunningProcess {
    /// What a pipe holds at most, unless somebody has made it larger.
    private static let pipeCapacity = 64 * 1024

    let processID: Int32
    let pidfd: CInt
    let output: CInt
    /// The entry of its environment that no other has, as `NAME=value`.
    private let mark: String?
    private let onOutput: @Sendable (UnsafeRawBufferPointer) -> Void
    private let onEnd: @Sendable (ProcessEnd) -> Void
    /// Whether the number still names this process; signals go out only while it does.
    private let isAlive = Mutex(true)
    /// How many descendants it had when it was killed; nil where it ended by itself, and nobody knows.
    private let descendants = Mutex(Int?.none)
    /// Guards the reading end of the pipe, and keeps pieces in order; false once it is closed.
    private let outputIsOpen = Mutex(true)

    init(
        processID: Int32, pidfd: CInt, output: CInt, mark: String?,
        onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping @Sendable (ProcessEnd) -> Void
    ) {
        self.processID = processID
        self.pidfd = pidfd
        self.output = output
        self.mark = mark
        self.onOutput = onOutput
        self.onEnd = onEnd
    }

    func terminate() {
        isAlive.withLock { isAlive in
            if isAlive { _ = cspawn_signal_group(processID, SIGTERM) }
        }
    }

    func kill() {
        isAlive.withLock { isAlive in
            guard isAlive else { return }
            let count = Int(cspawn_kill_tree(processID))
            if count >= 0 { descendants.withLock { $0 = ($0 ?? 0) + count } }
        }
    }

    var peakMemory: Int? {
        isAlive.withLock { isAlive in
            guard isAlive, let status = try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8),
                let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
                let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
            else { return nil }
            return Int(kilobytes).map { $0 * 1024 }
        }
    }

    func drainOutput() {
        // What was written before this call is in the pipe, so reading what a pipe holds is enough; reading to its end
        // might never finish.
        var left = Self.pipeCapacity
        while left > 0, let count = readOutput(), count > 0 { left -= count }
    }

    /// Passes on one piece. Returns 0 when there is none yet, nil when there will be none.
    @discardableResult
    func readOutput() -> Int? {
        outputIsOpen.withLock { isOpen in
            guard isOpen else { return nil }
            return withUnsafeTemporaryAllocation(byteCount: Self.pipeCapacity, alignment: 1) { buffer -> Int? in
                while true {
                    let count = read(output, buffer.baseAddress, buffer.count)
                    if count > 0 { onOutput(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
                    if count >= 0 { return count == 0 ? nil : count }
                    if errno == EAGAIN { return 0 }
                    if errno != EINTR { return nil }
                }
            }
        }
    }

    /// Takes leave of a process whose end was announced. Returns false when it has not ended after all.
    func finish() -> Bool {
        // The group's number stays taken while its dead leader has not been reaped: what it left behind can still be
        // found under it, and nobody else can.
        let started = cspawn_start_time(processID)
        var end = cspawn_end()
        let isReaped = isAlive.withLock { isAlive in
            _ = cspawn_signal_group(processID, SIGKILL)
            guard cspawn_reap(pidfd, &end) != EAGAIN else { return false }
            isAlive = false
            return true
        }
        guard isReaped else { return false }
        // What was started in the very moment of the kill would be left; where there was nothing else, that is let be, since
        // looking through all processes takes longer than starting one.
        if let mark, descendants.withLock({ $0 }) != 0 { _ = cspawn_kill_marked(mark, 0, started) }
        drainOutput()
        outputIsOpen.withLock { isOpen in
            if isOpen { close(output) }
            isOpen = false
        }
        close(pidfd)
        onEnd(end.by_signal != 0 ? .signalled(Int32(end.number)) : .exited(Int32(end.number)))
        return true
    }
}
