import CloudCore
import CloudCoreTesting
import Testing

@testable import CloudS3

@Suite struct CORSTests {
    static let document = """
        <CORSConfiguration><CORSRule><AllowedOrigin>http://*.example.com</AllowedOrigin>\
        <AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod><AllowedHeader>x-amz-*</AllowedHeader>\
        <ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule>\
        <CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>HEAD</AllowedMethod></CORSRule></CORSConfiguration>
        """

    @Test func browsersAreAnswered() async throws {
        let folder = TemporaryFolder("s3")
        defer { folder.remove() }
        var s3 = try await LocalS3(directory: folder.path)
        let ask = ["Origin": "http://a.example.com", "Access-Control-Request-Method": "PUT"]
        let closed = await s3.send("OPTIONS", "/pictures/a", .init(ask.map { ($0.key, $0.value) }))
        #expect(closed.status == 403)
        #expect(closed.code == "AccessForbidden")
        #expect(await s3.send("PUT", "/pictures?cors", text: Self.document).status == 200)
        s3.close()
        // The rules hold after a new start too.
        s3 = try await LocalS3(directory: folder.path)
        defer { s3.close() }
        let allowed = await s3.send(
            "OPTIONS", "/pictures/a",
            .init(ask.map { ($0.key, $0.value) } + [("Access-Control-Request-Headers", "X-Amz-Date")]))
        #expect(allowed.status == 200)
        #expect(allowed["access-control-allow-origin"] == "http://a.example.com")
        #expect(allowed["access-control-allow-methods"] == "PUT, GET")
        #expect(allowed["access-control-allow-headers"] == "x-amz-date")
        #expect(allowed["access-control-max-age"] == "60")
        #expect(allowed["access-control-allow-credentials"] == "true")
        for (origin, method, header) in [
            ("http://example.org", "PUT", "x-amz-date"), ("http://a.example.com", "DELETE", "x-amz-date"),
            ("http://a.example.com", "PUT", "authorization"),
        ] {
            let refused = await s3.send(
                "OPTIONS", "/pictures/a",
                ["Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": header])
            #expect(refused.status == 403)
        }
        #expect(await s3.send("OPTIONS", "/pictures/a").status == 400)
        // Errors can be read by the page as well.
        let missing = await s3.send("GET", "/pictures/none", ["Origin": "http://b.example.com"])
        #expect(missing.status == 404)
        #expect(missing["access-control-allow-origin"] == "http://b.example.com")
        #expect(missing["access-control-expose-headers"] == "ETag")
        #expect(await s3.send("HEAD", "/pictures/none", ["Origin": "null"])["access-control-allow-origin"] == "*")
        #expect(await s3.send("GET", "/pictures/none", ["Origin": "null"])["access-control-allow-origin"] == nil)
    }

    @Test(arguments: [
        "<CORSConfiguration/>", "<CORSConfiguration><CORSRule/></CORSConfiguration>",
        "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PATCH</AllowedMethod></CORSRule>"
            + "</CORSConfiguration>",
        "<CORSConfiguration><CORSRule><AllowedOrigin>*.*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>"
            + "</CORSConfiguration>",
    ])
    func rulesAreLookedAt(_ text: String) throws {
        let document = try XMLReader.parse(text.utf8)
        #expect(throws: ServiceError.self) { try CORSConfiguration(document: document) }
    }

    @Test(arguments: [
        ("*", "anything", true), ("http://*.x", "http://a.x", true), ("http://*.x", "http://.x", true),
        ("http://*.x", "http://x", false), ("a*a", "a", false), ("abc", "abc", true), ("abc", "abcd", false),
    ])
    func patternsHaveOneStar(_ pattern: String, _ text: String, _ fits: Bool) {
        #expect(CORSConfiguration.matches(pattern, text) == fits)
    }
}
