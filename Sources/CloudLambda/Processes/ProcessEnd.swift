/// How a process ended.
package enum ProcessEnd: Sendable, Hashable {
    /// By itself, with a status.
    case exited(Int32)
    /// By a signal.
    case signalled(Int32)

    /// What is said of it behind `RequestId: … Error: `, in the words of the service.
    var reason: String {
        switch self {
        case .exited(0): "Runtime exited without providing a reason"
        case .exited(let status): "Runtime exited with error: exit status \(status)"
        case .signalled(let number): "Runtime exited with error: signal: \(Self.signalName(number))"
        }
    }

    /// The same of an extension.
    var extensionReason: String {
        switch self {
        case .exited(0): "exit code 0"
        case .exited(let status): "exit status \(status)"
        case .signalled(let number): "signal: \(Self.signalName(number))"
        }
    }

    /// The name of a signal as the service writes it.
    static func signalName(_ number: Int32) -> String { signalNames[number] ?? "signal \(number)" }

    private static let signalNames: [Int32: String] = [
        1: "hangup", 2: "interrupt", 3: "quit", 4: "illegal instruction", 5: "trace/breakpoint trap", 6: "aborted",
        7: "bus error", 8: "floating point exception", 9: "killed", 10: "user defined signal 1",
        11: "segmentation fault", 12: "user defined signal 2", 13: "broken pipe", 14: "alarm clock", 15: "terminated",
        16: "stack fault", 24: "CPU time limit exceeded", 25: "file size limit exceeded", 31: "bad system call",
    ]
}
