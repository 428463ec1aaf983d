import JSONValue
import Testing

@testable import LambdaEvents

@Suite struct RequestBodyTests {
    private struct Login: Codable, Equatable {
        var username: String
        var password: String
        var remember: Bool?
    }

    private func post(_ body: String, _ contentType: String = "application/json") throws -> Request {
        try Request(method: "POST", path: "/", headers: ["Content-Type": contentType], body: Array(body.utf8))
    }

    @Test func readsJSON() throws {
        let request = try post(#"{"username":"ada","password":"x","extra":1}"#)
        #expect(try request.json(as: Login.self) == Login(username: "ada", password: "x"))
    }

    @Test(arguments: [
        ("", "MissingBody", "The request has no body; JSON is expected."),
        (
            "{\n\"username\": ada}", "InvalidJSON",
            "The body is not valid JSON: unexpected 'a' where a value is expected (line 2, column 13)."
        ),
        (
            "\u{FEFF}", "InvalidJSON",
            "The body is not valid JSON: the text ends where a value is expected (line 1, column 4)."
        ),
        (#"{"username":"ada"}"#, "MissingField", "The field 'password' is missing."),
        (
            #"{"username":7,"password":"x"}"#, "InvalidField",
            "The field 'username' is not valid: expected a string, found number."
        ),
        (
            #"{"username":"ada","password":null}"#, "InvalidField",
            "The field 'password' is not valid: expected a string, found null."
        ),
        (#"{"username":"ada","password":"x","role":"admin"}"#, "UnknownField", "The field 'role' is not known."),
        ("[]", "InvalidField", "The body is not valid: expected an object, found array."),
    ])
    func saysWhatIsWrongWithJSON(_ body: String, _ code: String, _ message: String) throws {
        let request = try post(body)
        let error = #expect(throws: HTTPError.self) { try request.json(as: Login.self, unknownFields: .refused) }
        #expect(error == HTTPError(400, code, message))
    }

    @Test func namesNestedFields() throws {
        struct Order: Codable {
            struct Line: Codable { var count: Int }
            var lines: [Line]
        }
        let request = try post(#"{"lines":[{"count":1},{"count":"2"}]}"#)
        let error = #expect(throws: HTTPError.self) { try request.json(as: Order.self) }
        #expect(error?.message == "The field 'lines[1].count' is not valid: expected a whole number, found string.")
    }

    @Test func refusesEndlessNesting() throws {
        let request = try post(String(repeating: "[", count: 100_000))
        #expect(throws: HTTPError.self) { try request.json() }
    }

    @Test func readsForms() throws {
        let form = try post("user=ada+l&tag=1&tag=2&e=%C3%A9&=x", "application/x-www-form-urlencoded; charset=utf-8")
            .form()
        #expect(form["user"] == "ada l")
        #expect(form.values(of: "tag") == ["1", "2"])
        #expect(form["e"] == "é")
        #expect(form[""] == "x")
    }

    @Test(arguments: [
        ("a=%zz", "application/x-www-form-urlencoded", 400), ("a=%ff", "application/x-www-form-urlencoded", 400),
        ("a=1", "text/plain", 415), ("a=1", "", 415),
    ])
    func refusesForms(_ body: String, _ contentType: String, _ status: Int) throws {
        let request = try post(body, contentType)
        #expect(#expect(throws: HTTPError.self) { try request.form() }?.status == status)
    }

    @Test(arguments: [
        ("multipart/form-data", 400, "The Content-Type multipart/form-data has no boundary."),
        (
            "multipart/form-data; boundary=", 400,
            "The boundary of the form must be 1 to 70 characters that RFC 2046 allows."
        ),
        ("multipart/form-data; boundary=b", 400, "The form's boundary does not occur in the body."),
        ("multipart/mixed; boundary=b", 415, "The body must be a form: multipart/form-data."),
        ("application/json", 415, "The body must be a form: multipart/form-data."),
    ])
    func refusesMultipart(_ contentType: String, _ status: Int, _ message: String) throws {
        let request = try post("x", contentType)
        let error = #expect(throws: HTTPError.self) { try request.multipart() }
        #expect(error?.status == status)
        #expect(error?.message == message)
    }

    @Test(arguments: [
        ("image/JPEG", "image/jpeg", []), ("text/plain;charset=UTF-8", "text/plain", ["charset=UTF-8"]),
        ("multipart/form-data; boundary=\"a b\\\"c\"", "multipart/form-data", ["boundary=a b\"c"]),
        ("a/b ; X=1 ;; y=\"2;3\" ;", "a/b", ["x=1", "y=2;3"]),
        ("a/b; x=C:\\dir", "a/b", ["x=C:\\dir"]),
    ])
    func readsMediaTypes(_ text: String, _ essence: String, _ parameters: [String]) throws {
        let type = try #require(MediaType(text))
        #expect(type.essence == essence)
        #expect(type.parameters.map { "\($0.name)=\($0.value)" } == parameters)
    }

    @Test(arguments: [
        "", "text", "/plain", "text/", "a/b/c", "a b/c", "a/b; =x", "a/b; x", "a/b; x=\"y", "a/b; x=\"y\"z", "a/b c",
    ])
    func refusesMediaTypes(_ text: String) { #expect(MediaType(text) == nil) }
}
