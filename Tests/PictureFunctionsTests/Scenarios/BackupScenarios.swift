import JSONValue
import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

/// Backups of the accounts, and their restore, on a cloud whose clock is turned.
@Suite struct BackupScenarios {
    private static let password = Cloud.password

    private func logIn(_ cloud: Cloud, _ name: String, _ password: String = password) async throws -> Answer {
        try await cloud.client().send(
            "POST", "/login", json: ["username": .string(name), "password": .string(password)])
    }

    private func tables(_ cloud: Cloud) -> [String] {
        [cloud.service.settings.tables.userAuth, cloud.service.settings.tables.userInfo]
    }

    private func backups(_ cloud: Cloud, of table: String) async throws -> [DynamoDBBackup] {
        try await DynamoDBClient(cloud.aws).backups(of: table).collect()
    }

    /// Loses everything that a backup is for.
    private func lose(_ cloud: Cloud) async throws {
        let database = DynamoDBClient(cloud.aws)
        for table in tables(cloud) {
            for item in try await database.items(DynamoDBSelection(table: table)).collect() {
                try await database.deleteItem(table: table, key: ["userId": item["userId"] ?? .null])
            }
        }
    }

    @Test func areForAdminsAlone() async throws {
        try await TurnedCloud.run { turned in
            let user = try await turned.cloud.member("ada")
            for (method, path) in [
                ("GET", "/admin/backups"), ("POST", "/admin/backups"),
                ("POST", "/admin/backups/20260131T080000Z/restore"),
            ] {
                #expect(try await turned.cloud.client().send(method, path).status == 401)
                let answer = try await user.send(method, path, json: ["confirm": "restore backup 20260131T080000Z"])
                #expect(answer.status == 403)
                #expect(answer.errorCode == "AdminRequired")
            }
            #expect(try await backups(turned.cloud, of: tables(turned.cloud)[0]).isEmpty)
        }
    }

    @Test func anAdminBacksUpAndRestores() async throws {
        try await TurnedCloud.run { turned in
            let cloud = turned.cloud
            let admin = try await cloud.admin()
            var ada = try await cloud.member("ada")
            #expect(try await ada.send("PATCH", "/me", json: ["firstName": "Ada"]).status == 200)
            let taken = try await admin.send("POST", "/admin/backups")
            #expect(taken.status == 201, "\(taken.json.text())")
            #expect(taken.json["whole"] == true)
            let name = try #require(taken.json["name"]?.string)
            let list = try await admin.send("GET", "/admin/backups")
            #expect(list.json["backups"]?[0] == taken.json)
            #expect(list.json["restore"] == .null)
            // After the backup: a password changes, a profile does, somebody comes.
            let changed = try await ada.send(
                "PUT", "/password", json: ["currentPassword": .string(Self.password), "newPassword": "another horse"])
            ada.token = try #require(changed.json["token"]?.string)
            #expect(try await ada.send("PATCH", "/me", json: ["firstName": "Eve"]).status == 200)
            let eve = try await cloud.member("eve")
            // A typed confirmation, of a backup that is there.
            let path = "/admin/backups/\(name)/restore"
            for (path, confirm, code) in [
                (path, "restore", "ConfirmationRequired"),
                (path, "restore backup 20200101T000000Z", "ConfirmationRequired"),
                ("/admin/backups/20200101T000000Z/restore", "restore backup 20200101T000000Z", "UnknownBackup"),
                ("/admin/backups/newest/restore", "restore backup newest", "UnknownBackup"),
            ] {
                let answer = try await admin.send("POST", path, json: ["confirm": .string(confirm)])
                #expect(answer.errorCode == code)
            }
            let restored = try await admin.send("POST", path, json: ["confirm": .string("restore backup \(name)")])
            #expect(restored.status == 200, "\(restored.json.text())")
            #expect(restored.json["phase"] == "done")
            // Ada is who she was; her sessions have ended, and so have those of the old password.
            #expect(try await ada.send("GET", "/me").errorCode == "EndedSession")
            #expect(try await logIn(cloud, "ada", "another horse").status == 401)
            let session = try await logIn(cloud, "ada")
            #expect(session.status == 200)
            ada.token = session.json["token"]?.string
            #expect(try await ada.send("GET", "/me").json["firstName"] == "Ada")
            // Who came later stays, undisturbed.
            #expect(try await eve.send("GET", "/me").status == 200)
            #expect(try await logIn(cloud, "eve").status == 200)
            // The admin was restored as well.
            #expect(try await admin.send("GET", "/admin/backups").errorCode == "EndedSession")
            let tables = try await cloud.aws.json(.dynamoDB, operation: "ListTables", body: [:], idempotent: true)
            let names = (tables["TableNames"]?.array ?? []).compactMap(\.string)
            #expect(!names.contains { $0.hasSuffix("-restore") })
        }
    }

