/// What a caller may say of a single call.
public struct CallOptions: Sendable, Hashable {
    /// By when the answer must be there; no attempt and no pause goes beyond it. The earlier of this and the client's
    /// own deadline counts.
    public var deadline: Deadline?
    /// How often the call may be tried, in place of the client's policy.
    public var maximumAttempts: Int?
    /// Whether the call may be carried out twice without harm, in place of what the client knows of the operation.
    public var isIdempotent: Bool?

    /// Options; all are left to the client unless given.
    public init(deadline: Deadline? = nil, maximumAttempts: Int? = nil, isIdempotent: Bool? = nil) {
        self.deadline = deadline
        self.maximumAttempts = maximumAttempts
        self.isIdempotent = isIdempotent
    }

    /// Nothing but defaults.
    public static let none = CallOptions()
}
