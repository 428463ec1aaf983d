import JSONValue
import Testing

@testable import LambdaEvents

/// Reads a request out of an event as the router does.
func request(_ event: JSONValue) throws -> Request {
    let document = try EventDocument(parsing: event.encoded())
    return try Request(document, kind: EventKind(of: document.value))
}

@Suite struct RequestTests {
    @Test func readsAnHTTPAPIEvent() throws {
        let event = SampleEvents.httpAPI(
            "POST", "/pictures/a%2Fb%20c", query: "tag=x&tag=y+z&q=%C3%A9&flag",
            headers: ["content-type": "text/plain"],
            cookies: ["session=abc", "theme=\"dark\""], body: "aMO2", isBase64: true,
            authorizer: ["jwt": ["claims": ["sub": "u1"]]])
        let request = try request(event)
        #expect(request.origin == .httpAPI)
        #expect(request.method == "POST")
        #expect(request.rawPath == "/pictures/a%2Fb%20c")
        #expect(request.segments == ["pictures", "a/b c"])
        #expect(request.rawQuery == "tag=x&tag=y+z&q=%C3%A9&flag")
        #expect(request.queryItems.values(of: "tag") == ["x", "y z"])
        #expect(request.query("q") == "é")
        #expect(request.query("flag") == "")
        #expect(request.headers["Content-Type"] == "text/plain")
        #expect(request.cookie("session") == "abc")
        #expect(request.cookie("theme") == "dark")
        #expect(request.body == Array("hö".utf8))
        #expect(request.sourceIP == "203.0.113.7")
        #expect(request.userAgent == "curl/7.88.1")
        #expect(request.requestID == "JKJaXmPLvHcESHA=")
        #expect(request.stage == "$default")
        #expect(request.authorizer["jwt"]?["claims"]?["sub"]?.string == "u1")
    }

    @Test func readsARestAPIEvent() throws {
        let event = SampleEvents.restAPI(
            "PUT", "/pictures/a%2Fb", query: [("tag", ["x", "y z&="]), ("q", ["é"])],
            headers: [("Cookie", ["session=abc; theme=dark"]), ("X-Many", ["1", "2"])], body: "hö",
            authorizer: ["principalId": "u1"])
        let request = try request(event)
        #expect(request.origin == .restAPI)
        #expect(request.method == "PUT")
        #expect(request.segments == ["pictures", "a/b"])
        #expect(request.queryItems.values(of: "tag") == ["x", "y z&="])
        #expect(request.rawQuery == "tag=x&tag=y%20z%26%3D&q=%C3%A9")
        #expect(request.headers.values(of: "x-many") == ["1", "2"])
        #expect(request.headers["X-Many"] == "1, 2")
        #expect(request.cookie("theme") == "dark")
        #expect(request.body == Array("hö".utf8))
        #expect(request.sourceIP == "203.0.113.7")
        #expect(request.userAgent == "curl/7.88.1")
        #expect(request.requestID == "c6af9ac6-7b61-11e6-9a41-93e8deadbeef")
        #expect(request.stage == "Prod")
        #expect(request.authorizer["principalId"]?.string == "u1")
    }

    @Test func readsSingleValuedMapsWhereThereAreNoOthers() throws {
        let event = try JSONValue(
            parsing: """
                {"version":"1.0","httpMethod":"get","path":"/x","headers":{"A":"1"},"multiValueHeaders":null,\
                "queryStringParameters":{"q":"a+b"},"multiValueQueryStringParameters":null,"requestContext":{},"body":null}
                """)
        let request = try request(event)
        #expect(request.method == "GET")
        #expect(request.headers["a"] == "1")
        // The gateway has decoded it: a plus is a plus.
        #expect(request.query("q") == "a+b")
        #expect(request.body.isEmpty)
        #expect(request.authorizer.isNull)
    }

    @Test func knowsAFunctionURL() throws {
        #expect(try request(SampleEvents.functionURL()).origin == .functionURL)
    }

