/// What proves who a request comes from: an access key, its secret, and for temporary keys a session token.
///
/// Neither the secret nor the token appears in any description, so that a value can be logged by accident.
public struct Credentials: Sendable, Hashable {
    /// The public half, such as `AKIAIOSFODNN7EXAMPLE`.
    public var accessKeyID: String
    /// The secret half, which never leaves this process.
    public var secretAccessKey: String
    /// Goes along with keys that AWS STS or Lambda gave out for a time.
    public var sessionToken: String?

    /// Credentials from their parts.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The access key alone.
    public var description: String {
        "Credentials(\(accessKeyID)\(sessionToken == nil ? "" : ", with a session token"))"
    }
    /// The access key alone.
    public var debugDescription: String { description }
    /// The access key alone, for `dump` too.
    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
