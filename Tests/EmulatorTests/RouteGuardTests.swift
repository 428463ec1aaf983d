import AWSSigning
import CloudCore
import CloudGateway
import JSONValue
import NIOCore
import NIOHTTP1
import Synchronization
import Template
import Testing

@testable import Emulator

/// Templates' authorizers, from the template's text to the gateway's answer.
@Suite("Guarded routes")
struct RouteGuardTests {
    private let clock = CloudClock(startingAt: Timestamp(seconds: 1_772_366_400), pace: .frozen)
    private let functions = RecordingInvoker()

    /// The gateway of a template with these resources.
    private func gateway(
        _ resources: String, _ authorization: Authorization = .anyone
    ) throws -> (gateway: Gateway, template: ServerlessTemplate) {
        let text = #"{"Transform": "AWS::Serverless-2016-10-31", "Resources": {\#(resources)}}"#
        let reading = TemplateReading(of: Array(text.utf8))
        try #require(reading.errors.isEmpty, "\(reading.errors)")
        let guards = RouteGuards(
            invoker: functions, signatures: EdgeAuthorization(authorization, clock: clock), identity: CloudIdentity(),
            clock: clock)
        let gateway = Gateway(
            apis: reading.template.gatewayAPIs(guardedBy: guards), invoker: functions, clock: clock)
        return (gateway, reading.template)
    }

