/// Who a request comes from, as the service said at log-in. Carried by the client in a signed token.
public struct Session: Sendable, Equatable {
    /// Whose session it is.
    public var userID: UserID
    /// The person's name, as at log-in.
    public var username: Username
    /// What the person may do, as at log-in.
    public var role: Role
    /// The account's session epoch at log-in; where the account's has gone on since, the session has ended.
    public var epoch: Int
    /// When it began, in seconds since 1970.
    public var issued: Int64
    /// When it ends, in seconds since 1970.
    public var expires: Int64

    private static let version = "1"

    /// A session for an account.
    ///
    /// - Parameter lifetime: Seconds until it ends.
    public init(for account: Account, now: Timestamp, lifetime: Int64) {
        userID = account.userID
        username = account.username
        role = account.role
        epoch = account.sessionEpoch
        issued = now.seconds
        expires = now.adding(seconds: lifetime).seconds
    }

    /// The session as a token for a cookie or an `Authorization` header.
    public func token(signedWith keys: SigningKeys) -> String {
        // No field can hold a colon, so they need no quoting.
        let fields = [
            Self.version, userID.text, username.text, role.rawValue, String(epoch), String(issued), String(expires),
        ]
        return keys.sign(fields.joined(separator: ":"), for: .session)
    }

    /// Reads a token.
    ///
    /// - Throws: ``TokenFault``.
    public init(token: String, keys: SigningKeys, now: Timestamp) throws(TokenFault) {
        let payload = try keys.open(token, for: .session)
        let fields = payload.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 7, fields[0] == Self.version, let userID = UserID(fields[1]),
            let username = try? Username(fields[2]), let role = Role(rawValue: fields[3]),
            let epoch = Int(fields[4]), let issued = Int64(fields[5]), let expires = Int64(fields[6])
        else { throw .malformed }
        guard now.seconds < expires else { throw .expired }
        self.userID = userID
        self.username = username
        self.role = role
        self.epoch = epoch
        self.issued = issued
        self.expires = expires
    }
}
