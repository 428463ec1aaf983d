import GRDB

/// What a service answers when something failed that is nobody's request's fault.
///
/// Each protocol has its own name for it; the message says what a person can do where that is known, and nothing of the
/// inside where it is not.
public enum UnexpectedFailure {
    /// A sentence for the caller.
    public static func message(for error: any Error) -> String {
        if let error = error as? DatabaseError, error.resultCode == .SQLITE_FULL || error.resultCode == .SQLITE_IOERR {
            return "The data directory cannot be written: the disk is full or failing. Nothing was stored."
        }
        return "The request processing has failed because of an unknown error, exception or failure."
    }
}
