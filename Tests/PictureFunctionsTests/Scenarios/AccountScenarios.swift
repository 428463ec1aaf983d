import JSONValue
import Pictures
import Testing

@testable import PictureFunctions

/// People on a cloud.
@Suite(.onACloud) struct AccountScenarios {
    @Test func signsUpLogsInAndTellsWhoOneIs() async throws {
        let cloud = try await Cloud()
        var client = cloud.client()
        let signedUp = try await client.send(
            "POST", "/signup",
            json: [
                "username": "Ada", "password": "correct horse", "firstName": "Ada", "lastName": "King",
                "email": "ada@example.org", "birthday": "1990-12-10", "phone": "+44 123-456",
            ])
        #expect(signedUp.status == 201)
        #expect(signedUp.json["role"] == "user")
        #expect(signedUp.json["phone"] == "+44123456")
        #expect(signedUp.json["password"] == nil)

        let session = try await client.send("POST", "/login", json: ["username": "aDA", "password": "correct horse"])
        #expect(session.status == 200)
        let cookie = try #require(session.cookies.first)
        #expect(cookie.hasPrefix("session="))
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"] {
            #expect(cookie.contains(attribute))
        }
        client.token = try #require(session.json["token"]?.string)
        let me = try await client.send("GET", "/me")
        #expect(me.json == signedUp.json)

        let changed = try await client.send("PATCH", "/me", json: ["firstName": "Augusta", "phone": nil])
        #expect(changed.status == 200)
        #expect(changed.json["firstName"] == "Augusta")
        #expect(changed.json["phone"] == nil)
        #expect(changed.json["email"] == "ada@example.org")
        #expect(try await client.send("GET", "/me").json == changed.json)
        let wrong = try await client.send("PATCH", "/me", json: ["birthday": "yesterday"])
        #expect(wrong.errorCode == "InvalidBirthday")
    }

    @Test func takesANameOnce() async throws {
        let client = try await Cloud().client()
        let first = try await client.send("POST", "/signup", json: ["username": "ada", "password": "correct horse"])
        #expect(first.status == 201)
        let second = try await client.send("POST", "/signup", json: ["username": "ADA", "password": "other password"])
        #expect(second.status == 409)
        #expect(second.errorCode == "UsernameTaken")
        // The first one's password still holds.
        let session = try await client.send("POST", "/login", json: ["username": "ada", "password": "correct horse"])
        #expect(session.status == 200)
    }

    @Test func letsOneOfFiftyRacersWin() async throws {
        let client = try await Cloud().client()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await client.send(
                        "POST", "/signup", json: ["username": "ada", "password": .string("password \(number)")]
                    ).status
                }
            }
            return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [201: 1, 409: 49])
        var winners = 0
        for number in 0..<50 {
            var client = client
            client.address = "198.51.100.\(number)"
            let session = try await client.send(
                "POST", "/login", json: ["username": "ada", "password": .string("password \(number)")])
            winners += session.status == 200 ? 1 : 0
        }
        #expect(winners == 1)
    }

    @Test func makesTheAdmin() async throws {
        let client = try await Cloud().client()
        let admin = try await client.send(
            "POST", "/signup",
            json: ["username": "admin", "password": "correct horse", "adminCode": .string(TestSettings.adminCode)])
        #expect(admin.status == 201)
        #expect(admin.json["role"] == "admin")
        let session = try await client.send("POST", "/login", json: ["username": "admin", "password": "correct horse"])
        #expect(session.json["role"] == "admin")
    }

    @Test func slowsDownWhoeverGuesses() async throws {
        let cloud = try await Cloud { $0.attempts = AttemptLimits(perUserAndAddress: 3, perUser: 5, perAddress: 1_000) }
        var client = try await cloud.member("ada")
        client.token = nil
        let right: JSONValue = ["username": "ada", "password": "correct horse"]
        let wrong: JSONValue = ["username": "ada", "password": "wrong horse"]
        // What succeeds is not counted.
        for _ in 0..<6 { #expect(try await client.send("POST", "/login", json: right).status == 200) }
        for _ in 0..<3 {
            let answer = try await client.send("POST", "/login", json: wrong)
            #expect(answer.status == 401)
            #expect(answer.errorCode == "WrongCredentials")
        }
        let refused = try await client.send("POST", "/login", json: right)
        #expect(refused.status == 429)
        #expect(try (1...300).contains(#require(refused["retry-after"].flatMap { Int($0) })))
        // From elsewhere the same person gets in, until too many have guessed from everywhere.
        client.address = "198.51.100.1"
        #expect(try await client.send("POST", "/login", json: right).status == 200)
        for _ in 0..<2 { #expect(try await client.send("POST", "/login", json: wrong).status == 401) }
        client.address = "198.51.100.2"
        #expect(try await client.send("POST", "/login", json: right).status == 429)
    }

    @Test func countsGuessesThatComeAtOnce() async throws {
        let cloud = try await Cloud { $0.attempts = AttemptLimits(perUserAndAddress: 5) }
        let client = cloud.client()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    try await client.send("POST", "/login", json: ["username": "nobody", "password": "wrong horse"])
                        .status
                }
            }
            return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [401: 5, 429: 25])
    }

    @Test func changesThePasswordAndEndsOtherSessions() async throws {
        let cloud = try await Cloud()
        var client = try await cloud.member("ada")
        let old = client
        let wrong = try await client.send(
            "PUT", "/password", json: ["currentPassword": "wrong horse", "newPassword": "battery staple"])
        #expect(wrong.status == 403)
        let changed = try await client.send(
            "PUT", "/password", json: ["currentPassword": "correct horse", "newPassword": "battery staple"])
        #expect(changed.status == 200)
        client.token = try #require(changed.json["token"]?.string)
        #expect(try await client.send("GET", "/me").status == 200)
        let ended = try await old.send("GET", "/me")
        #expect(ended.status == 401)
        #expect(ended.errorCode == "EndedSession")
        client.token = nil
        #expect(
            try await client.send("POST", "/login", json: ["username": "ada", "password": "correct horse"]).status
                == 401)
        #expect(
            try await client.send("POST", "/login", json: ["username": "ada", "password": "battery staple"]).status
                == 200)
    }

    @Test func logsOutHereOrEverywhere() async throws {
        let client = try await Cloud().member("ada")
        let here = try await client.send("POST", "/logout")
        #expect(here.status == 204)
        #expect(here.cookies.first?.contains("Max-Age=0") == true)
        #expect(try await client.send("GET", "/me").status == 200)
        #expect(try await client.send("POST", "/logout", query: "everywhere=true").status == 204)
        #expect(try await client.send("GET", "/me").errorCode == "EndedSession")
    }

    @Test func renewsAHashThatHasBecomeTooCheap() async throws {
        let cloud = try await Cloud()
        let client = try await cloud.member("ada")
        let id = try #require(try await client.send("GET", "/me").json["userId"]?.string)
        let user = try #require(UserID(id))
        var settings = cloud.service.settings
        settings.passwordParameters = try #require(.init(logCost: 5, blockSize: 8, parallelism: 1))
        let service = PictureService(settings: settings, aws: cloud.aws)
        let session = try await FunctionClient(service).send(
            "POST", "/login", json: ["username": "ada", "password": "correct horse"])
        #expect(session.status == 200)
        let account = try #require(try await service.accounts.account(of: user, .none))
        #expect(!account.passwordHash.needsRehash(for: settings.passwordParameters))
        #expect(try await client.send("GET", "/me").status == 200)
    }
}