    private func function(_ name: String, _ more: String = "") -> String {
        #"""
        "\#(name)": {"Type": "AWS::Serverless::Function", "Properties": {"FunctionName": "\#(name)", "Handler": "h",
        "Runtime": "provided.al2023", "CodeUri": ".", "Timeout": 7 \#(more.isEmpty ? "" : ", " + more)}}
        """#
    }

    private func api(_ type: String, _ stage: String, _ auth: String, routeAuth: String = "{}") -> String {
        let event = type == "AWS::Serverless::HttpApi" ? ("HttpApi", "ApiId") : ("Api", "RestApiId")
        return #"""
            "Api": {"Type": "\#(type)", "Properties": {\#(stage) "Auth": \#(auth)}}, \#(function("authority")),
            \#(function("fn", #"""
            "Events": {"E": {"Type": "\#(event.0)", "Properties": {"\#(event.1)": {"Ref": "Api"}, "Method": "POST",
            "Path": "/a", "Auth": \#(routeAuth)}}}
            """#))
            """#
    }

    private func post(
        _ gateway: Gateway, host: String = "127.0.0.1:3000", headers: HTTPHeaders = [:], body: String = "body"
    ) async -> CloudResponse {
        var headers = headers
        headers.replaceOrAdd(name: "Host", value: host)
        return await gateway.respond(
            to: CloudRequest(
                method: "POST", target: "/a", headers: headers, body: RequestBody(ByteBuffer(string: body))))
    }

    @Test func aRequestAuthorizerOfAnHTTPAPIIsAsked() async throws {
        let (gateway, _) = try gateway(
            api(
                "AWS::Serverless::HttpApi", "",
                #"""
                {"DefaultAuthorizer": "Ask", "Authorizers": {"Ask": {"FunctionArn": {"Fn::GetAtt": ["authority", "Arn"]},
                "AuthorizerPayloadFormatVersion": "2.0", "EnableSimpleResponses": true,
                "Identity": {"Headers": ["X-Key"]}}}}
                """#))
        functions.answer("authority", #"{"isAuthorized": true, "context": {"who": "me"}}"#)
        #expect(await post(gateway).status == 401)
        #expect(functions.events("authority").isEmpty)
        #expect(await post(gateway, headers: ["x-key": "k"]).status == 200)
        #expect(functions.events("authority").first?["version"] == "2.0")
        #expect(functions.events("authority").first?["identitySource"] == ["k"])
        #expect(functions.events("fn").first?["requestContext"]?["authorizer"] == ["lambda": ["who": "me"]])
        functions.answer("authority", #"{"isAuthorized": false}"#)
        let refused = await post(gateway, headers: ["x-key": "k"])
        #expect(refused.status == 403)
        #expect(text(refused) == #"{"message":"Forbidden"}"#)
    }

    @Test func aTokenAuthorizerOfARESTAPIIsAskedOnceForAToken() async throws {
        let (gateway, _) = try gateway(
            api(
                "AWS::Serverless::Api", #""StageName": "Prod","#,
                #"""
                {"DefaultAuthorizer": "Ask", "Authorizers": {"Ask": {"FunctionArn": {"Fn::GetAtt": ["authority", "Arn"]},
                "Identity": {"Header": "X-Token", "ValidationExpression": "Bearer [a-z]+", "ReauthorizeEvery": 60}}}}
                """#))
        functions.answer(
            "authority",
            #"""
            {"principalId": "p", "policyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Action": "execute-api:Invoke", "Resource": "*"}]}}
            """#)
        #expect(await post(gateway, headers: ["X-Token": "Bearer 123"]).status == 401)
        #expect(await post(gateway, headers: ["X-Token": "x Bearer abc"]).status == 401)
        #expect(functions.events("authority").isEmpty)
        for _ in 0..<3 { #expect(await post(gateway, headers: ["X-Token": "Bearer abc"]).status == 200) }
        #expect(functions.events("authority").count == 1)
        #expect(functions.events("authority").first?["authorizationToken"] == "Bearer abc")
        #expect(functions.events("fn").first?["requestContext"]?["authorizer"]?["principalId"] == "p")
    }

    @Test func aUserPoolsRouteIsClosedToWhoHasNoToken() async throws {
        let (gateway, _) = try gateway(
            api(
                "AWS::Serverless::Api", #""StageName": "Prod","#,
                #"""
                {"DefaultAuthorizer": "Pool", "Authorizers": {"Pool": {"Identity": {"Header": "X-Token"},
                "UserPoolArn": ["arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_a",
                "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_b"]}}}
                """#))
        for headers: HTTPHeaders in [[:], ["Authorization": "x"], ["X-Token": "x"], ["X-Token": "Bearer a.b.c"]] {
            let refused = await post(gateway, headers: headers)
            #expect(refused.status == 401)
            #expect(text(refused) == #"{"message":"Unauthorized"}"#)
            #expect(refused.headers.first(name: "x-amzn-errortype") == "UnauthorizedException")
        }
        #expect(functions.events("fn").isEmpty)
    }

    @Test func simpleAnswersMustBeAgreed() async throws {
        for (flag, status) in [("true", 200), ("false", 500)] {
            let (gateway, _) = try gateway(
                api(
                    "AWS::Serverless::HttpApi", "",
                    #"""
                    {"DefaultAuthorizer": "Ask", "Authorizers": {"Ask": {"FunctionArn":
                    {"Fn::GetAtt": ["authority", "Arn"]}, "AuthorizerPayloadFormatVersion": "2.0",
                    "EnableSimpleResponses": \#(flag)}}}
                    """#))
            functions.answer("authority", #"{"isAuthorized": true}"#)
            #expect(await post(gateway).status == status)
        }
    }

    @Test func preflightsOfARESTAPIMeetItsDefaultAuthorizer() async throws {
        for (setting, status) in [("", 401), (#", "AddDefaultAuthorizerToCorsPreflight": false"#, 200)] {
            let (gateway, _) = try gateway(
                api(
                    "AWS::Serverless::Api", #""StageName": "Prod", "Cors": "'*'","#,
                    #"""
                    {"DefaultAuthorizer": "Ask", "Authorizers": {"Ask": {"FunctionArn":
                    {"Fn::GetAtt": ["authority", "Arn"]}}}\#(setting)}
                    """#))
            let asked = CloudRequest(
                method: "OPTIONS", target: "/a",
                headers: ["Host": "h", "Origin": "https://o.example", "Access-Control-Request-Method": "POST"])
            #expect(await gateway.respond(to: asked).status == status)
        }
        #expect(functions.events("authority").isEmpty)
    }

    @Test func aRouteWithoutItsAPIsAuthorizerIsOpen() async throws {
        let (gateway, _) = try gateway(
            api(
                "AWS::Serverless::HttpApi", "",
                #"""
                {"DefaultAuthorizer": "Ask", "Authorizers": {"Ask": {"FunctionArn": {"Fn::GetAtt": ["authority", "Arn"]},
                "AuthorizerPayloadFormatVersion": "1.0"}}}
                """#, routeAuth: #"{"Authorizer": "NONE"}"#))
        #expect(await post(gateway).status == 200)
        #expect(functions.events("authority").isEmpty)
    }

    @Test func aTokenAuthorizerOfAnHTTPAPIStandsBeforeItsRoutes() async throws {
        let (gateway, _) = try gateway(
            api(
                "AWS::Serverless::HttpApi", "",
                #"""
                {"DefaultAuthorizer": "Tokens", "Authorizers": {"Tokens": {"JwtConfiguration": {"issuer":
                "http://127.0.0.1:1", "audience": ["app"]}, "IdentitySource": "$request.header.Authorization"}}}
                """#, routeAuth: #"{"AuthorizationScopes": ["read", "write"]}"#))
        let nobody = await post(gateway)
        #expect(nobody.status == 401)
        #expect(nobody.headers.first(name: "www-authenticate") == "Bearer")
        // The header's challenge names what the route itself requires.
        let malformed = await post(gateway, headers: ["Authorization": "Bearer x"])
        #expect(malformed.status == 401)
        #expect(malformed.headers.first(name: "www-authenticate")?.hasPrefix(#"Bearer scope="read write""#) == true)
        #expect(functions.events("fn").isEmpty)
    }

    // MARK: Signed requests

    private func url(
        _ authorization: Authorization, type: String = "AWS_IAM"
    ) throws -> (gateway: Gateway, host: String) {
        let (gateway, template) = try gateway(
            function("fn", #""FunctionUrlConfig": {"AuthType": "\#(type)"}"#), authorization)
        let id = try #require(template.functions.first?.url?.id)
        return (gateway, "\(id).lambda-url.us-east-1.localhost:3000")
    }

    private func signed(
        _ host: String, service: String = "lambda", secret: String = "secret", body: String = "body"
    ) -> HTTPHeaders {
        let request = SignableRequest(method: "POST", path: "/a", headers: [(name: "Host", value: host)])
        let signed = SignatureV4.sign(
            request, payload: .of(Array(body.utf8)),
            credentials: Credentials(accessKeyID: "key", secretAccessKey: secret), region: "us-east-1",
            service: service, date: SigningDate(secondsSinceEpoch: Int(clock.now.seconds)))
        return HTTPHeaders(signed.headers.map { ($0.name, $0.value) })
    }

    @Test func aSignedURLTakesOnlySignedRequests() async throws {
        let (gateway, host) = try url(.anyone)
        let unsigned = await post(gateway, host: host)
        #expect(unsigned.status == 403)
        #expect(text(unsigned) == #"{"Message":"Forbidden"}"#)
        for header in ["Bearer x", "AWS4-HMAC-SHA256 nonsense", ""] {
            #expect(await post(gateway, host: host, headers: ["Authorization": header]).status == 403)
        }
        #expect(await post(gateway, host: host, headers: signed(host, service: "s3")).status == 403)
        #expect(functions.events("fn").isEmpty)
        #expect(await post(gateway, host: host, headers: signed(host, secret: "any")).status == 200)
        let event = functions.events("fn").first
        #expect(event?["body"] == "body")
        #expect(event?["requestContext"]?["accountId"] == "000000000000")
        #expect(event?["requestContext"]?["authorizer"]?["iam"]?["accessKey"] == "key")
    }

    @Test func signaturesAreVerifiedWhereTheyMustBe() async throws {
        let (gateway, host) = try url(.verified(secrets: ["key": "secret"]))
        #expect(await post(gateway, host: host).status == 403)
        #expect(await post(gateway, host: host, headers: signed(host, secret: "wrong")).status == 403)
        #expect(await post(gateway, host: host, headers: signed(host), body: "another").status == 403)
        #expect(functions.events("fn").isEmpty)
        #expect(await post(gateway, host: host, headers: signed(host)).status == 200)
        #expect(functions.events("fn").first?["body"] == "body")
    }

    @Test func anOpenURLTakesAnybody() async throws {
        let (gateway, host) = try url(.verified(secrets: [:]), type: "NONE")
        #expect(await post(gateway, host: host).status == 200)
        #expect(functions.events("fn").first?["requestContext"]?["accountId"] == "anonymous")
    }

    @Test func aRESTAPIShowsWhoSigned() async throws {
        let (gateway, _) = try gateway(
            api("AWS::Serverless::Api", #""StageName": "Prod","#, #"{"DefaultAuthorizer": "AWS_IAM"}"#))
        let unsigned = await post(gateway)
        #expect(unsigned.status == 403)
        #expect(text(unsigned) == #"{"message":"Missing Authentication Token"}"#)
        let headers = signed("127.0.0.1:3000", service: "execute-api")
        #expect(await post(gateway, headers: headers).status == 200)
        let context = functions.events("fn").first?["requestContext"]
        #expect(context?["identity"]?["accessKey"] == "key")
        #expect(context?["identity"]?["userArn"] == "arn:aws:iam::000000000000:root")
        #expect(context?["authorizer"] == nil)
    }

    @Test func aURLWaitsForItsFunction() throws {
        let text =
            #"{"Transform": "AWS::Serverless-2016-10-31", "Resources": {\#(function("fn", #""FunctionUrlConfig": {"AuthType": "NONE"}"#))}}"#
        let template = TemplateReading(of: Array(text.utf8)).template
        let guards = RouteGuards(
            invoker: functions, signatures: EdgeAuthorization(.anyone, clock: clock), identity: CloudIdentity(),
            clock: clock)
        let route = try #require(template.gatewayAPIs(guardedBy: guards).last?.routes.first)
        #expect(route.timeout > .seconds(7))
        #expect(route.timeout < .seconds(30))
    }

    private func text(_ response: CloudResponse) -> String { response.bytes.map { String(buffer: $0) } ?? "" }
}

/// Functions that answer what they are told to, and remember what they were asked.
final class RecordingInvoker: FunctionInvoker {
    private struct State {
        var answers: [String: String] = [:]
        var events: [String: [JSONValue]] = [:]
    }

    private let state = Mutex(State())

    func answer(_ function: String, _ text: String) { state.withLock { $0.answers[function] = text } }

    /// The events of a function, in order.
    func events(_ function: String) -> [JSONValue] { state.withLock { $0.events[function] ?? [] } }

    func invoke(_ invocation: Invocation) async throws -> InvocationResult {
        let name = invocation.function.split(separator: ":").last.map(String.init) ?? ""
        let event = (try? JSONValue(parsing: invocation.payload.readableBytesView)) ?? .null
        let answer = state.withLock { state in
            state.events[name, default: []].append(event)
            return state.answers[name] ?? "{}"
        }
        return InvocationResult(payload: ByteBuffer(string: answer), requestID: "r")
    }

    func hasFunction(_ function: String) -> Bool { true }

    func enqueue(_ invocation: Invocation) async throws -> String { "r" }
}
