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
}
