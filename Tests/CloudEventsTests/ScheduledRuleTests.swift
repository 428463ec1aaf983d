import CloudCore
import CloudCoreTesting
import JSONValue
import Testing

@testable import CloudEvents

@Suite struct ScheduledRuleTests {
    private static let queue = LocalEvents.queue("q")
    private static let day = Duration.seconds(86_400)

    @Test func theEventIsTheExactOne() async throws {
        let local = try await LocalEvents()
        try await local.rule("nightly", schedule: "cron(30 2 * * ? *)")
        await local.clock.advance(by: Self.day)
        let payload = try #require(local.targets.payloads(Self.queue).first)
        let id = try #require(try JSONValue(parsing: payload)["id"]?.string)
        #expect(id.count == 36)
        #expect(
            payload
                == #"{"version":"0","id":"\#(id)","detail-type":"Scheduled Event","source":"aws.events","#
                + #""account":"000000000000","time":"2026-03-01T02:30:00Z","region":"us-east-1","#
                + #""resources":["arn:aws:events:us-east-1:000000000000:rule/nightly"],"detail":{}}"#)
        await local.close()
    }

    /// A month of several rules; answers what arrived when.
    private func month() async throws -> [RecordingTargets.Taken] {
        let local = try await LocalEvents()
        let schedules = [
            "rate(30 minutes)", "rate(1 day)", "cron(0 3 * * ? *)", "cron(0 3 ? * MON#2 *)", "cron(0 12 L * ? *)",
            "cron(0/30 8-9 ? * MON-FRI *)",
        ]
        for (index, schedule) in schedules.enumerated() {
            try await local.rule(
                "r\(index)", schedule: schedule,
                targets: [["Id": "t", "Arn": .string(LocalEvents.queue("q\(index)"))]])
        }
        let end = LocalEvents.start + Self.day * 31
        let planned = local.service.fireTimes(from: LocalEvents.start, to: end + .seconds(1))
        await local.clock.set(to: end)
        let taken = local.targets.taken
        #expect(taken.map(\.time) == taken.map(\.time).sorted())
        // Each arrived at its moment; those of one moment in whichever order.
        let arrived = taken.map { "\($0.time.iso8601) \($0.target)" }.sorted()
        #expect(arrived == planned.map { "\($0.time.iso8601) \($0.targets[0])" }.sorted())
        await local.close()
        return taken
    }

