/// What became of the messages of one event.
enum BatchVerdict: Sendable, Equatable {
    /// All are done.
    case succeeded
    /// These come again, by their identifiers; the others are done.
    case failed(Set<String>)
    /// All come again.
    case failedWholly(MappingProblem)
}

/// Why a batch has failed, as the API tells it.
enum MappingProblem: String, Sendable {
    /// The function failed, ran out of time, or named its failures in a way that cannot be understood.
    case functionFailed = "PROBLEM: Function call failed"
    /// The function may not run as often as it would have to.
    case throttled = "PROBLEM: Function call was throttled"
    /// There is no such function any more.
    case functionMissing = "PROBLEM: Function not found"
    /// The queue cannot be read, or messages that are done cannot be deleted.
    case queueUnavailable = "PROBLEM: Queue cannot be read"
}
