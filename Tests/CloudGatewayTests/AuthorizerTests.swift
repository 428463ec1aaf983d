import CloudCore
import JSONValue
import NIOCore
import NIOHTTP1
import Testing

@testable import CloudGateway

@Suite("Function authorizers")
struct AuthorizerTests {
    /// A gateway whose one route asks a function first, which answers this text.
    private func respond(
        _ form: FunctionAuthorizer.Form, kind: GatewayAPI.Kind, answer: String, error: String? = nil,
        headers: HTTPHeaders = ["Authorization": "secret"], sources: [String] = ["$request.header.Authorization"],
        lifetime: Duration = .zero, times: Int = 1
    ) async -> (status: Int, asked: [JSONValue], event: JSONValue?) {
        let authority = FakeInvoker(answering: answer, error: error)
        let invoker = FakeInvoker(answering: "{}")
        var guarded = api([("GET", "/a/{b}")], kind: kind)
        guarded.routes[0].authorizer = FunctionAuthorizer(
            function: "authority", form: form, kind: kind, identitySources: sources, lifetime: lifetime,
            invoker: authority, clock: frozen)
        let gateway = gateway([guarded], invoker)
        var status = 0
        for _ in 0..<times { status = await gateway.respond(to: request("GET", "/a/x?q=1", headers)).status }
        let asked = authority.invocations.compactMap { try? JSONValue(parsing: $0.payload.readableBytesView) }
        return (status, asked, invoker.event)
    }

    private func policy(_ effect: String, _ resource: String, _ context: String = "{}") -> String {
        #"""
        {"principalId": "me", "context": \#(context), "policyDocument": {"Version": "2012-10-17", "Statement":
        [{"Action": "execute-api:Invoke", "Effect": "\#(effect)", "Resource": "\#(resource)"}]}}
        """#
    }

    @Test func simpleAnswersDecide() async {
        let allowed = await respond(
            .request2, kind: .http, answer: #"{"isAuthorized": true, "context": {"user": "u", "n": 1}}"#)
        #expect(allowed.status == 200)
        #expect(allowed.event?["requestContext"]?["authorizer"] == ["lambda": ["user": "u", "n": 1]])
        let asked = allowed.asked.first
        #expect(asked?["version"] == "2.0")
        #expect(asked?["type"] == "REQUEST")
        #expect(asked?["routeArn"] == "arn:aws:execute-api:us-east-1:000000000000:abcdefghij/$default/GET/a/x")
        #expect(asked?["identitySource"] == ["secret"])
        #expect(asked?["routeKey"] == "GET /a/{b}")
        #expect(asked?["body"] == nil)
        #expect(await respond(.request2, kind: .http, answer: #"{"isAuthorized": false}"#).status == 403)
        #expect(await respond(.request2, kind: .http, answer: #"{"isAuthorized": "yes"}"#).status == 500)
    }

    @Test(arguments: [
        ("Allow", "*", 200), ("Allow", "arn:aws:execute-api:*:*:abcdefghij/*/GET/a/?", 200), ("Deny", "*", 403),
        ("Allow", "arn:aws:execute-api:*:*:abcdefghij/*/POST/*", 403), ("Maybe", "*", 500),
    ])
    func policiesDecide(effect: String, resource: String, status: Int) async {
        for kind in [GatewayAPI.Kind.http, .rest] {
            #expect(await respond(.request1, kind: kind, answer: policy(effect, resource)).status == status)
        }
    }

    @Test func tokensAreShownToRESTAuthorizers() async {
        let result = await respond(
            .token(header: "X-Token"), kind: .rest, answer: policy("Allow", "*", #"{"a": 1, "b": true}"#),
            headers: ["x-token": "t"])
        #expect(result.status == 200)
        #expect(
            result.asked == [
                [
                    "type": "TOKEN", "authorizationToken": "t",
                    "methodArn": "arn:aws:execute-api:us-east-1:000000000000:abcdefghij/Prod/GET/a/x",
                ]
            ])
        #expect(
            result.event?["requestContext"]?["authorizer"] == ["a": "1", "b": "true", "principalId": "me"])
    }

    @Test func aRequestWithoutIdentityIsNotEvenShown() async {
        let result = await respond(.request2, kind: .http, answer: #"{"isAuthorized": true}"#, headers: [:])
        #expect(result.status == 401)
        #expect(result.asked.isEmpty)
        #expect(result.event == nil)
    }

    @Test(
        arguments: [
            (#"{"errorMessage": "Unauthorized"}"#, "Unhandled", 401), (#"{"errorMessage": "x"}"#, "Unhandled", 500),
            ("{}", nil, 500), ("nonsense", nil, 500), (#"{"principalId": "me"}"#, nil, 500),
        ] as [(String, String?, Int)])
    func failuresLetNobodyPass(answer: String, error: String?, status: Int) async {
        let result = await respond(.request1, kind: .rest, answer: answer, error: error)
        #expect(result.status == status)
        #expect(result.event == nil)
    }

    @Test func answersAreKeptForAnIdentity() async {
        let kept = await respond(
            .request2, kind: .http, answer: #"{"isAuthorized": true}"#, lifetime: .seconds(60), times: 3)
        #expect(kept.status == 200)
        #expect(kept.asked.count == 1)
        let anew = await respond(.request2, kind: .http, answer: #"{"isAuthorized": true}"#, times: 3)
        #expect(anew.asked.count == 3)
    }

    @Test(arguments: [
        ("*", "", true), ("a*c", "abbc", true), ("a*c", "abcd", false), ("a?c", "abc", true), ("a?c", "ac", false),
        ("**", "x", true), ("", "x", false), ("a*b*c", "a1b2b3c", true),
    ])
    func patternsMatch(pattern: String, text: String, expected: Bool) {
        #expect(ExecutePolicy.matches(pattern, text) == expected)
    }

    @Test func whatIsNotThereRefuses() async {
        var guarded = api([("GET", "/a")])
        guarded.routes[0].authorizer = RefusingAuthorizer()
        let invoker = FakeInvoker(answering: "{}")
        #expect(await gateway([guarded], invoker).respond(to: request("GET", "/a")).status == 401)
        #expect(invoker.invocations.isEmpty)
    }
}
