import DarkroomTesting
import JSONValue
import Testing

@Suite struct AccountScenarios {
    @Test(arguments: Way.allCases) func signUpLogInAndLogOut(_ way: Way) async throws {
        try await way.run { visitor in
            let signedUp = try await visitor.send(
                .post, "/signup",
                json: ["username": "Ada", "password": "correct horse", "email": "ada@example.org"])
            #expect(signedUp.status == 201)
            #expect(signedUp.json["password"] == nil)
            let session = try await visitor.send(
                .post, "/login", json: ["username": "aDA", "password": "correct horse"])
            #expect(session.status == 200)
            let cookie = try #require(session.cookies.first)
            #expect(cookie.hasPrefix("session=") && cookie.contains("HttpOnly"))
            var ada = visitor
            ada.token = try #require(session.json["token"]?.string)
            #expect(try await ada.send(.get, "/me").json == signedUp.json)
            #expect(try await ada.send(.patch, "/me", json: ["firstName": "Augusta"]).json["firstName"] == "Augusta")
            #expect(try await ada.send(.post, "/logout?everywhere=true").status == 204)
            #expect(try await ada.send(.get, "/me").errorCode == "EndedSession")

            // No password lies in the store, in whatever column.
            let rows = try await visitor.cloud.items(in: "UserAuthTable")
            #expect(!rows.isEmpty)
            #expect(!"\(rows)".contains("correct horse"))
        }
    }

    @Test(arguments: Way.allCases) func changeTheirPassword(_ way: Way) async throws {
        try await way.run { visitor in
            let old = try await visitor.member("ada")
            let changed = try await old.send(
                .put, "/password", json: ["currentPassword": "correct horse", "newPassword": "battery staple"])
            #expect(changed.status == 200)
            #expect(try await old.send(.get, "/me").errorCode == "EndedSession")
            var new = visitor
            new.token = try #require(changed.json["token"]?.string)
            #expect(try await new.send(.get, "/me").status == 200)
            let wrong = try await visitor.send(
                .post, "/login", json: ["username": "ada", "password": "correct horse"])
            #expect(wrong.status == 401)
            #expect(wrong.errorCode == "WrongCredentials")
        }
    }

    @Test(arguments: Way.allCases) func getANameOnceHoweverManyWantIt(_ way: Way) async throws {
        try await way.run { visitor in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        try await visitor.send(
                            .post, "/signup", json: ["username": "ada", "password": .string("password \(number)")]
                        ).status
                    }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [201: 1, 409: 9])
            #expect(try await visitor.cloud.items(in: "UserInfoTable").count == 1)
        }
    }

    @Test(arguments: Way.allCases) func areRefusedWhereWhatTheySayIsWrong(_ way: Way) async throws {
        try await way.run { visitor in
            let bodies = [
                ("{", "InvalidJSON"), ("[]", "InvalidJSON"), (#"{"username":"ada"}"#, "MissingField"),
                (#"{"username":1,"password":"correct horse"}"#, "InvalidField"),
                (#"{"username":"ada","password":"correct horse","isAdmin":true}"#, "UnknownField"),
                (#"{"username":"ada","password":"short"}"#, "InvalidPassword"),
                (#"{"username":"ada","password":"correct horse","email":"x"}"#, "InvalidEmail"),
            ]
            for (body, code) in bodies {
                let answer = try await visitor.send(
                    .post, "/signup", headers: ["content-type": "application/json"], body: Array(body.utf8))
                #expect(answer.status == 400, "\(body)")
                #expect(answer.errorCode == code, "\(body)")
            }
            #expect(try await visitor.cloud.items(in: "UserAuthTable").isEmpty)
            for (token, code) in [(nil, "SessionRequired"), ("forged", "InvalidSession")] as [(String?, String)] {
                var stranger = visitor
                stranger.token = token
                for (method, path) in [(HTTPMethod.get, "/pictures"), (.get, "/me"), (.put, "/pictures/cat")] {
                    let answer = try await stranger.send(method, path, body: method == .put ? Picture.png() : [])
                    #expect(answer.status == 401, "\(method) \(path)")
                    #expect(answer.errorCode == code)
                }
            }
        }
    }
}
