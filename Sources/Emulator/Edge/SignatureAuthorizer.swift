import AWSSigning
import CloudCore
import CloudGateway
import JSONValue

/// Lets signed requests pass (`AWS_IAM`), checked as the edge checks those to AWS's services.
///
/// Where signatures are not verified, any that is made for this service and has not expired will do: what is caught then
/// is the caller that forgets to sign.
struct SignatureAuthorizer: GatewayAuthorizer {
    let signatures: EdgeAuthorization
    let identity: CloudIdentity
    let kind: GatewayAPI.Kind

    /// The signature covers the body's hash.
    var readsBody: Bool { true }

    /// The service that callers sign for.
    private var signingName: String { kind == .functionURL ? "lambda" : "execute-api" }

    func authorize(_ authorized: AuthorizedRequest) async -> AuthorizationDecision {
        var request = authorized.request
        guard let signature = try? signatures.signature(of: request), let scope = signature.scope,
            scope.service == signingName
        else { return .unsigned }
        do {
            _ = try await signatures.check(&request, signature, isS3: false)
        } catch {
            return .unsigned
        }
        return .allowed([
            "iam": [
                "accessKey": .string(signature.accessKeyID), "accountId": .string(identity.accountID),
                "callerId": .string(identity.accountID), "cognitoIdentity": nil, "principalOrgId": nil,
                "userArn": .string("arn:aws:iam::\(identity.accountID):root"), "userId": .string(identity.accountID),
            ]
        ])
    }
}
