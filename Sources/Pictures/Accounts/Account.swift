/// What the service needs to let a person in: one row of `UserAuth`.
public struct Account: Sendable {
    /// Whose it is.
    public var userID: UserID
    /// The name to log in with.
    public var username: Username
    /// The password's hash.
    public var passwordHash: PasswordHash
    /// What the person may do.
    public var role: Role
    /// Sessions of an earlier epoch have ended: a change of the password raises it.
    public var sessionEpoch: Int

    /// An account.
    public init(userID: UserID, username: Username, passwordHash: PasswordHash, role: Role, sessionEpoch: Int) {
        self.userID = userID
        self.username = username
        self.passwordHash = passwordHash
        self.role = role
        self.sessionEpoch = sessionEpoch
    }
}