    @Test func bringBackEverybodyFromNothing() async throws {
        try await TurnedCloud.run { turned in
            let cloud = turned.cloud
            let admin = try await cloud.admin()
            // More than one page.
            for number in 0..<30 { _ = try await cloud.member("user\(number)") }
            let name = try #require(try await admin.send("POST", "/admin/backups").json["name"]?.string)
            try await lose(cloud)
            #expect(try await logIn(cloud, "user7").status == 401)
            // Somebody takes a name that is free for the moment.
            let thief = try await cloud.member("user7")
            let event: JSONValue = ["restore": .string(name), "confirm": .string("restore backup \(name)")]
            let restored = try #require(try await turned.backUp(killedAfter: nil, event))
            #expect(restored["phase"] == "done")
            for number in 0..<30 { #expect(try await logIn(cloud, "user\(number)").status == 200) }
            #expect(try await logIn(cloud, "admin").json["role"] == "admin")
            #expect(try await thief.send("GET", "/me").errorCode == "EndedSession")
            // No session from before the loss is one again.
            #expect(try await admin.send("GET", "/admin/backups").errorCode == "EndedSession")
            // Profiles are there for everybody.
            #expect(try await DynamoDBClient(cloud.aws).scan(table: cloud.service.settings.tables.userInfo).count == 32)
        }
    }

    @Test func areTakenOncePerInterval() async throws {
        try await TurnedCloud.run { turned in
            let cloud = turned.cloud
            _ = try await cloud.member("ada")
            var days: Set<String> = []
            for hour in 0..<120 {
                let report = try #require(try await turned.backUp())
                if let name = report["taken"]?["name"]?.string {
                    #expect(hour % 24 == 0)
                    days.insert(String(name.prefix(8)))
                }
                for table in tables(cloud) {
                    #expect(try await backups(cloud, of: table).count == min(3, hour / 24 + 1))
                }
                await turned.clock.advance(by: .seconds(3_600))
            }
            #expect(days.count == 5)
            // Changed without a deployment.
            let table = cloud.service.settings.tables.settings
            let database = DynamoDBClient(cloud.aws)
            try await database.putItem(table: table, item: ["name": "backup", "intervalHours": 6, "kept": 2])
            var count = 0
            for _ in 0..<24 {
                if try await turned.backUp()?["taken"] != nil { count += 1 }
                await turned.clock.advance(by: .seconds(3_600))
            }
            #expect(count == 4)
            #expect(try await backups(cloud, of: tables(cloud)[0]).count == 2)
            try await database.putItem(table: table, item: ["name": "backup", "enabled": false])
            await turned.clock.advance(by: .seconds(86_400 * 3))
            let report = try #require(try await turned.backUp())
            #expect(report["reason"] == "the schedule is switched off")
            #expect(try await backups(cloud, of: tables(cloud)[0]).count == 2)
        }
    }

    /// Other people's backups of the same tables are none of this function's business.
    @Test func leaveWhatOthersTook() async throws {
        try await TurnedCloud.run { turned in
            let tables = turned.cloud.service.settings.tables
            let database = DynamoDBClient(turned.cloud.aws)
            let other = try await database.createBackup(of: tables.userAuth, name: "before-the-migration")
            for _ in 0..<6 {
                try await turned.backUp()
                await turned.clock.advance(by: .seconds(86_400))
            }
            let names = try await backups(turned.cloud, of: tables.userAuth).map(\.name)
            #expect(names.count == 4)
            #expect(names.contains(other.name))
        }
    }

    /// Killed after each request in turn: there is always a whole backup, never more than three after the next hour.
    @Test func backupsSurviveAnyEnd() async throws {
        try await TurnedCloud.run { turned in
            let cloud = turned.cloud
            _ = try await cloud.member("ada")
            for _ in 0..<4 {
                try await turned.backUp()
                await turned.clock.advance(by: .seconds(86_400))
            }
            var requests = 0
            var wasKilled = true
            while wasKilled {
                try #require(requests < 60)
                wasKilled = try await turned.backUp(killedAfter: requests) == nil
                func sets() async throws -> [BackupSet] {
                    var all: [DynamoDBBackup] = []
                    for table in tables(cloud) { all += try await backups(cloud, of: table) }
                    return BackupSet.sets(of: all, tables: tables(cloud))
                }
                #expect(try await sets().filter(\.isWhole).count >= 3, "killed after \(requests) requests")
                await turned.clock.advance(by: .seconds(3_600))
                try await turned.backUp()
                for table in tables(cloud) {
                    #expect(try await backups(cloud, of: table).count == 3, "killed after \(requests) requests")
                }
                let newest = try #require(try await sets().first)
                #expect(newest.isWhole)
                #expect(turned.now.milliseconds(since: newest.created) <= 3_600_000)
                await turned.clock.advance(by: .seconds(82_800))
                requests += 1
            }
            #expect(requests > 8)
        }
    }

    /// Killed after each request in turn, then gone on with by the schedule: everybody is back, once.
    @Test func restoresSurviveAnyEnd() async throws {
        try await TurnedCloud.run { turned in
            let cloud = turned.cloud
            for number in 0..<25 { _ = try await cloud.member("user\(number)") }
            let name = try #require(try await turned.backUp(killedAfter: nil, ["backup": true])?["name"]?.string)
            let event: JSONValue = ["restore": .string(name), "confirm": .string("restore backup \(name)")]
            var requests = 0
            var wasKilled = true
            while wasKilled {
                try #require(requests < 100)
                try await lose(cloud)
                wasKilled = try await turned.backUp(killedAfter: requests, event) == nil
                if requests % 2 == 0 {
                    try await turned.backUp(killedAfter: nil, event)
                } else {
                    // Two at once: the schedule's, and the admin's second try.
                    try await turned.backUp(killedAfter: nil, event)
                    async let one = turned.backUp()
                    async let other = turned.backUp()
                    _ = try await (one, other)
                }
                for user in ["user0", "user11", "user24"] {
                    #expect(try await logIn(cloud, user).status == 200, "killed after \(requests) requests")
                }
                let count = try await DynamoDBClient(cloud.aws).scan(table: cloud.service.settings.tables.userAuth)
                    .count
                #expect(count == 50, "killed after \(requests) requests")
                let state = try #require(try await RestoreState.current(cloud.service.store, .none))
                #expect(state.phase == .done)
                requests += 3
            }
            #expect(requests > 20)
        }
    }

    /// Several at once go on with one restore.
    @Test func manyMayRestoreAtOnce() async throws {
        try await TurnedCloud.run { turned in
            let cloud = turned.cloud
            for number in 0..<25 { _ = try await cloud.member("user\(number)") }
            let name = try #require(try await turned.backUp(killedAfter: nil, ["backup": true])?["name"]?.string)
            try await lose(cloud)
            let event: JSONValue = ["restore": .string(name), "confirm": .string("restore backup \(name)")]
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try? await turned.backUp(killedAfter: nil, event) } }
            }
            // Whoever of them came last sees to the end; so does the schedule.
            try await turned.backUp()
            for number in 0..<25 { #expect(try await logIn(cloud, "user\(number)").status == 200) }
            #expect(try await RestoreState.current(cloud.service.store, .none)?.isUnderWay == false)
        }
    }
}
