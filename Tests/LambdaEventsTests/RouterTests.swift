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

extension RouterTests {
    private struct Secret: Error {}

    private func router(_ handle: @escaping Router.HTTPAction) -> Router {
        var router = Router()
        router.get("/x", handle)
        return router
    }

    @Test func headIsAnsweredByGetWithoutABody() async throws {
        let router = router { _, _ in .text("hello") }
        let answer = try await router.answer(SampleEvents.httpAPI("HEAD", "/x"))
        #expect(answer["statusCode"]?.int == 200)
        #expect(answer["headers"]?["Content-Type"]?.string == "text/plain; charset=utf-8")
        #expect(answer["body"]?.string == "")
        let missing = try await router.answer(SampleEvents.httpAPI("HEAD", "/y"))
        #expect(missing["statusCode"]?.int == 404)
        #expect(missing["body"]?.string == "")
    }

    @Test func headPrefersGetToARouteForAnyMethod() async throws {
        var router = Router()
        router.any("/{path+}") { _, _ in Response(status: 201) }
        router.get("/x") { _, _ in Response(status: 202) }
        #expect(try await router.answer(SampleEvents.httpAPI("HEAD", "/x"))["statusCode"]?.int == 202)
        #expect(try await router.answer(SampleEvents.httpAPI("PUT", "/x"))["statusCode"]?.int == 201)
    }

    @Test func optionsAndWrongMethodsSayWhatIsAllowed() async throws {
        var router = router { _, _ in .empty() }
        router.delete("/{name}") { _, _ in .empty() }
        let options = try await router.answer(SampleEvents.httpAPI("OPTIONS", "/x"))
        #expect(options["statusCode"]?.int == 204)
        #expect(options["headers"]?["Allow"]?.string == "DELETE, GET, HEAD, OPTIONS")
        let wrong = try await router.answer(SampleEvents.restAPI("POST", "/x"))
        #expect(wrong["statusCode"]?.int == 405)
        #expect(wrong["headers"]?["Allow"]?.string == "DELETE, GET, HEAD, OPTIONS")
        #expect(try await router.answer(SampleEvents.httpAPI("OPTIONS", "/a/b"))["statusCode"]?.int == 404)
    }

    @Test func thrownErrorsBecomeAnswers() async throws {
        let known = router { _, _ in throw HTTPError(409, "Taken", "There is one.", headers: ["X-A": "b"]) }
        let answer = try await known.answer(SampleEvents.httpAPI("GET", "/x"))
        #expect(answer["statusCode"]?.int == 409)
        #expect(answer["headers"]?["X-A"]?.string == "b")
        #expect(answer["body"]?.string == #"{"error":{"code":"Taken","message":"There is one."}}"#)
    }

    @Test func unknownErrorsTellNothing() async throws {
        let unknown = router { _, _ in throw Secret() }
        let text = String(
            decoding: try await unknown.respond(
                to: SampleEvents.httpAPI("GET", "/x").encoded(), context: Context()), as: UTF8.self)
        #expect(text.contains(#"\"code\":\"InternalError\""#))
        #expect(!text.contains("Secret"))
    }

    @Test func answersThatCannotBeSentBecome500() async throws {
        let injecting = router { _, _ in Response(headers: ["X-A": "a\r\nb: c"]) }
        #expect(try await injecting.answer(SampleEvents.httpAPI("GET", "/x"))["statusCode"]?.int == 500)
        let huge = router { _, _ in .bytes([UInt8](repeating: 1, count: 4_800_000), contentType: "image/png") }
        let answer = try await huge.answer(SampleEvents.httpAPI("GET", "/x"))
        #expect(answer["statusCode"]?.int == 500)
        #expect(answer["body"]?.string?.contains("ResponseTooLarge") == true)
    }

    @Test func theSameHandlerServesEveryKindOfHTTPEvent() async throws {
        var router = Router()
        router.post("/echo/{name}") { request, _ in
            var response = Response.text("\(request.origin) \(try request.path("name")) \(request.query("q") ?? "-")")
            response.cookies = [Cookie(name: "a", value: "b")]
            return response
        }
        let table: [(JSONValue, String)] = [
            (SampleEvents.httpAPI("POST", "/echo/n", query: "q=1"), "httpAPI n 1"),
            (SampleEvents.functionURL("POST", "/echo/n"), "functionURL n -"),
            (SampleEvents.restAPI("POST", "/echo/n", query: [("q", ["1"])]), "restAPI n 1"),
            (["method": "POST", "path": "/echo/n?q=1"], "bare n 1"),
        ]
        for (event, expected) in table {
            let answer = try await router.answer(event)
            #expect(answer["body"]?.string == expected)
            #expect((answer["multiValueHeaders"]?["Set-Cookie"] ?? answer["cookies"])?.array?.count == 1)
        }
    }

    @Test(arguments: [
        #"{"version":"2.0","requestContext":{"http":{}}}"#,
        #"{"version":"2.0","rawPath":7,"requestContext":{"http":{"method":"GET"}}}"#,
        #"{"version":"2.0","rawPath":"/x","requestContext":{"http":{"method":"GET"}},"body":{}}"#,
        #"{"version":"2.0","rawPath":"/x","rawQueryString":"%zz","requestContext":{"http":{"method":"GET"}}}"#,
        #"{"httpMethod":"GET","requestContext":{}}"#,
        #"{"httpMethod":"GET","path":"/x","requestContext":{},"isBase64Encoded":true,"body":"*"}"#,
        #"{"method":"GET","path":"/x?q=%f"}"#,
    ])
    func httpEventsOfTheWrongShapeAre400(_ text: String) async throws {
        let router = router { _, _ in .empty() }
        #expect(try await router.answer(try JSONValue(parsing: text))["statusCode"]?.int == 400)
    }

    @Test func wrongTypesInTheRestOfAnEventAreNothing() async throws {
        let event = try JSONValue(
            parsing: """
                {"version":"2.0","rawPath":"/x","headers":["a"],"cookies":{"a":1},"queryStringParameters":7,"body":null,
                "requestContext":{"http":{"method":"GET","sourceIp":[]},"stage":9,"domainName":{},"requestId":1}}
                """)
        let router = router { request, _ in .text(request.sourceIP ?? "none") }
        #expect(try await router.answer(event)["body"]?.string == "none")
    }

    @Test func tenThousandHeadersAreSurvived() async throws {
        let flood = JSONObject((0..<10_000).map { ("x-\($0)", .string("v")) })
        let router = router { request, _ in .text("\(request.headers.fields.count)") }
        let answer = try await router.answer(SampleEvents.httpAPI("GET", "/x", headers: flood))
        #expect(answer["body"]?.string == "10008")
    }
}
