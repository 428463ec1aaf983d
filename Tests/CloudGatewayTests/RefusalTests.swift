import NIOCore
import NIOHTTP1
import Testing

@testable import CloudCore
@testable import CloudGateway

@Suite("What the gateway answers itself")
struct RefusalTests {
    private static let internalHTTP = #"{"message":"Internal Server Error"}"#
    private static let internalREST = #"{"message":"Internal server error"}"#

    private func host(_ kind: GatewayAPI.Kind) -> HTTPHeaders {
        kind == .functionURL ? ["Host": "abcdefghij.lambda-url.us-east-1.localhost:3000"] : [:]
    }

    private func table(_ kind: GatewayAPI.Kind) -> GatewayAPI {
        api([("ANY", kind == .functionURL ? "$default" : "/a")], kind: kind, timeout: .milliseconds(20))
    }

    @Test(arguments: [
        (GatewayAPI.Kind.http, 500, internalHTTP), (.rest, 502, internalREST),
        (.functionURL, 502, "Internal Server Error"),
    ])
    func functionErrors(kind: GatewayAPI.Kind, status: Int, body: String) async {
        let invoker = FakeInvoker(answering: #"{"errorMessage":"x"}"#, error: "Unhandled")
        let response = await gateway([table(kind)], invoker).respond(to: request("GET", "/a", host(kind)))
        #expect(response.status == status)
        #expect(response.text == body)
    }

    @Test(arguments: [
        (GatewayAPI.Kind.http, 503, #"{"message":"Service Unavailable"}"#),
        (.rest, 504, #"{"message":"Endpoint request timed out"}"#), (.functionURL, 504, "Gateway Timeout"),
    ])
    func timeouts(kind: GatewayAPI.Kind, status: Int, body: String) async {
        let invoker = FakeInvoker { _ in
            try await Task.sleep(for: .seconds(3600))
            return InvocationResult(payload: ByteBuffer(), requestID: "r")
        }
        let response = await gateway([table(kind)], invoker).respond(to: request("GET", "/a", host(kind)))
        #expect(response.status == status)
        #expect(response.text == body)
    }

    @Test func whyTheGatewayAnswersItselfIsLogged() async {
        func reason(_ invoker: FakeInvoker) async -> String? {
            await gateway([table(.rest)], invoker).exchange(for: request("GET", "/a")).exchange.reason
        }
        #expect(await reason(FakeInvoker(answering: "{}")) == nil)
        #expect(await reason(FakeInvoker(answering: "{}", error: "Unhandled")) == "the function ended with an error")
        #expect(
            await reason(FakeInvoker(answering: "[]")) == "the function's answer is no response of payload format 1.0")
        let refusing = FakeInvoker { _ in throw ServiceError("AnyException", "Not here.", status: 404) }
        #expect(await reason(refusing) == "the function could not be called: Not here.")
        let slow = FakeInvoker { _ in
            try await Task.sleep(for: .seconds(3600))
            return InvocationResult(payload: ByteBuffer(), requestID: "r")
        }
        #expect(await reason(slow) == "the function took longer than 0.02 seconds")
    }

    @Test(arguments: [
        (GatewayAPI.Kind.http, 404, 500), (.rest, 404, 500), (.functionURL, 404, 502),
        (.http, 429, 503), (.rest, 429, 500), (.functionURL, 429, 429),
        (.http, 413, 413), (.rest, 413, 413), (.functionURL, 413, 413), (.http, 500, 500),
    ])
    func whatLambdaRefuses(kind: GatewayAPI.Kind, refusal: Int, status: Int) async {
        let invoker = FakeInvoker { _ in throw ServiceError("AnyException", "m", status: refusal) }
        let response = await gateway([table(kind)], invoker).respond(to: request("GET", "/a", host(kind)))
        #expect(response.status == status)
    }

    @Test(arguments: [
        (GatewayAPI.Kind.http, "/b", 404, #"{"message":"Not Found"}"#),
        (.rest, "/Prod/b", 403, #"{"message":"Missing Authentication Token"}"#),
        (.rest, "/", 403, #"{"message":"Missing Authentication Token"}"#),
    ])
    func noRoute(kind: GatewayAPI.Kind, path: String, status: Int, body: String) async {
        let invoker = FakeInvoker(answering: "{}")
        let response = await gateway([table(kind)], invoker).respond(to: request("GET", path))
        #expect(response.status == status)
        #expect(response.text == body)
        #expect(invoker.invocations.isEmpty)
    }

    @Test func hostsThatLeadNowhere() async {
        let gateway = gateway([table(.http)], FakeInvoker(answering: "{}"))
        let url = await gateway.respond(to: request("GET", "/", ["Host": "no.lambda-url.us-east-1.localhost"]))
        #expect(url.status == 403)
        #expect(url.text == #"{"Message":null}"#)
        let api = await gateway.respond(to: request("GET", "/", ["Host": "no.execute-api.us-east-1.localhost"]))
        #expect(api.status == 403)
        #expect(api.text == #"{"message":"Forbidden"}"#)
        #expect(
            await CloudGatewayTests.gateway([], FakeInvoker(answering: "{}")).respond(to: request("GET", "/")).status
                == 404)
    }

    @Test func bodiesHaveALimit() async {
        let invoker = FakeInvoker(answering: "{}")
        let gateway = gateway([api()], invoker)
        var large = request("POST", "/")
        large.body = RequestBody(ByteBuffer(repeating: 0, count: Gateway.bodyLimit + 1))
        let refused = await gateway.respond(to: large)
        #expect(refused.status == 413)
        #expect(refused.text == #"{"message":"Request Entity Too Large"}"#)
        #expect(invoker.invocations.isEmpty)
        // One that says its length is not even read.
        var announced = request("POST", "/", ["Content-Length": "\(Gateway.bodyLimit + 1)"])
        announced.body = RequestBody { Issue.record("It was asked for.") }
        #expect(await gateway.respond(to: announced).status == 413)
        large.body = RequestBody(ByteBuffer(repeating: 0x41, count: Gateway.bodyLimit))
        #expect(await gateway.respond(to: large).status == 200)
    }

    @Test(arguments: [
        (GatewayAPI.Kind.http, 431, #"{"message":"Request Header Fields Too Large"}"#),
        (.rest, 431, #"{"message":"HTTP header is larger than 10240 bytes."}"#), (.functionURL, 200, "{}"),
    ])
    func headsHaveALimit(kind: GatewayAPI.Kind, status: Int, body: String) async {
        let invoker = FakeInvoker(answering: "{}")
        let gateway = gateway([table(kind)], invoker)
        func send(_ length: Int) async -> CloudResponse {
            var headers = host(kind)
            headers.replaceOrAdd(name: "Host", value: headers.first(name: "host") ?? "h")
            let line = "GET /a HTTP/1.1".utf8.count + (headers.first(name: "host")?.utf8.count ?? 0)
            headers.add(name: "Cookie", value: String(repeating: "x", count: length - line))
            return await gateway.respond(to: request("GET", "/a", headers))
        }
        #expect(await send(10_240).status == 200)
        let over = await send(10_241)
        #expect(over.status == status)
        #expect(over.text == body)
        #expect(invoker.invocations.count == (kind == .functionURL ? 2 : 1))
    }

    @Test func guardedPathsHaveALimit() async {
        var guarded = api([("GET", "/{all+}")], kind: .rest)
        let invoker = FakeInvoker(answering: "{}")
        // `arn:aws:execute-api:us-east-1:000000000000:abcdefghij/Prod/GET` comes before the path.
        let room = 1600 - "arn:aws:execute-api:us-east-1:000000000000:abcdefghij/Prod/GET".utf8.count
        let paths = [room, room + 1].map { "/" + String(repeating: "a", count: $0 - 1) }
        #expect(await gateway([guarded], invoker).respond(to: request("GET", paths[1])).status == 200)
        guarded.routes[0].authorizer = Fixed(decision: .allowed([:]))
        #expect(await gateway([guarded], invoker).respond(to: request("GET", paths[0])).status == 200)
        let refused = await gateway([guarded], invoker).respond(to: request("GET", paths[1]))
        #expect(refused.status == 414)
        #expect(refused.text == #"{"message":"Request URI too long"}"#)
        #expect(invoker.invocations.count == 2)
    }

    @Test(arguments: [
        (GatewayRefusal.noRoute, "MissingAuthenticationTokenException"), (.unauthorized, "UnauthorizedException"),
        (.forbidden, "AccessDeniedException"), (.closed, "ForbiddenException"),
        (.badAnswer, "InternalServerErrorException"), (.timedOut, "InternalServerErrorException"),
        (.authorizerFailed, "AuthorizerConfigurationException"),
    ])
    func aRESTAPINamesItsErrors(refusal: GatewayRefusal, type: String) {
        #expect(refusal.response(of: .rest).headers["x-amzn-errortype"] == [type])
        #expect(refusal.response(of: .http).headers["x-amzn-errortype"] == [])
    }

    @Test func eachRefusalIsWordedForEachProduct() {
        for refusal in GatewayRefusal.allCases {
            for kind in [GatewayAPI.Kind.http, .rest, .functionURL] {
                let response = refusal.response(of: kind)
                #expect(response.status >= 400)
                #expect(!response.text.isEmpty)
            }
        }
    }

    struct Fixed: GatewayAuthorizer {
        let decision: AuthorizationDecision

        func authorize(_ request: AuthorizedRequest) async -> AuthorizationDecision { decision }
    }

    @Test func authorizersDecide() async {
        func respond(_ decision: AuthorizationDecision) async -> (Int, FakeInvoker) {
            let invoker = FakeInvoker(answering: "{}")
            var guarded = api([("GET", "/a")])
            guarded.routes[0].authorizer = Fixed(decision: decision)
            return (await gateway([guarded], invoker).respond(to: request("GET", "/a")).status, invoker)
        }
        let (status, invoker) = await respond(.allowed(["lambda": ["user": "u"]]))
        #expect(status == 200)
        #expect(invoker.event?["requestContext"]?["authorizer"]?["lambda"]?["user"] == "u")
        for (decision, expected) in [
            (AuthorizationDecision.unauthorized, 401), (.forbidden(isExplicit: true), 403),
            (.failed(reason: "x"), 500),
        ] {
            let (status, invoker) = await respond(decision)
            #expect(status == expected)
            #expect(invoker.invocations.isEmpty)
        }
    }

    @Test(arguments: [("CONNECT", "evil:443"), ("OPTIONS", "*"), ("GET", "nowhere")])
    func whatIsNoPathIsRefused(method: String, target: String) async {
        let invoker = FakeInvoker(answering: "{}")
        let response = await gateway([api()], invoker).respond(to: request(method, target))
        #expect(response.status == 400)
        #expect(response.text == #"{"message":"Bad Request"}"#)
        #expect(invoker.invocations.isEmpty)
    }

    @Test func eventsSayThatTheRequestCameOverTLS() async {
        let invoker = FakeInvoker(answering: "{}")
        var secure = request("GET", "/a", ["Host": "api.example.test"])
        secure.isSecure = true
        _ = await gateway([api()], invoker).respond(to: secure)
        #expect(invoker.event?["headers"]?["x-forwarded-proto"] == "https")
        #expect(invoker.event?["headers"]?["x-forwarded-port"] == "443")
    }
}
