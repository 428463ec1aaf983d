import CloudCore
import Testing

@testable import CloudGateway

/// `DisableExecuteApiEndpoint`.
@Suite struct ClosedHostTests {
    private func table(_ kind: GatewayAPI.Kind, isClosed: Bool) -> APITable {
        APITable([
            GatewayAPI(
                id: "abc123", kind: kind, routes: [GatewayRoute(method: "GET", path: "/", function: "f")],
                domainNames: ["api.example.org"], isOwnHostClosed: isClosed)
        ])
    }

    private func word(_ lookup: APITable.Lookup) -> String {
        switch lookup {
        case .found: "found"
        case .missing: "missing"
        case .unknownURL: "unknown URL"
        case .closed: "closed"
        case .unknownAPI: "unknown API"
        }
    }

    @Test(arguments: [GatewayAPI.Kind.http, .rest])
    func onlyTheOwnHostIsClosed(kind: GatewayAPI.Kind) {
        let hosts = ["abc123.execute-api.us-east-1.amazonaws.com", "api.example.org", "127.0.0.1"]
        let open = hosts.map { word(table(kind, isClosed: false).lookup(host: $0, method: "GET", path: "/")) }
        #expect(open == ["found", "found", "found"])
        let closed = hosts.map { word(table(kind, isClosed: true).lookup(host: $0, method: "GET", path: "/")) }
        #expect(closed == ["closed", "found", "found"])
    }

    @Test(arguments: [
        (GatewayAPI.Kind.http, 404, #"{"message":"Not Found"}"#), (.rest, 403, #"{"message":"Forbidden"}"#),
    ])
    func aClosedHostAnswersAsItsProductDoes(kind: GatewayAPI.Kind, status: Int, body: String) async {
        var closed = api([("GET", "/")], kind: kind)
        closed.isOwnHostClosed = true
        let host = "abcdefghij.execute-api.us-east-1.amazonaws.com"
        let invoker = FakeInvoker(answering: "{}")
        let response = await gateway([closed], invoker).respond(to: request("GET", "/", ["Host": host]))
        #expect(response.status == status)
        #expect(response.text == body)
        #expect(invoker.invocations.isEmpty)
    }
}
