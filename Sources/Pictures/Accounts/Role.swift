/// What a person may do.
public enum Role: String, Sendable, Hashable, CaseIterable {
    /// Sees and touches only what is theirs.
    case user
    /// Also the manager's pages.
    case admin
}
