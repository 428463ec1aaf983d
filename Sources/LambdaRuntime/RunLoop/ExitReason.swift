/// Why a run loop came to its end, and the exit status that says so.
enum ExitReason: Sendable, Hashable {
    /// Told to stop; everything was finished.
    case stopped
    /// The function could not be made ready.
    case initializationFailed
    /// The Runtime API cannot be reached or makes no sense.
    case runtimeAPILost
    /// The Runtime API reported that the environment is broken.
    case environmentBroken

    /// For `exit`.
    var status: Int32 {
        switch self {
        case .stopped: 0
        case .initializationFailed, .runtimeAPILost, .environmentBroken: 1
        }
    }
}
