import CloudCore
import JSONValue
import Testing

@testable import CloudGateway

/// Custom domain names and their base paths.
@Suite("Custom domains")
struct DomainTests {
    private let invoker = FakeInvoker(answering: #"{"statusCode":200}"#)

    /// An API under `shop.example`, all of whose paths lead to its function.
    private func mapped(
        _ id: String, _ basePaths: [String], kind: GatewayAPI.Kind = .http, stage: String? = nil,
        format: GatewayRoute.PayloadFormat? = nil
    ) -> GatewayAPI {
        var mapped = api([("GET", "/"), ("GET", "/{all+}")], kind: kind, id: id, stage: stage, format: format)
        mapped.domainNames = ["shop.example"]
        mapped.basePaths = basePaths
        return mapped
    }

    private func event(_ apis: [GatewayAPI], _ path: String) async -> JSONValue? {
        let response = await gateway(apis, invoker).respond(to: request("GET", path, ["Host": "Shop.Example:3000"]))
        return response.status == 200 ? invoker.event : nil
    }

    @Test(arguments: [
        ("/", "root"), ("/other", "root"), ("/orders", "orders"), ("/orders/", "orders"), ("/orders/1", "orders"),
        ("/ordersx", "root"), ("/Orders/1", "root"), ("/orders/v2", "orders2"), ("/orders/v2/1", "orders2"),
        ("/orders/v22", "orders"),
    ])
    func theLongestBasePathTakesTheRequest(path: String, expected: String) async {
        let apis = [mapped("orders", ["orders"]), mapped("root", [""]), mapped("orders2", ["x", "orders/v2"])]
        #expect(await event(apis, path)?["requestContext"]?["apiId"]?.string == expected)
    }

    @Test(arguments: [
        (GatewayAPI.Kind.http, 404, #"{"message":"Not Found"}"#), (.rest, 403, #"{"message":"Forbidden"}"#),
    ])
    func whatNoBasePathHoldsLeadsNowhere(kind: GatewayAPI.Kind, status: Int, body: String) async {
        let gateway = gateway([mapped("a", ["orders"], kind: kind), api()], invoker)
        for path in ["/", "/order", "/ordersx", "//orders"] {
            let response = await gateway.respond(to: request("GET", path, ["Host": "shop.example"]))
            #expect(response.status == status)
            #expect(response.text == body)
        }
        #expect(invoker.invocations.isEmpty)
        #expect(await gateway.respond(to: request("GET", "/orders", ["Host": "shop.example"])).status == 200)
    }

    @Test func aRESTAPIsEventHasTheBasePath() async {
        let found = await event([mapped("a", ["v1/shop"], kind: .rest)], "/v1/shop/items/7?q=1")
        #expect(found?["path"] == "/v1/shop/items/7")
        #expect(found?["resource"] == "/{all+}")
        #expect(found?["pathParameters"] == ["all": "items/7"])
        let context = found?["requestContext"]
        #expect(context?["path"] == "/v1/shop/items/7")
        #expect(context?["stage"] == "Prod")
        #expect(context?["domainName"] == "Shop.Example")
        #expect(context?["domainPrefix"] == "Shop")
        let bare = await event([mapped("a", ["v1"], kind: .rest)], "/v1")
        #expect(bare?["path"] == "/v1")
        #expect(bare?["resource"] == "/")
    }

    /// It has the stage in its place.
    @Test func anHTTPAPIsEventHasNoBasePath() async {
        let plain = await event([mapped("a", ["shop"])], "/shop/items/7")
        #expect(plain?["rawPath"] == "/items/7")
        #expect(plain?["requestContext"]?["http"]?["path"] == "/items/7")
        let staged = await event([mapped("a", ["shop"], stage: "dev")], "/shop/items/7")
        #expect(staged?["rawPath"] == "/dev/items/7")
        let older = await event([mapped("a", ["shop"], stage: "dev", format: .v1)], "/shop/items/7")
        #expect(older?["path"] == "/dev/items/7")
        #expect(older?["requestContext"]?["path"] == "/dev/items/7")
    }
}
