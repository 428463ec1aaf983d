import Digests
import JSONValue
import Testing

@testable import LambdaEvents

@Suite struct ResponseTests {
    private func text(_ response: Response, _ origin: Request.Origin) throws -> String {
        String(decoding: try response.encoded(for: origin), as: UTF8.self)
    }

    private static let rich: Response = {
        var response = Response.text("h\"ö\n", status: 201)
        response.headers.add("Vary", "Accept")
        response.headers.add("vary", "Origin")
        response.cookies = [
            Cookie(name: "session", value: "abc", maxAge: 60), Cookie.removing("old"),
        ]
        return response
    }()

    @Test func payload2() throws {
        let expected =
            #"{"statusCode":201,"headers":{"Content-Type":"text/plain; charset=utf-8","Vary":"Accept, Origin"},"#
            + #""cookies":["session=abc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax","#
            + #""old=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"],"body":"h\"ö\n","isBase64Encoded":false}"#
        for origin in [Request.Origin.httpAPI, .functionURL, .bare] {
            #expect(try text(Self.rich, origin) == expected)
        }
    }

    @Test func payload1() throws {
        let expected =
            #"{"statusCode":201,"headers":{"Content-Type":"text/plain; charset=utf-8"},"multiValueHeaders":"#
            + #"{"Vary":["Accept","Origin"],"#
            + #""Set-Cookie":["session=abc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax","#
            + #""old=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"]},"body":"h\"ö\n","isBase64Encoded":false}"#
        #expect(try text(Self.rich, .restAPI) == expected)
    }

    @Test(arguments: Request.Origin.allCases)
    func empty(_ origin: Request.Origin) throws {
        #expect(try text(.empty(), origin) == #"{"statusCode":204,"body":"","isBase64Encoded":false}"#)
    }

    @Test(arguments: Request.Origin.allCases)
    func writtenFormsAreWhatTheTypesRead(_ origin: Request.Origin) throws {
        let value = try JSONValue(parsing: try Self.rich.encoded(for: origin))
        if origin == .restAPI {
            let read = try value.decode(as: APIGatewayResponse.self, unknownMembers: .refused)
            #expect(read.multiValueHeaders?["Vary"] == ["Accept", "Origin"])
            #expect(read.headers?["Vary"] == nil)
        } else {
            let read = try value.decode(as: APIGatewayV2Response.self, unknownMembers: .refused)
            #expect(read.cookies?.count == 2)
        }
    }

    @Test(arguments: [
        ("image/jpeg", nil, true), ("application/octet-stream", nil, true), ("application/json", nil, false),
        ("application/problem+json", nil, false), ("image/svg+xml", nil, false), ("text/css", nil, false),
        ("text/plain; charset=iso-8859-1", nil, true), ("application/json", "gzip", true), (nil, nil, true),
        ("nonsense", nil, true),
    ])
    func onlyTextGoesAsText(_ type: String?, _ encoding: String?, _ isBase64: Bool) throws {
        var response = Response(body: Array("abc".utf8))
        response["Content-Type"] = type
        response["Content-Encoding"] = encoding
        let value = try JSONValue(parsing: try response.encoded(for: .httpAPI))
        #expect(value["isBase64Encoded"]?.bool == isBase64)
        #expect(value["body"]?.string == (isBase64 ? "YWJj" : "abc"))
    }

    @Test func whatClaimsToBeTextAndIsNotGoesAsBase64() throws {
        let response = Response.bytes([0x61, 0xFF], contentType: "text/plain")
        #expect(try JSONValue(parsing: try response.encoded(for: .httpAPI))["body"]?.string == "Yf8=")
    }

    @Test(arguments: [1, 2, 3, 49_151, 49_152, 49_153, 98_304, 200_000])
    func binaryBodiesOfEverySize(_ size: Int) throws {
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let value = try JSONValue(
            parsing: try Response.bytes(body, contentType: "image/png").encoded(for: .httpAPI))
        #expect(value["body"]?.string == Base64.encode(body))
        #expect(value["isBase64Encoded"]?.bool == true)
    }

    @Test(arguments: [
        ("X-A", "a\r\nSet-Cookie: b=c"), ("X-A", "a\nb"), ("X-A", "a\u{0}"), ("X-A", "a\u{7F}"), ("X A", "a"),
        ("", "a"),
        ("X-A:", "a"), ("X-Ä", "a"),
    ])
    func headersCannotSaySomethingElse(_ name: String, _ value: String) throws {
        #expect(throws: InvalidHeader(name: name)) {
            try Response(headers: Headers([(name, value)])).encoded(for: .httpAPI)
        }
    }

    @Test(arguments: [
        Cookie(name: "a b", value: "x"), Cookie(name: "", value: "x"), Cookie(name: "a", value: "x;y"),
        Cookie(name: "a", value: "x y"), Cookie(name: "a", value: "ü"),
        Cookie(name: "a", value: "x", path: "/;Domain=b"),
        Cookie(name: "a", value: "x", domain: "b\r\n"),
    ])
    func cookiesCannotSaySomethingElse(_ cookie: Cookie) throws {
        #expect(cookie.headerValue == nil)
        #expect(throws: InvalidHeader(name: "Set-Cookie")) {
            try Response(cookies: [cookie]).encoded(for: .restAPI)
        }
    }

    @Test func cookiesWithEveryAttribute() {
        let cookie = Cookie(
            name: "a", value: "b", path: "/x", domain: "example.org", maxAge: 1, httpOnly: false, secure: false,
            sameSite: Cookie.SameSite.none)
        #expect(cookie.headerValue == "a=b; Path=/x; Domain=example.org; Max-Age=1; SameSite=None")
        #expect(Cookie(name: "a", value: "b", path: nil, sameSite: nil).headerValue == "a=b; Secure; HttpOnly")
    }

    @Test func setCookieFieldsAreNotLost() throws {
        var response = Response(headers: ["Set-Cookie": "x=1", "A": "b"], cookies: [Cookie(name: "y", value: "2")])
        response.headers.add("set-cookie", "z=3")
        let value = try JSONValue(parsing: try response.encoded(for: .httpAPI))
        #expect(value["headers"] == ["A": "b"])
        #expect(value["cookies"]?.array?.compactMap(\.string).map { $0.prefix(3) } == ["x=1", "z=3", "y=2"])
    }

    @Test func factories() throws {
        #expect(try Response.json(["a": 1], status: 202).body == Array(#"{"a":1}"#.utf8))
        #expect(try Response.json(["a": 1])["content-type"] == "application/json")
        #expect(Response.redirect(to: "/x")["Location"] == "/x")
        #expect(Response.redirect(to: "/x").status == 303)
        let error = HTTPError(429, "SlowDown", "Wait \"a\" bit.", headers: ["Retry-After": "2"]).response
        #expect(error.status == 429)
        #expect(error["Retry-After"] == "2")
        #expect(error.body == Array(#"{"error":{"code":"SlowDown","message":"Wait \"a\" bit."}}"#.utf8))
    }
}
