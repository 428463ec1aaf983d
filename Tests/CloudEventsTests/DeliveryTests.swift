import CloudCore
import CloudCoreTesting
import JSONValue
import Testing

@testable import CloudEvents

@Suite struct DeliveryTests {
    private static let queue = LocalEvents.queue("q")
    private static let letters = LocalEvents.queue("letters")

    private static func target(attempts: Int = 185, age: Int = 86_400) -> JSONValue {
        [
            "Id": "t", "Arn": .string(queue), "DeadLetterConfig": ["Arn": .string(letters)],
            "RetryPolicy": ["MaximumRetryAttempts": JSONValue(attempts), "MaximumEventAgeInSeconds": JSONValue(age)],
            "Input": #"{"a":1}"#,
        ]
    }

    @Test func anAcknowledgedEventIsDeliveredByTheNextProcess() async throws {
        let folder = TemporaryFolder("events")
        defer { folder.remove() }
        let local = try await LocalEvents(directory: folder.path, starts: false)
        try await local.rule("r", pattern: ["source": ["shop"]])
        for number in 0..<50 { try await local.publish(["n": JSONValue(number)]) }
        #expect(local.targets.taken.isEmpty)
        await local.close()
        let again = try await LocalEvents(directory: folder.path)
        await again.clock.settled()
        let numbers = try again.targets.payloads(Self.queue).map { try JSONValue(parsing: $0)["detail"]?["n"]?.int }
        #expect(numbers == Array(0..<50))
        await again.close()
        let third = try await LocalEvents(directory: folder.path)
        await third.clock.settled()
        #expect(third.targets.taken.isEmpty)
        await third.close()
    }

    @Test func whatFailsForNowIsTriedAgainWithGrowingPauses() async throws {
        let local = try await LocalEvents()
        try await local.rule("r", pattern: ["source": ["shop"]], targets: [Self.target()])
        local.targets.refuse(Self.queue, with: ServiceError("Throttled", "later", status: 429))
        try await local.publish([:])
        await local.clock.advance(by: .seconds(60))
        // At once, then after 1, 2, 4, 8 and 16 seconds.
        #expect(local.targets.attempts(Self.queue) == 6)
        local.targets.refuse(Self.queue, with: nil)
        await local.clock.advance(by: .seconds(60))
        #expect(local.targets.payloads(Self.queue) == [#"{"a":1}"#])
        #expect(local.targets.payloads(Self.letters).isEmpty)
        await local.close()
    }

    @Test func afterTheLastAttemptItIsADeadLetter() async throws {
        let local = try await LocalEvents()
        try await local.rule("r", pattern: ["source": ["shop"]], targets: [Self.target(attempts: 3)])
        local.targets.refuse(Self.queue, with: ServiceError("Throttled", "later", status: 429))
        try await local.publish(["n": 1])
        await local.clock.advance(by: .seconds(86_400))
        #expect(local.targets.attempts(Self.queue) == 4)
        let letter = try #require(local.targets.taken.first { $0.target == Self.letters })
        #expect(try JSONValue(parsing: letter.payload)["detail"] == ["n": 1])
        #expect(
            letter.attributes == [
                "RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/r", "TARGET_ARN": Self.queue,
                "ERROR_CODE": "THROTTLING", "ERROR_MESSAGE": "later", "RETRY_ATTEMPTS": "3",
                "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
            ])
        await local.close()
    }

    @Test func whatIsTooOldIsADeadLetter() async throws {
        let local = try await LocalEvents()
        try await local.rule("r", pattern: ["source": ["shop"]], targets: [Self.target(age: 60)])
        local.targets.refuse(Self.queue, with: ServiceError("Down", "down", status: 503))
        try await local.publish([:])
        await local.clock.advance(by: .seconds(120))
        let letter = try #require(local.targets.taken.first { $0.target == Self.letters })
        #expect(letter.attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds")
        #expect(local.targets.attempts(Self.queue) == 6)
        await local.close()
    }

    @Test func whatIsRefusedForGoodIsNotTriedAgain() async throws {
        let local = try await LocalEvents()
        try await local.rule("r", pattern: ["source": ["shop"]], targets: [Self.target()])
        local.targets.refuse(Self.queue, with: ServiceError("QueueDoesNotExist", "gone", status: 400))
        try await local.publish([:])
        let letter = try #require(local.targets.taken.first)
        #expect(local.targets.attempts(Self.queue) == 1)
        #expect(letter.attributes["ERROR_CODE"] == "NO_RESOURCE")
        #expect(letter.attributes["EXHAUSTED_RETRY_CONDITION"] == nil)
        #expect(letter.attributes["RETRY_ATTEMPTS"] == "0")
        await local.close()
    }

    @Test func aRetryDoesNotWaitForAClockThatWasTurnedBack() async throws {
        let local = try await LocalEvents()
        try await local.rule("r", pattern: ["source": ["shop"]], targets: [Self.target()])
        local.targets.refuse(Self.queue, with: ServiceError("Down", "down", status: 503))
        try await local.publish([:])
        local.targets.refuse(Self.queue, with: nil)
        await local.clock.set(to: LocalEvents.start - .seconds(86_400))
        await local.clock.settled()
        #expect(local.targets.payloads(Self.queue).count == 1)
        await local.close()
    }
}
