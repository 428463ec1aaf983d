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
            .request2(simple: true), kind: .http, answer: #"{"isAuthorized": true, "context": {"user": "u", "n": 1}}"#)
        #expect(allowed.status == 200)
        #expect(allowed.event?["requestContext"]?["authorizer"] == ["lambda": ["user": "u", "n": 1]])
        let asked = allowed.asked.first
        #expect(asked?["version"] == "2.0")
        #expect(asked?["type"] == "REQUEST")
        #expect(asked?["routeArn"] == "arn:aws:execute-api:us-east-1:000000000000:abcdefghij/$default/GET/a/x")
        #expect(asked?["identitySource"] == ["secret"])
        #expect(asked?["routeKey"] == "GET /a/{b}")
        #expect(asked?["body"] == nil)
        #expect(await respond(.request2(simple: true), kind: .http, answer: #"{"isAuthorized": false}"#).status == 403)
        #expect(await respond(.request2(simple: true), kind: .http, answer: #"{"isAuthorized": "yes"}"#).status == 500)
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
        let result = await respond(
            .request2(simple: true), kind: .http, answer: #"{"isAuthorized": true}"#, headers: [:])
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
            .request2(simple: true), kind: .http, answer: #"{"isAuthorized": true}"#, lifetime: .seconds(60), times: 3)
        #expect(kept.status == 200)
        #expect(kept.asked.count == 1)
        let anew = await respond(.request2(simple: true), kind: .http, answer: #"{"isAuthorized": true}"#, times: 3)
        #expect(anew.asked.count == 3)
    }

    @Test(arguments: [
        ("*", "", true), ("a*c", "abbc", true), ("a*c", "abcd", false), ("a?c", "abc", true), ("a?c", "ac", false),
        ("**", "x", true), ("", "x", false), ("a*b*c", "a1b2b3c", true),
    ])
    func patternsMatch(pattern: String, text: String, expected: Bool) {
        #expect(ExecutePolicy.matches(pattern, text) == expected)
    }

    /// Sends requests to two routes and another path behind one authorizer, whose answers are kept.
    private func statuses(
        _ kind: GatewayAPI.Kind, _ form: FunctionAuthorizer.Form, answer: String, sources: [String],
        _ requests: [CloudRequest]
    ) async -> (statuses: [Int], asked: Int) {
        let authority = FakeInvoker(answering: answer)
        var guarded = api([("GET", "/a"), ("GET", "/b"), ("POST", "/a")], kind: kind)
        let authorizer = FunctionAuthorizer(
            function: "authority", form: form, kind: kind, identitySources: sources, lifetime: .seconds(60),
            invoker: authority, clock: frozen)
        for index in guarded.routes.indices { guarded.routes[index].authorizer = authorizer }
        let gateway = gateway([guarded], FakeInvoker(answering: "{}"))
        var statuses: [Int] = []
        for request in requests { statuses.append(await gateway.respond(to: request).status) }
        return (statuses, authority.invocations.count)
    }

    @Test func aKeptPolicyIsLookedAtForEachRoute() async {
        let headers: HTTPHeaders = ["Authorization": "secret"]
        let requests = [
            request("GET", "/a", headers), request("GET", "/b", headers), request("POST", "/a", headers),
            request("GET", "/a", headers),
        ]
        let one = policy("Allow", "arn:aws:execute-api:*:*:*/*/GET/a")
        let both = policy("Allow", "arn:aws:execute-api:*:*:*/*/GET/*")
        for (kind, form) in [
            (GatewayAPI.Kind.rest, FunctionAuthorizer.Form.token(header: "Authorization")), (.rest, .request1),
            (.http, .request1), (.http, .request2(simple: false)),
        ] {
            let sources = ["$request.header.Authorization"]
            let narrow = await statuses(kind, form, answer: one, sources: sources, requests)
            #expect(narrow.statuses == [200, 403, 403, 200])
            #expect(narrow.asked == 1)
            let wide = await statuses(kind, form, answer: both, sources: sources, requests)
            #expect(wide.statuses == [200, 200, 403, 200])
            #expect(wide.asked == 1)
        }
    }

    @Test func theRouteCanBePartOfTheIdentity() async {
        let headers: HTTPHeaders = ["Authorization": "secret"]
        let requests = ["/a", "/b", "/a"].map { request("GET", $0, headers) }
        for form in [FunctionAuthorizer.Form.request1, .request2(simple: false)] {
            let kept = await statuses(
                .http, form, answer: policy("Allow", "*"),
                sources: ["$request.header.Authorization", "$context.routeKey"], requests)
            #expect(kept.statuses == [200, 200, 200])
            #expect(kept.asked == 2)
        }
    }

    @Test func anotherIdentityIsAnotherQuestion() async {
        let requests = ["x", "y", "x", "x\u{1}y"].map { request("GET", "/a", ["A": $0]) }
        let kept = await statuses(
            .rest, .request1, answer: policy("Deny", "*"), sources: ["method.request.header.A"], requests)
        #expect(kept.statuses == [403, 403, 403, 403])
        #expect(kept.asked == 3)
    }

    @Test func failuresAreAskedAbout() async {
        let headers: HTTPHeaders = ["A": "x"]
        let kept = await statuses(
            .rest, .request1, answer: "{}", sources: ["method.request.header.A"],
            [request("GET", "/a", headers), request("GET", "/a", headers)])
        #expect(kept.statuses == [500, 500])
        #expect(kept.asked == 2)
    }

    @Test func refusalsOfARESTAPIAreWorded() async {
        func word(_ answer: String, error: String? = nil) async -> [String] {
            var guarded = api([("GET", "/a")], kind: .rest)
            guarded.routes[0].authorizer = FunctionAuthorizer(
                function: "authority", form: .request1, kind: .rest,
                invoker: FakeInvoker(answering: answer, error: error), clock: frozen)
            let response = await gateway([guarded], FakeInvoker(answering: "{}")).respond(to: request("GET", "/a"))
            return [response.text, response.headers.first(name: "x-amzn-errortype") ?? ""]
        }
        #expect(
            await word(policy("Deny", "*")) == [
                #"{"Message":"User is not authorized to access this resource with an explicit deny"}"#,
                "AccessDeniedException",
            ])
        #expect(
            await word(policy("Allow", "nothing")) == [
                #"{"Message":"User is not authorized to access this resource"}"#, "AccessDeniedException",
            ])
        let failed = [#"{"message":null}"#, "AuthorizerConfigurationException"]
        #expect(await word("{}") == failed)
        #expect(await word(policy("Allow", "*", #"{"list": []}"#)) == failed)
        #expect(await word(policy("Allow", "*", #"{"object": {}}"#)) == failed)
        #expect(await word(#"{"errorMessage": "other"}"#, error: "Unhandled") == failed)
        #expect(
            await word(#"{"errorMessage": "Unauthorized"}"#, error: "Unhandled") == [
                #"{"message":"Unauthorized"}"#, "UnauthorizedException",
            ])
    }

    @Test(arguments: [
        (#"{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*", "Condition": {"Bool": {}}}"#, 403),
        (#"{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*", "Condition": {}}"#, 200),
        (#"{"Effect": "Allow", "Action": "*", "Resource": ["x", "arn:*"]}"#, 200),
        (#"{"Effect": "Allow", "Action": "EXECUTE-API:INVOKE", "Resource": "*"}"#, 200),
        (#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#, 403),
        (#"{"Effect": "Allow", "Action": "execute-api:Invoke"}"#, 500),
        (#"{"Effect": "allow", "Action": "execute-api:Invoke", "Resource": "*"}"#, 500),
    ])
    func statementsAreReadStrictly(statement: String, status: Int) async {
        let answer = #"{"principalId": "p", "policyDocument": {"Statement": \#(statement)}}"#
        #expect(await respond(.request1, kind: .rest, answer: answer).status == status)
        // A denial that cannot be judged denies.
        let both = #"""
            {"principalId": "p", "policyDocument": {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {}}}]}}
            """#
        #expect(await respond(.request1, kind: .rest, answer: both).status == 403)
    }

    @Test func theContextIsWhereTheRoutesFormatHasIt() async {
        for (format, expected) in [
            (GatewayRoute.PayloadFormat.v2, ["lambda": ["n": 1, "list": [true]]] as JSONValue),
            (.v1, ["n": 1, "list": [true], "principalId": "me"]),
        ] {
            let invoker = FakeInvoker(answering: #"{"statusCode":200}"#)
            var guarded = api([("GET", "/a")], format: format)
            guarded.routes[0].authorizer = FunctionAuthorizer(
                function: "authority", form: .request1, kind: .http,
                invoker: FakeInvoker(answering: policy("Allow", "*", #"{"n": 1, "list": [true]}"#)), clock: frozen)
            #expect(await gateway([guarded], invoker).respond(to: request("GET", "/a")).status == 200)
            #expect(invoker.event?["requestContext"]?["authorizer"] == expected)
        }
    }

    @Test func anAuthorizerHasItsTime() async {
        var guarded = api([("GET", "/a")])
        guarded.routes[0].authorizer = FunctionAuthorizer(
            function: "authority", form: .request1, kind: .http, timeout: .milliseconds(20),
            invoker: FakeInvoker { _ in
                try await Task.sleep(for: .seconds(3600))
                return InvocationResult(payload: ByteBuffer(), requestID: "r")
            }, clock: frozen)
        let invoker = FakeInvoker(answering: "{}")
        #expect(await gateway([guarded], invoker).respond(to: request("GET", "/a")).status == 500)
        #expect(invoker.invocations.isEmpty)
    }
}
