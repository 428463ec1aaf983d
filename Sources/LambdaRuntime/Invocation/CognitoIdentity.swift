import JSONValue

/// The Amazon Cognito identity on whose behalf a function was invoked.
public struct CognitoIdentity: Sendable, Hashable {
    /// The identity, `region:uuid`.
    public var identityID: String
    /// The pool that it belongs to.
    public var identityPoolID: String

    /// An identity.
    public init(identityID: String, identityPoolID: String) {
        self.identityID = identityID
        self.identityPoolID = identityPoolID
    }

    /// Reads the header `Lambda-Runtime-Cognito-Identity`; nil for anything that is not what it should be.
    init?(header: String) {
        guard let value = try? JSONValue(parsing: header), let identity = value["cognitoIdentityId"]?.string else {
            return nil
        }
        self.init(identityID: identity, identityPoolID: value["cognitoIdentityPoolId"]?.string ?? "")
    }
}
