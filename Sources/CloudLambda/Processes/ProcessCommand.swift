/// A program to start: what an execution environment runs.
package struct ProcessCommand: Sendable, Equatable {
    /// The program's file.
    package var executable: String
    /// What it is called with; the first is its own name.
    package var arguments: [String]
    /// Its environment, whole: nothing is inherited.
    package var environment: [String: String]
    /// Its current directory.
    package var directory: String

    /// The variable that marks everything that an environment starts: the environment's folder of temporary files, which
    /// no other environment of this machine has.
    static let markVariable = "DARKROOM_ENVIRONMENT"

    /// The variable with its value, as the environment of a process holds it.
    var mark: String? { environment[Self.markVariable].map { "\(Self.markVariable)=\($0)" } }
}

/// Why a program could not be started.
package struct ProcessLaunchError: Error, Sendable, Equatable {
    /// At which step.
    package enum Stage: Sendable, Equatable {
        /// The system has no room for another process, or the launcher has been stopped.
        case creation
        /// The current directory cannot be entered.
        case directory
        /// The file cannot be executed.
        case execution
    }

    package var stage: Stage
    package var errorNumber: CInt

    /// An error.
    package init(stage: Stage, errorNumber: CInt) {
        self.stage = stage
        self.errorNumber = errorNumber
    }
}
