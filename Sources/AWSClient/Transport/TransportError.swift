/// Why no whole answer came. (What a service itself answered is an ``AWSError``.)
public struct TransportError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Kind: Sendable, Hashable {
        /// The host's name leads nowhere.
        case unresolvedHost
        /// Nobody listens, or nobody can be reached.
        case refused
        /// No connection came about in time.
        case connectTimeout
        /// The answer did not come in time, or it stopped coming.
        case timeout
        /// The other side could not prove who it is, or TLS failed otherwise.
        case tls
        /// The connection ended before an answer came.
        case connectionLost
        /// The connection ended within the answer, or the answer is not HTTP.
        case incompleteAnswer
        /// The answer is larger than the caller takes.
        case tooLarge(limit: Int)
        /// The task was cancelled.
        case cancelled
        /// The caller's own source of the body failed or gave another length than it said.
        case bodySource
        /// The request could not be sent as it is.
        case invalidRequest
        /// What came is not what the checksum that came with it says.
        case corrupted
        /// Anything else.
        case other
    }

    /// What went wrong.
    public var kind: Kind
    /// What went wrong, in a sentence, with the address.
    public var message: String
    /// Whether the service may have got the request, and so may have done what it asks.
    public var mayHaveBeenExecuted: Bool

    /// An error from its parts.
    public init(kind: Kind, message: String, mayHaveBeenExecuted: Bool) {
        self.kind = kind
        self.message = message
        self.mayHaveBeenExecuted = mayHaveBeenExecuted
    }

    /// The message.
    public var description: String { message }
}
