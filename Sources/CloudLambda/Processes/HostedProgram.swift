/// A program that somebody else than the system starts. Tests have the functions that run inside themselves started so.
package struct HostedProgram: Sendable {
    /// The program's file, absolute.
    package var path: String
    /// What starts it.
    package var launcher: any ProcessLauncher

    /// A program.
    package init(path: String, launcher: any ProcessLauncher) {
        self.path = path
        self.launcher = launcher
    }
}

/// Has one program started by whoever hosts it, and all others by the system.
struct HostingLauncher: ProcessLauncher {
    let hosted: HostedProgram
    let others: any ProcessLauncher

    func launch(
        _ command: ProcessCommand, onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping @Sendable (ProcessEnd) -> Void
    ) async throws -> any RunningProcess {
        let launcher = command.executable == hosted.path ? hosted.launcher : others
        return try await launcher.launch(command, onOutput: onOutput, onEnd: onEnd)
    }
}
