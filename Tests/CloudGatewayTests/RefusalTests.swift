import CloudCore
import NIOCore
import NIOHTTP1
import Testing

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

    @Test(arguments: [
        (GatewayAPI.Kind.http, 404, 500), (.rest, 404, 500), (.functionURL, 404, 502),
        (.http, 429, 503), (.rest, 429, 502), (.functionURL, 429, 429),
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
        large.body = RequestBody(ByteBuffer(repeating: 0x41, count: Gateway.bodyLimit))
        #expect(await gateway.respond(to: large).status == 200)
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
        for (decision, expected) in [(AuthorizationDecision.unauthorized, 401), (.forbidden, 403), (.failed, 500)] {
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