    @Test(arguments: [
        ("dev", "a1.execute-api.eu-central-1.amazonaws.com", "/dev/pictures/cat", "/pictures/cat"),
        ("dev", "a1.execute-api.eu-central-1.amazonaws.com", "/dev", "/"),
        ("dev", "a1.execute-api.eu-central-1.amazonaws.com", "/developers/cat", "/developers/cat"),
        ("$default", "a1.execute-api.eu-central-1.amazonaws.com", "/dev/cat", "/dev/cat"),
        // Behind a host name of one's own the path has no stage: this is a picture under `dev`.
        ("dev", "pictures.example.org", "/dev/cat", "/dev/cat"),
        ("dev", "", "/dev/cat", "/cat"),
    ])
    func takesTheStageOffThePath(_ stage: String, _ domain: String, _ path: String, _ expected: String) throws {
        #expect(try request(SampleEvents.httpAPI("GET", path, stage: stage, domain: domain)).rawPath == expected)
    }

    @Test func readsBareEvents() throws {
        let small = try request(["method": "get", "path": "/pictures?prefix=a%20b"])
        #expect(small.origin == .bare)
        #expect(small.method == "GET")
        #expect(small.rawPath == "/pictures")
        #expect(small.query("prefix") == "a b")

        let large = try request([
            "method": "POST", "path": "/login", "query": ["a": ["1", "2"], "n": 3, "f": true],
            "headers": ["Cookie": "a=1"], "cookies": ["b=2"], "sourceIp": "127.0.0.1", "body": ["username": "ada"],
        ])
        #expect(large.queryItems.values(of: "a") == ["1", "2"])
        #expect(try large.query("n", as: Int.self) == 3)
        #expect(try large.query("f", as: Bool.self) == true)
        #expect(large.cookies.map { $0.name } == ["a", "b"])
        #expect(large.sourceIP == "127.0.0.1")
        #expect(try large.json()["username"]?.string == "ada")
    }

    @Test func convertsParameters() throws {
        var request = try Request(method: "GET", path: "/", query: "limit=20&ratio=0.5&bad=x&flag=true")
        request.parameters = ["id": "-7", "name": "cat"]
        #expect(try request.query("limit", as: Int.self) == 20)
        #expect(try request.query("ratio", as: Double.self) == 0.5)
        #expect(try request.query("flag", as: Bool.self) == true)
        #expect(try request.query("none", as: Int.self) == nil)
        #expect(try request.path("id", as: Int.self) == -7)
        #expect(try request.path("name") == "cat")
        #expect(try request.requiredQuery("limit", as: Int.self) == 20)
        #expect(try request.requiredQuery("bad") == "x")
    }

    @Test func namesTheParameterThatIsWrong() throws {
        var request = try Request(method: "GET", path: "/", query: "bad=x&minus=-1")
        request.parameters = ["id": "seven"]
        let table: [(HTTPError?, String)] = [
            (
                #expect(throws: HTTPError.self) { try request.query("bad", as: Int.self) },
                "400 InvalidParameter: The query parameter 'bad' is not a whole number."
            ),
            (
                #expect(throws: HTTPError.self) { try request.query("bad", as: Double.self) },
                "400 InvalidParameter: The query parameter 'bad' is not a number."
            ),
            (
                #expect(throws: HTTPError.self) { try request.query("bad", as: Bool.self) },
                "400 InvalidParameter: The query parameter 'bad' is not 'true' or 'false'."
            ),
            (
                #expect(throws: HTTPError.self) { try request.query("minus", as: UInt.self) },
                "400 InvalidParameter: The query parameter 'minus' is not a whole number from 0."
            ),
            (
                #expect(throws: HTTPError.self) { try request.path("id", as: Int.self) },
                "400 InvalidParameter: The path parameter 'id' is not a whole number."
            ),
            (
                #expect(throws: HTTPError.self) { try request.requiredQuery("none") },
                "400 MissingParameter: The query parameter 'none' is missing."
            ),
            (
                #expect(throws: HTTPError.self) { try request.path("none") },
                "500 InternalError: The route has no path parameter 'none'."
            ),
        ]
        for (error, message) in table { #expect(error?.description == message) }
    }

    @Test func missingRawQueryIsTakenFromTheParameters() throws {
        var event = SampleEvents.httpAPI().object ?? [:]
        event["rawQueryString"] = nil
        event["queryStringParameters"] = ["q": "a b"]
        let request = try request(.object(event))
        #expect(request.query("q") == "a b")
        #expect(request.rawQuery == "q=a%20b")
    }
}
