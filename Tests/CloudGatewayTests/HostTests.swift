import CloudCore
import Testing

@testable import CloudGateway

@Suite("Which API takes a request")
struct HostTests {
    private let gateway: Gateway = {
        var domain = api([("GET", "/d")], id: "dddddddddd", stage: "v1")
        domain.domainNames = ["shop.example"]
        return Gateway(
            apis: [
                api([("GET", "/a"), ("GET", "/same")], id: "aaaaaaaaaa"),
                api([("GET", "/b"), ("GET", "/same")], kind: .rest, id: "bbbbbbbbbb"), domain,
                api(kind: .functionURL, id: "url1"),
            ], invoker: FakeInvoker { .init(payload: $0.payload, requestID: "r") }, clock: frozen)
    }()

    @Test(arguments: [
        ("127.0.0.1:3000", "/a", "aaaaaaaaaa"), ("localhost", "/same", "aaaaaaaaaa"),
        ("[::1]:3000", "/a", "aaaaaaaaaa"),
        ("127.0.0.1:3000", "/Prod/b", "bbbbbbbbbb"), ("127.0.0.1:3000", "/b", "bbbbbbbbbb"),
        ("bbbbbbbbbb.execute-api.us-east-1.localhost:3000", "/Prod/same", "bbbbbbbbbb"),
        ("aaaaaaaaaa.execute-api.us-east-1.amazonaws.com", "/same", "aaaaaaaaaa"),
        ("SHOP.example:80", "/d", "dddddddddd"), ("127.0.0.1", "/v1/d", "dddddddddd"),
        ("url1.lambda-url.us-east-1.localhost:3000", "/any/thing", "url1"),
    ])
    func isFound(host: String, path: String, expected: String) async {
        // The function gives its event back, as the body of its answer.
        let response = await gateway.respond(to: request("GET", path, ["Host": host]))
        #expect(response.status == (expected == "bbbbbbbbbb" ? 502 : 200))
        if response.status == 200 { #expect(response.text.contains("\"apiId\":\"\(expected)\"")) }
    }

    @Test func whatIsServedCanBeReplaced() async {
        #expect(await gateway.respond(to: request("GET", "/new")).status == 404)
        gateway.replace([api([("GET", "/new")])])
        #expect(await gateway.respond(to: request("GET", "/new")).status == 200)
    }
}

@Suite("Cross-origin requests")
struct CORSTests {
    private let cors = GatewayCORS(
        allowOrigins: ["https://a.example", "http://*"], allowMethods: ["GET", "PUT"], allowHeaders: ["x-token"],
        exposeHeaders: ["etag"], maxAge: 60, allowCredentials: true)

    private func respond(
        _ method: String, _ headers: [(String, String)], kind: GatewayAPI.Kind = .http, _ own: GatewayCORS? = nil
    ) async -> CloudResponse {
        let answer =
            kind == .rest ? "{}" : #"{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"mine","X":"y"}}"#
        let api = api([("GET", "/a"), ("POST", "/a")], kind: kind, cors: own ?? cors)
        return await gateway([api], FakeInvoker(answering: answer)).respond(to: request(method, "/a", .init(headers)))
    }

    @Test func preflightsAreAnsweredByTheGateway() async {
        let response = await respond(
            "OPTIONS", [("Origin", "https://a.example"), ("Access-Control-Request-Method", "PUT")])
        #expect(response.status == 204)
        #expect(response.headers["access-control-allow-origin"] == ["https://a.example"])
        #expect(response.headers["access-control-allow-methods"] == ["GET,PUT"])
        #expect(response.headers["access-control-allow-headers"] == ["x-token"])
        #expect(response.headers["access-control-max-age"] == ["60"])
        #expect(response.headers["access-control-allow-credentials"] == ["true"])
    }

    @Test(arguments: [("https://b.example", "GET"), ("https://a.example", "DELETE")])
    func preflightsThatAreRefusedHaveNoFields(origin: String, method: String) async {
        let response = await respond("OPTIONS", [("Origin", origin), ("Access-Control-Request-Method", method)])
        #expect(response.status == 204)
        #expect(response.headers["access-control-allow-origin"] == [])
    }

    @Test func theGatewaysFieldsReplaceTheFunctions() async {
        let allowed = await respond("GET", [("Origin", "http://any.example:8080")])
        #expect(allowed.headers["access-control-allow-origin"] == ["http://any.example:8080"])
        #expect(allowed.headers["access-control-expose-headers"] == ["etag"])
        #expect(allowed.headers["x"] == ["y"])
        let refused = await respond("GET", [("Origin", "https://evil.example")])
        #expect(refused.status == 200)
        #expect(refused.headers["access-control-allow-origin"] == [])
        let star = await respond("GET", [("Origin", "https://x.example")], GatewayCORS(allowOrigins: ["*"]))
        #expect(star.headers["access-control-allow-origin"] == ["*"])
    }

    @Test func anOPTIONSRequestThatIsNoPreflightIsOrdinary() async {
        #expect(await respond("OPTIONS", []).status == 404)
    }

    @Test func restPathsHaveAnOPTIONSMethod() async {
        let response = await respond("OPTIONS", [], kind: .rest, GatewayCORS(allowOrigins: ["*"]))
        #expect(response.status == 200)
        #expect(response.headers["access-control-allow-methods"] == ["GET,OPTIONS,POST"])
        #expect(response.headers["access-control-allow-origin"] == ["*"])
        #expect(await respond("GET", [("Origin", "o")], kind: .rest).headers["access-control-allow-origin"] == [])
        let other = api([("GET", "/a")], kind: .rest, cors: GatewayCORS(allowOrigins: ["*"], allowMethods: ["GET"]))
        let nowhere = await gateway([other], FakeInvoker(answering: "{}")).respond(to: request("OPTIONS", "/b"))
        #expect(nowhere.status == 403)
    }
}
