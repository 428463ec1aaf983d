import JSONValue
import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

/// The sweeper on a cloud whose clock is turned.
@Suite struct SweeperScenarios {
    @Test func mendsWhatIsOldAndLeavesWhatIsFresh() async throws {
        try await TurnedCloud.run { turned in
            let damage = try await Damage(turned.cloud)
            let healthy = try await damage.healthy("healthy")
            let old = try await damage.plantAll("old")
            try await turned.sweep()
            #expect(try await old.touched(damage) == [])
            await turned.clock.advance(by: .seconds(86_400 + 60))
            let fresh = try await damage.plantAll("fresh")
            let report = try #require(try await turned.sweep())
            #expect(report["clock"] == "event")
            #expect(
                report["objects"] == [
                    "seen": 7, "fresh": 3, "foreign": 0, "withoutRow": 1, "deleted": 1, "complete": true,
                ])
            #expect(report["rows"]?["withoutObject"] == 2)
            #expect(report["rows"]?["deleted"] == 1)
            #expect(report["rows"]?["hung"] == 2)
            #expect(report["rows"]?["failed"] == 2)
            #expect(report["uploads"]?["deleted"] == 1)
            #expect(report["multipartUploads"]?["aborted"] == 1)
            #expect(report["failureCount"] == 0)
            #expect(try await old.unmended(damage) == [])
            #expect(try await fresh.touched(damage) == [])
            #expect(try await damage.isUntouched(healthy))
            // Again at the same moment: nothing is left to do.
            let again = try #require(try await turned.sweep())
            for part in ["objects", "rows", "uploads"] { #expect(again[part]?["deleted"] == 0) }
            #expect(try await fresh.touched(damage) == [])
            // What was fresh grows old.
            await turned.clock.advance(by: .seconds(86_400 + 60))
            try await turned.sweep()
            #expect(try await fresh.unmended(damage) == [])
            #expect(try await damage.isUntouched(healthy))
            let (objects, rows) = (try await turned.cloud.objects(), try await turned.cloud.referencedObjects())
            #expect(objects.sorted() == rows.sorted())
        }
    }

    /// Killed after each of its requests in turn; what the next sweep then does is the same.
    @Test func maySurviveNothing() async throws {
        try await TurnedCloud.run { turned in
            let damage = try await Damage(turned.cloud)
            let healthy = try await damage.healthy("healthy")
            var requests = 0
            var wasKilled = true
            while wasKilled {
                try #require(requests < 100)
                let planted = try await damage.plantAll("round-\(requests)")
                try await turned.sweep()
                await turned.clock.advance(by: .seconds(86_400 + 60))
                let fresh = try await damage.plantAll("fresh-\(requests)")
                wasKilled = try await turned.sweep(killedAfter: requests) == nil
                // The first of them, and one more at the same time.
                async let one = turned.sweep()
                async let other = turned.sweep()
                _ = try await (one, other)
                #expect(try await planted.unmended(damage) == [], "killed after \(requests) requests")
                #expect(try await fresh.touched(damage) == [], "killed after \(requests) requests")
                await turned.clock.advance(by: .seconds(86_400 + 60))
                try await turned.sweep()
                #expect(try await damage.isUntouched(healthy))
                requests += wasKilled ? 3 : 0
            }
            #expect(requests > 10)
        }
    }

    /// Small pages, few of them: each sweep does its part, and the next goes on there.
    @Test func goesOnWhereItStopped() async throws {
        try await TurnedCloud.run { turned in
            let damage = try await Damage(turned.cloud)
            let other = try await Damage(turned.cloud, as: "eve")
            var planted: [Damage.Planted] = []
            for number in 0..<12 { planted.append(try await damage.plant(.objectWithoutRow, "a-\(number)")) }
            let others = try await other.plantAll("b")
            await turned.clock.advance(by: .seconds(86_400 + 60))
            let service = turned.cloud.service
            // A thousand strangers in front of everything that is to be found.
            for start in stride(from: 0, to: 1_100, by: 100) {
                await withTaskGroup(of: Void.self) { group in
                    for number in start..<(start + 100) {
                        group.addTask {
                            _ = try? await service.bucket.s3.putObject(
                                bucket: service.settings.bucket, key: "pictures/!stranger-\(number)", body: .bytes([]))
                        }
                    }
                }
            }
            try await service.store.database.putItem(
                table: service.settings.tables.settings, item: ["name": "sweeper", "pages": 1, "graceSeconds": "no"])
            let first = try #require(try await turned.sweep())
            #expect(first["objects"]?["complete"] == false)
            #expect(first["objects"]?["foreign"] == 1_000)
            #expect(first["rows"]?["complete"] == true)
            #expect(first["uploads"]?["complete"] == true)
            #expect(try await planted.touched(damage) == [])
            let second = try #require(try await turned.sweep())
            #expect(second["objects"]?["foreign"] == 100)
            #expect(second["objects"]?["deleted"] == 13)
            #expect(try await planted.unmended(damage) == [])
            await turned.clock.advance(by: .seconds(1_860))
            try await turned.sweep()
            #expect(try await others.unmended(other) == [])
        }
    }

    /// A time that is wrong makes nothing older than it is.
    @Test(arguments: ["2040-01-01T00:00:00Z", nil, "2020-01-01T00:00:00Z"])
    func isNotFooledByATime(_ time: String?) async throws {
        try await TurnedCloud.run { turned in
            let damage = try await Damage(turned.cloud)
            let fresh = try await damage.plantAll("fresh")
            let event: JSONValue = time.map { ["time": .string($0)] } ?? [:]
            for _ in 0..<3 {
                let report = try #require(try await turned.sweep(killedAfter: nil, event))
                #expect(
                    report["clock"]?.string
                        == (time == nil ? "function" : time == "2020-01-01T00:00:00Z" ? "event" : "store"))
                await turned.clock.advance(by: .seconds(180))
            }
            #expect(try await fresh.touched(damage) == [])
        }
    }

    @Test func refusesATimeThatIsNone() async throws {
        try await TurnedCloud.run { turned in
            await #expect(throws: InvalidEventTime.self) {
                try await turned.sweep(killedAfter: nil, ["time": "yesterday"])
            }
        }
    }

    /// What is written anew in between is somebody else's matter.
    @Test func aNewUploadIsFresh() async throws {
        try await TurnedCloud.run { turned in
            let damage = try await Damage(turned.cloud)
            let lost = try await damage.plant(.rowWithoutObject, "cat")
            let running = try await damage.plant(.running, "dog")
            try await turned.sweep()
            await turned.clock.advance(by: .seconds(3_600))
            let picture = TestPictures.png(77)
            #expect(try await damage.client.upload(picture, key: "cat").status == 200)
            #expect(try await damage.client.upload(picture, key: "dog").status == 200)
            let report = try #require(try await turned.sweep())
            #expect(report["rows"]?["deleted"] == 0)
            #expect(report["rows"]?["failed"] == 0)
            for planted in [lost, running] {
                let answer = try await damage.client.send("GET", "/pictures/\(planted.key.text)")
                #expect(answer.body == picture)
            }
        }
    }
}
