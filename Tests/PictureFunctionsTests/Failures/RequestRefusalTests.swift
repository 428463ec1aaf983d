import JSONValue
import Pictures
import Testing

@testable import PictureFunctions

/// Requests that are refused before any store is asked, or as soon as the account is known.
@Suite struct RequestRefusalTests {
    /// A client of a store that knows an account of epoch 1 and nothing else.
    private func withClient(_ body: (FunctionClient, String) async throws -> Void) async throws {
        let cloud = try await ScriptedCloud { call in
            if call.operation == "GetItem", call.body["ProjectionExpression"] != nil {
                return .json(["Item": ["sessionEpoch": ["N": "1"]]])
            }
            return call.operation == nil ? .s3(404, "NoSuchKey") : .json([:])
        }
        let service = try TestSettings.service(on: cloud.port)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(FunctionClient(service), TestSettings.session(service).token)) } catch {
            outcome = .failure(error)
        }
        try await cloud.stop()
        try outcome.get()
    }

    @Test func wantsASessionForAllButSignUpAndLogIn() async throws {
        try await withClient { client, _ in
            for operation in OpenAPIDocument.operations where operation.access == .session {
                let path = operation.path.replacing("{key+}", with: "cat").replacing("{id}", with: "x")
                let answer = try await client.send(operation.method, path)
                #expect(answer.status == 401, "\(operation.name)")
                #expect(answer["www-authenticate"] == "Bearer")
                if operation.method != "HEAD" { #expect(answer.errorCode == "SessionRequired") }
            }
        }
    }

    @Test func refusesForgedAndEndedAndExpiredSessions() async throws {
        try await withClient { client, token in
            var client = client
            for bad in ["x", token + "x", String(token.dropLast()), ""] {
                client.token = bad
                let answer = try await client.send("GET", "/pictures")
                #expect(answer.status == 401)
                #expect(answer.errorCode == "InvalidSession")
            }
            let username = try Username("ada")
            var account = Account(
                userID: UserID(from: .system), username: username,
                passwordHash: try PasswordHash(of: Password(new: "correct horse", for: username), parameters: .quick),
                role: .user, sessionEpoch: 1)
            let keys = client.service.settings.signingKeys
            let past = client.service.now().adding(seconds: -100)
            client.token = Session(for: account, now: past, lifetime: 99).token(signedWith: keys)
            #expect(try await client.send("GET", "/pictures").errorCode == "ExpiredSession")
            account.sessionEpoch = 2
            client.token = Session(for: account, now: client.service.now(), lifetime: 99).token(signedWith: keys)
            #expect(try await client.send("GET", "/pictures").errorCode == "EndedSession")
            #expect(try await client.send("PUT", "/pictures/a", body: TestPictures.png()).errorCode == "EndedSession")
        }
    }

    @Test func takesTheSessionFromTheCookieToo() async throws {
        try await withClient { client, token in
            let answer = try await client.send("GET", "/me", headers: ["cookie": "a=b; session=\(token)"])
            #expect(answer.status == 200)
            #expect(answer.json["username"] == "ada")
        }
    }

    @Test(arguments: [
        ("/pictures/" + String(repeating: "k", count: 257), 400, "InvalidKey"), ("/pictures/a%5Cb", 400, "InvalidKey"),
        ("/pictures/k%C3%A4se", 400, "InvalidKey"), ("/pictures/a//b", 400, "InvalidKey"),
        ("/pictures/a/", 400, "InvalidKey"), ("/pictures/a%0Ab", 400, "InvalidPath"),
        ("/pictures/../a", 400, "InvalidPath"), ("/pictures/%2e%2e/a", 400, "InvalidPath"),
        ("/pictures/a%2F..%2Fb", 400, "InvalidKey"), ("/pictures/nothing", 404, "UnknownKey"),
    ])
    func refusesKeys(_ path: String, _ status: Int, _ code: String) async throws {
        try await withClient { client, token in
            var client = client
            client.token = token
            for method in ["GET", "DELETE"] {
                let answer = try await client.send(method, path)
                #expect(answer.status == status)
                #expect(answer.errorCode == code)
            }
        }
    }

    @Test func saysUnknownKey() async throws {
        try await withClient { client, token in
            var client = client
            client.token = token
            let answer = try await client.send("GET", "/pictures/nothing")
            #expect(answer.errorMessage == "Unknown key")
        }
    }

    @Test(
        arguments: [
            ("{", "InvalidJSON"), ("[]", "InvalidJSON"), ("", "MissingBody"), (#"{"username":"ada"}"#, "MissingField"),
            (#"{"username":1,"password":"correct horse"}"#, "InvalidField"),
            (#"{"username":"ada","password":"correct horse","isAdmin":true}"#, "UnknownField"),
            (#"{"username":"a","password":"correct horse"}"#, "InvalidUsername"),
            (#"{"username":"ada","password":"short"}"#, "InvalidPassword"),
            (#"{"username":"ada","password":"correct horse","email":"x"}"#, "InvalidEmail"),
            (#"{"username":"ada","password":"correct horse","birthday":"2999-01-01"}"#, "InvalidBirthday"),
            (#"{"username":"ada","password":"correct horse","adminCode":"x"}"#, "UnknownField"),
        ])
    func refusesSignUps(_ body: String, _ code: String) async throws {
        try await withClient { client, _ in
            let answer = try await client.send("POST", "/signup", body: Array(body.utf8))
            #expect(answer.status == 400)
            #expect(answer.errorCode == code)
        }
    }

    @Test func keepsTheAdminsNameForTheAdmin() async throws {
        try await withClient { client, _ in
            for code in [JSONValue.null, "wrong"] {
                let answer = try await client.send(
                    "POST", "/signup", json: ["username": "Admin", "password": "correct horse", "adminCode": code])
                #expect(answer.status == 403)
                #expect(answer.errorCode == "ReservedUsername")
            }
        }
    }

    @Test(
        arguments: [
            ("--XX\r\n", "InvalidMultipart"), ("", "InvalidMultipart"),
            ("--XX\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na\r\n--XX--\r\n", "MissingField"),
            (
                "--XX\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na\r\n--XX\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\na\r\n--XX--\r\n",
                "UnknownField"
            ),
            (
                "--XX\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na\r\n--XX\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na\r\n--XX--\r\n",
                "InvalidField"
            ),
        ])
    func refusesForms(_ body: String, _ code: String) async throws {
        try await withClient { client, token in
            var client = client
            client.token = token
            let answer = try await client.send(
                "POST", "/pictures", headers: ["content-type": "multipart/form-data; boundary=XX"],
                body: Array(body.utf8))
            #expect(answer.status == 400)
            #expect(answer.errorCode == code)
        }
    }

    @Test(arguments: [
        ("limit=0", "InvalidParameter"), ("limit=x", "InvalidParameter"), ("limit=201", "InvalidParameter"),
        ("order=size", "InvalidParameter"), ("state=asleep", "InvalidParameter"), ("colour=red", "UnknownParameter"),
        ("limit=1&limit=2", "InvalidParameter"), ("cursor=x", "InvalidCursor"),
        ("prefix=" + String(repeating: "p", count: 257), "InvalidParameter"),
    ])
    func refusesListings(_ query: String, _ code: String) async throws {
        try await withClient { client, token in
            var client = client
            client.token = token
            let answer = try await client.send("GET", "/pictures", query: query)
            #expect(answer.status == 400)
            #expect(answer.errorCode == code)
        }
    }

    @Test func deletesEverythingOnlyForTheRightWords() async throws {
        try await withClient { client, token in
            var client = client
            client.token = token
            let bodies: [(JSONValue, String)] = [
                (["all": true], "ConfirmationRequired"), (["all": true, "confirm": "yes"], "ConfirmationRequired"),
                ([:], "InvalidField"), (["all": true, "keys": ["a"]], "InvalidField"), (["keys": [1]], "InvalidField"),
                (["keys": ["../a"]], "InvalidKey"),
                (["keys": .array((0...1_000).map { .string("k\($0)") })], "InvalidField"),
            ]
            for (body, code) in bodies {
                let answer = try await client.send("POST", "/pictures/delete", json: body)
                #expect(answer.status == 400)
                #expect(answer.errorCode == code)
            }
        }
    }
}
