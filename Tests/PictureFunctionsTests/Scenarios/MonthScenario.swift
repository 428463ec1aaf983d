import JSONValue
import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

/// A month of the cloud's time, with damage planted every day and functions killed in the middle of their work.
@Suite struct MonthScenario {
    /// Numbers that look random and are the same in every run.
    private struct Chance {
        var state: UInt64

        mutating func below(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

    @Test func everythingIsMendedAndNothingElseTouched() async throws {
        try await TurnedCloud.run { turned in
            let cloud = turned.cloud
            let damage = try await Damage(cloud)
            var chance = Chance(state: 4)
            var healthy: [Damage.Planted] = []
            var yesterday: [Damage.Planted] = []
            var users = ["ada"]
            for day in 0..<30 {
                // The small hours: what is due, killed at any request on some days.
                if chance.below(2) == 0 { try await turned.backUp(killedAfter: chance.below(14)) }
                try await turned.backUp()
                for table in [cloud.service.settings.tables.userAuth, cloud.service.settings.tables.userInfo] {
                    let backups = try await DynamoDBClient(cloud.aws).backups(of: table).collect()
                    #expect(backups.count <= 3)
                    #expect(backups.allSatisfy { $0.status == .available })
                }
                // The day: people come, upload, and crash.
                await turned.clock.advance(by: .seconds(3_600 * Int64(1 + chance.below(5))))
                if day % 5 == 0 {
                    _ = try await cloud.member("user\(day)")
                    users.append("user\(day)")
                }
                healthy.append(try await damage.healthy("day-\(day)"))
                let today = try await damage.plantAll("day-\(day)-damage")
                for _ in 0..<3 {
                    await turned.clock.advance(by: .seconds(180))
                    if chance.below(2) == 0 { try await turned.sweep(killedAfter: chance.below(20)) }
                    try await turned.sweep()
                    #expect(try await today.touched(damage) == [], "on day \(day)")
                }
                await turned.clock.advance(by: .seconds(12 * 3_600))
                if chance.below(2) == 0 { try await turned.sweep(killedAfter: chance.below(25)) }
                try await turned.sweep()
                #expect(try await today.filter { $0.kind != .multipart }.unmended(damage) == [], "on day \(day)")
                #expect(try await yesterday.unmended(damage) == [], "on day \(day)")
                yesterday = today
                // To the next midnight.
                let rest = 86_400 - turned.now.secondOfDay
                await turned.clock.advance(by: .seconds(rest))
            }
            #expect(try await healthy.touched(damage) == [])
            for picture in healthy {
                #expect(try await damage.client.send("GET", "/pictures/\(picture.key)").status == 200)
            }
            let (objects, rows) = (try await cloud.objects(), try await cloud.referencedObjects())
            #expect(objects.sorted() == rows.sorted())
            // The newest backup gives back every user, who can log in.
            let report = try #require(try await turned.backUp())
            let name = try #require(report["backups"]?[0]?["name"]?.string)
            let database = DynamoDBClient(cloud.aws)
            for table in [cloud.service.settings.tables.userAuth, cloud.service.settings.tables.userInfo] {
                for item in try await database.items(DynamoDBSelection(table: table)).collect() {
                    try await database.deleteItem(table: table, key: ["userId": item["userId"] ?? .null])
                }
            }
            let event: JSONValue = ["restore": .string(name), "confirm": .string("restore backup \(name)")]
            try await turned.backUp(killedAfter: 15, event)
            #expect(try await turned.backUp(killedAfter: nil, event)?["phase"] == "done")
            for user in users {
                let session = try await cloud.client().send(
                    "POST", "/login", json: ["username": .string(user), "password": "correct horse"])
                #expect(session.status == 200, "\(user)")
            }
        }
    }
}