    @Test func aMonthFiresEverythingOnceAndTheSameEachTime() async throws {
        let first = try await month()
        let counts = Dictionary(grouping: first, by: \.target).mapValues(\.count)
        #expect(
            counts == [
                LocalEvents.queue("q0"): 31 * 48, LocalEvents.queue("q1"): 31, LocalEvents.queue("q2"): 31,
                LocalEvents.queue("q3"): 1, LocalEvents.queue("q4"): 1, LocalEvents.queue("q5"): 22 * 4,
            ])
        #expect(try await month() == first)
    }

    @Test func whatWasMissedIsSaidAndNotCaughtUpOn() async throws {
        let folder = TemporaryFolder("events")
        defer { folder.remove() }
        let local = try await LocalEvents(directory: folder.path)
        try await local.rule("r", schedule: "rate(1 hour)")
        await local.clock.advance(by: .seconds(3600))
        #expect(local.targets.taken.count == 1)
        await local.close()
        let again = try await LocalEvents(directory: folder.path, at: LocalEvents.start + .seconds(3600 * 5 + 60))
        #expect(
            again.sentences == [
                "The rule r was due 4 times while the cloud was not running; it goes on with its next time, as "
                    + "EventBridge does not catch up."
            ])
        #expect(again.targets.taken.isEmpty)
        await again.clock.advance(by: .seconds(3600))
        #expect(again.targets.taken.map(\.time) == [LocalEvents.start + .seconds(3600 * 6)])
        await again.close()
    }

    @Test func whatIsDueInTheSecondOfTheStartFiresThen() async throws {
        let folder = TemporaryFolder("events")
        defer { folder.remove() }
        let local = try await LocalEvents(directory: folder.path)
        try await local.rule("r", schedule: "rate(1 hour)")
        await local.close()
        // The last cloud had come to this moment, but not to the rule.
        let due = LocalEvents.start + .seconds(3600)
        let again = try await LocalEvents(directory: folder.path, at: due)
        await again.clock.advance(by: .zero)
        #expect(again.targets.taken.map(\.time) == [due] && again.sentences.isEmpty)
        await again.close()
        // Of several that were missed the last is due now.
        let late = try await LocalEvents(directory: folder.path, at: due + .seconds(3600 * 3))
        await late.clock.advance(by: .zero)
        #expect(late.targets.taken.map(\.time) == [due + .seconds(3600 * 3)])
        #expect(late.sentences.count == 1 && late.sentences.first?.contains("due 2 times") == true)
        await late.close()
    }

    @Test func aClockThatIsTurnedBackNeitherStarvesNorStopsARule() async throws {
        let local = try await LocalEvents()
        try await local.rule("rate", schedule: "rate(1 day)")
        try await local.rule(
            "cron", schedule: "cron(0 12 * * ? *)", targets: [["Id": "t", "Arn": .string(LocalEvents.queue("c"))]])
        await local.clock.advance(by: Self.day * 10)
        #expect(local.targets.payloads(Self.queue).count == 10)
        #expect(local.targets.payloads(LocalEvents.queue("c")).count == 10)
        // Before the rules were made, too.
        await local.clock.set(to: LocalEvents.start - Self.day * 5)
        await local.clock.settled()
        await local.clock.advance(by: Self.day * 2)
        #expect(local.targets.payloads(Self.queue).count == 12)
        #expect(local.targets.payloads(LocalEvents.queue("c")).count == 12)
        await local.close()
    }

    @Test func aRuleThatIsPutAgainKeepsItsRhythmUnlessItChanges() async throws {
        let local = try await LocalEvents()
        try await local.rule("r", schedule: "rate(1 hour)")
        await local.clock.advance(by: .seconds(1800))
        try await local.rule("r", schedule: "rate(1 hour)")
        await local.clock.advance(by: .seconds(1800))
        #expect(local.targets.taken.count == 1)
        try await local.rule("r", schedule: "rate(2 hours)")
        await local.clock.advance(by: .seconds(7199))
        #expect(local.targets.taken.count == 1)
        await local.clock.advance(by: .seconds(1))
        #expect(local.targets.taken.count == 2)
        try await local.call("DisableRule", ["Name": "r"])
        await local.clock.advance(by: Self.day)
        #expect(local.targets.taken.count == 2)
        #expect(local.service.fireTimes(from: LocalEvents.start, to: local.clock.now).isEmpty)
        try await local.call("EnableRule", ["Name": "r"])
        await local.clock.advance(by: .seconds(7200))
        #expect(local.targets.taken.count == 3)
        try await local.call("RemoveTargets", ["Rule": "r", "Ids": ["t"]])
        try await local.call("DeleteRule", ["Name": "r"])
        await local.clock.advance(by: Self.day)
        #expect(local.targets.taken.count == 3)
        await local.close()
    }

    @Test func aFiringWhoseTargetFailsIsTriedOnWhileTheMonthGoesOn() async throws {
        let local = try await LocalEvents()
        try await local.rule("r", schedule: "rate(1 hour)")
        local.targets.refuse(Self.queue, with: ServiceError("Down", "down", status: 503))
        await local.clock.advance(by: .seconds(3600 * 5))
        local.targets.refuse(Self.queue, with: nil)
        await local.clock.advance(by: .seconds(3600))
        let times = try local.targets.payloads(Self.queue).map { try JSONValue(parsing: $0)["time"]?.string }
        #expect(Set(times).count == 6)
        #expect(times.count == 6)
        await local.close()
    }

    @Test func declaredRulesFollowTheirDeclaration() async throws {
        let local = try await LocalEvents()
        let target: JSONObject = ["Id": "t", "Arn": .string(Self.queue)]
        var declared = DeclaredRule(name: "d", eventBus: "made", pattern: ["source": ["shop"]], targets: [target])
        try await local.service.declareRule(declared)
        try await local.publish([:], bus: "made")
        #expect(local.targets.taken.count == 1)
        declared.pattern = ["source": ["other"]]
        try await local.service.declareRule(declared)
        try await local.publish([:], bus: "made")
        #expect(local.targets.taken.count == 1)
        #expect(local.service.rules(on: "made").count == 1)
        await local.close()
    }
}
