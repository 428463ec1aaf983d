/// A program to start: what an execution environment runs.
struct ProcessCommand: Sendable, Equatable {
    /// The program's file.
    var executable: String
    /// What it is called with; the first is its own name.
    var arguments: [String]
    /// Its environment, whole: nothing is inherited.
    var environment: [String: String]
    /// Its current directory.
    var directory: String
}

/// Why a program could not be started.
struct ProcessLaunchError: Error, Sendable, Equatable {
    /// At which step.
    enum Stage: Sendable, Equatable {
        /// The system has no room for another process, or the launcher has been stopped.
        case creation
        /// The current directory cannot be entered.
        case directory
        /// The file cannot be executed.
        case execution
    }

    var stage: Stage
    var errorNumber: CInt
}
