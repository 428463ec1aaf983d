import JSONValue
import LambdaRuntime
import Testing

@testable import LambdaEvents

extension Router {
    /// The answer to an event, read.
    func answer(_ event: JSONValue) async throws -> JSONValue {
        try JSONValue(parsing: try await respond(to: event.encoded(), context: Context()))
    }
}

@Suite struct RouterTests {
    private static let router: Router = {
        var router = Router()
        for (method, pattern) in [
            ("GET", "/"), ("GET", "/pictures"), ("POST", "/pictures"), ("GET", "/pictures/{key}"),
            ("DELETE", "/pictures/{key}"), ("GET", "/pictures/latest"), ("POST", "/pictures/latest/{action}"),
            ("GET", "/pictures/{key}/labels"), ("GET", "/files/{path+}"), ("GET", "/files/{name}"),
            ("PUT", "/files/{path+}"), ("GET", "/files/a/{b}/c"),
        ] {
            router.route(method, pattern) { request, _ in
                let values = request.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                return .text("\(method) \(pattern) " + values.joined(separator: "&"))
            }
        }
        router.any("/any") { request, _ in .text("any \(request.method)") }
        router.post("/any") { _, _ in .text("post") }
        return router
    }()

    @Test(arguments: [
        ("GET", "/", "GET / "),
        ("GET", "/pictures", "GET /pictures "),
        ("GET", "/pictures/", "GET /pictures "),
        ("POST", "/pictures", "POST /pictures "),
        ("GET", "/pictures/cat", "GET /pictures/{key} key=cat"),
        ("GET", "/pictures/a%2Fb", "GET /pictures/{key} key=a/b"),
        ("GET", "/pictures/a+b%20c", "GET /pictures/{key} key=a+b c"),
        ("GET", "/pictures/%C3%A9", "GET /pictures/{key} key=é"),
        ("GET", "/pictures/latest", "GET /pictures/latest "),
        // An exact segment whose method does not fit gives way to a parameter.
        ("DELETE", "/pictures/latest", "DELETE /pictures/{key} key=latest"),
        // And one that leads nowhere, too.
        ("GET", "/pictures/latest/labels", "GET /pictures/{key}/labels key=latest"),
        ("POST", "/pictures/latest/clear", "POST /pictures/latest/{action} action=clear"),
        ("GET", "/files/a", "GET /files/{name} name=a"),
        ("PUT", "/files/a", "PUT /files/{path+} path=a"),
        ("GET", "/files/a/b/c", "GET /files/a/{b}/c b=b"),
        ("GET", "/files/a/b/d", "GET /files/{path+} path=a/b/d"),
        ("GET", "/files/a//d/", "GET /files/{path+} path=a//d"),
        ("GET", "/any", "any GET"), ("PURGE", "/any", "any PURGE"), ("POST", "/any", "post"),
    ])
    func findsRoutes(_ method: String, _ path: String, _ expected: String) async throws {
        for event in [SampleEvents.httpAPI(method, path), SampleEvents.restAPI(method, path)] {
            let answer = try await Self.router.answer(event)
            #expect(answer["body"]?.string == expected)
            #expect(answer["statusCode"]?.int == 200)
        }
    }

    @Test(arguments: [
        ("GET", "/nowhere", 404, "NotFound"), ("GET", "/pictures/cat/x", 404, "NotFound"),
        ("GET", "/pictures//labels", 404, "NotFound"), ("GET", "//pictures", 404, "NotFound"),
        ("GET", "/files", 404, "NotFound"), ("GET", "/Pictures", 404, "NotFound"),
        ("PUT", "/pictures", 405, "MethodNotAllowed"), ("PATCH", "/pictures/latest", 405, "MethodNotAllowed"),
        ("GET", "/pictures/..", 400, "InvalidPath"), ("GET", "/pictures/%2e%2E", 400, "InvalidPath"),
        ("GET", "/pictures/../x", 400, "InvalidPath"), ("GET", "/pictures/./x", 400, "InvalidPath"),
        ("GET", "/files/a/../../b", 400, "InvalidPath"), ("GET", "/pictures/a%00", 400, "InvalidPath"),
        ("GET", "/pictures/a%0d%0ab", 400, "InvalidPath"), ("GET", "/pictures/%C2%85", 400, "InvalidPath"),
        ("GET", "/pictures/%zz", 400, "InvalidPath"), ("GET", "/pictures/%f", 400, "InvalidPath"),
        ("GET", "/pictures/%C3", 400, "InvalidPath"), ("GET", "/pictures/%C0%AE", 400, "InvalidPath"),
        ("GET", "pictures", 400, "InvalidPath"), ("GET", "", 400, "InvalidPath"),
    ])
    func refusesWithAnError(_ method: String, _ path: String, _ status: Int, _ code: String) async throws {
        for event in [SampleEvents.httpAPI(method, path), SampleEvents.restAPI(method, path)] {
            let answer = try await Self.router.answer(event)
            #expect(answer["statusCode"]?.int == status)
            #expect(answer["headers"]?["Content-Type"]?.string == "application/json")
            let body = try JSONValue(parsing: try #require(answer["body"]?.string))
            #expect(body["error"]?["code"]?.string == code)
            #expect(body["error"]?["message"]?.string?.isEmpty == false)
        }
    }
}
