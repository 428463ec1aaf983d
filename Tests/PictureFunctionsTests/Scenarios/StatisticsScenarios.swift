import JSONValue
import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

/// What the sweeper counts, and what admins are told of it, on a cloud whose clock is turned.
@Suite struct StatisticsScenarios {
    private func points(_ admin: FunctionClient, _ query: String) async throws -> [JSONValue] {
        let answer = try await admin.send("GET", "/admin/statistics", query: query)
        try #require(answer.status == 200, "\(answer.json.text())")
        return answer.json["statistics"]?.array ?? []
    }

    @Test func countsWhatIsLeftAfterMending() async throws {
        try await TurnedCloud.run { turned in
            let damage = try await Damage(turned.cloud)
            let other = try await Damage(turned.cloud, as: "eve")
            let healthy = try await damage.healthy("healthy")
            _ = try await other.healthy("other")
            for kind in [Damage.Kind.rowWithoutObject, .running] { _ = try await damage.plant(kind, kind.rawValue) }
            try await turned.sweep()
            await turned.clock.advance(by: .seconds(3_600))
            let counted = try #require(try await turned.sweep()?["statistics"])
            #expect(counted["pictures"] == ["last": 3, "least": 3, "most": 3])
            #expect(counted["people"]?["last"] == 2)
            #expect(counted["states"] == ["done": 2, "failed": 1])
            #expect(counted["types"] == ["image/png": 3])
            let bytes = try #require(healthy.row?["bytes"]?.int)
            #expect(try #require(counted["bytes"]?["last"]?.int) >= 3 * bytes - 64)
        }
    }

    @Test func rollsUpByMinuteHourAndDay() async throws {
        try await TurnedCloud.run { turned in
            let damage = try await Damage(turned.cloud)
            let start = turned.now
            // 2, 3 and 1 pictures in the first hour, 1 in the next, and another in the next day.
            for name in ["a", "b"] { _ = try await damage.healthy(name) }
            try await turned.sweep()
            // The same event again: nothing is counted twice.
            try await turned.sweep()
            await turned.clock.advance(by: .seconds(180))
            _ = try await damage.healthy("c")
            try await turned.sweep()
            await turned.clock.advance(by: .seconds(180))
            for name in ["a", "b"] {
                #expect(try await damage.client.send("DELETE", "/pictures/\(name)").status == 204)
            }
            try await turned.sweep()
            await turned.clock.advance(by: .seconds(3_600))
            try await turned.sweep()
            await turned.clock.advance(by: .seconds(86_400))
            _ = try await damage.healthy("d")
            try await turned.sweep()

            let admin = try await turned.cloud.admin()
            let minutes = try await points(admin, "")
            #expect(minutes.map { $0["pictures"]?["last"]?.int } == [2, 3, 1, 1, 2])
            #expect(minutes.allSatisfy { $0["samples"] == 1 })
            #expect(minutes.first?["time"]?.string == start.description)
            let hours = try await points(admin, "resolution=hour")
            #expect(hours.map { $0["samples"]?.int } == [3, 1, 1])
            #expect(hours.first?["pictures"] == ["last": 1, "least": 1, "most": 3])
            #expect(hours.first?["time"]?.string == start.description)
            let days = try await points(admin, "resolution=day")
            #expect(days.map { $0["samples"]?.int } == [4, 1])
            #expect(days.map { $0["pictures"]?["last"]?.int } == [1, 2])

            let second = start.adding(seconds: 180).description
            let stretch = try await points(admin, "from=\(second)&to=\(second)")
            #expect(stretch.map { $0["pictures"]?["last"]?.int } == [3])
            #expect(try await points(admin, "limit=2").map { $0["pictures"]?["last"]?.int } == [1, 2])
            #expect(try await points(admin, "to=2001-01-01T00:00:00Z") == [])
        }
    }

    /// More rows than a sweep looks at: what was counted so far stays with the place where the next one goes on.
    @Test func goesOnCounting() async throws {
        try await TurnedCloud.run { turned in
            let damage = try await Damage(turned.cloud)
            let service = turned.cloud.service
            var row = try #require(try await damage.healthy("a").row)
            var writes: [DynamoDBBatchWrite] = []
            for number in 0..<Sweep.pageSize {
                row["key"] = .string("b\(number)")
                writes.append(.put(row))
            }
            try await service.pictures.database.batchWriteItem(table: service.settings.tables.pictures, writes)
            try await service.store.database.putItem(
                table: service.settings.tables.settings, item: ["name": "sweeper", "pages": 1])
            #expect(try await turned.sweep()?["statistics"] == .null)
            let counted = try #require(try await turned.sweep()?["statistics"])
            #expect(counted["pictures"]?["last"]?.int == Sweep.pageSize + 1)
            #expect(counted["people"]?["last"] == 1)
            #expect(counted["states"] == .object(["done": JSONValue(Sweep.pageSize + 1)]))
            // A new round begins at nothing.
            _ = try await turned.sweep()
            #expect(try await turned.sweep()?["statistics"]?["pictures"]?["last"]?.int == Sweep.pageSize + 1)
        }
    }

    @Test func isForAdminsAlone() async throws {
        try await TurnedCloud.run { turned in
            #expect(try await turned.cloud.client().send("GET", "/admin/statistics").status == 401)
            let member = try await turned.cloud.member("ada")
            let refused = try await member.send("GET", "/admin/statistics")
            #expect(refused.status == 403)
            #expect(refused.errorCode == "AdminRequired")
        }
    }

    @Test(arguments: [
        "resolution=year", "from=yesterday", "to=1", "limit=0", "limit=1001", "limit=x", "what=1", "limit=1&limit=2",
        "from=2031-01-02T00:00:00Z&to=2031-01-01T00:00:00Z",
    ])
    func refusesWhatItDoesNotKnow(_ query: String) async throws {
        try await TurnedCloud.run { turned in
            let answer = try await turned.cloud.admin().send("GET", "/admin/statistics", query: query)
            #expect(answer.status == 400)
            #expect(answer.errorMessage?.contains("query parameter") == true)
        }
    }
}
