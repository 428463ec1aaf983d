import CloudCore
import CloudCoreTesting
import JSONValue
import NIOCore
import Testing

@testable import CloudEvents

/// A service on a store of its own and on a clock that stands still, spoken to in process.
struct LocalEvents {
    static let start = Timestamp(year: 2026, month: 3, day: 1)

    let store: Store
    let service: EventsService
    let clock: CloudClock
    let targets: RecordingTargets
    private let reported = ReportedSentences()

    /// Opens it and lets it fire.
    init(directory: String? = nil, at moment: Timestamp = Self.start, starts: Bool = true) async throws {
        store = try directory.map { try Store(directory: $0) } ?? Store.ephemeral()
        clock = CloudClock(startingAt: moment, pace: .frozen)
        targets = RecordingTargets(clock: clock)
        service = try EventsService(store: store, clock: clock, identifiers: .counted(seed: "events"))
        targets.connect(
            .init { [service] delivery in
                try await service.publish(
                    try #require(delivery.envelope), detail: delivery.payload, to: delivery.target)
            })
        if starts { await begin() }
    }

    func begin() async {
        await service.start(delivering: targets) { [reported] in reported.add($0) }
    }

    var sentences: [String] { reported.all }

    func close() async {
        await service.stop()
        store.close()
    }

    static func queue(_ name: String) -> String { "arn:aws:sqs:us-east-1:000000000000:\(name)" }

    /// Makes a call and expects it to go well.
    @discardableResult
    func call(_ operation: String, _ input: JSONValue = [:]) async throws -> JSONValue {
        let (status, body) = try await answer(operation, input)
        try #require(status == 200, "\(operation): \(body.text())")
        return body
    }

    /// Makes a call and answers its error.
    func refusal(_ operation: String, _ input: JSONValue = [:]) async throws -> (code: String, message: String) {
        let (status, body) = try await answer(operation, input)
        #expect(status == 400)
        return (body["__type"]?.string ?? "", body["message"]?.string ?? "")
    }

    private func answer(_ operation: String, _ input: JSONValue) async throws -> (status: Int, body: JSONValue) {
        let request = CloudRequest(
            method: "POST", target: "/",
            headers: ["X-Amz-Target": "AWSEvents.\(operation)", "Content-Type": "application/x-amz-json-1.1"],
            body: RequestBody(ByteBuffer(bytes: input.encoded())))
        let response = await service.respond(to: request, call: ServiceCall(requestID: "REQUEST"))
        return (response.status, try JSONValue(parsing: try #require(response.bytes).readableBytesView))
    }

    /// A rule with one target.
    func rule(
        _ name: String, pattern: JSONValue? = nil, schedule: String? = nil, bus: String = "default",
        targets: [JSONValue] = [["Id": "t", "Arn": .string(Self.queue("q"))]]
    ) async throws {
        var input: JSONObject = ["Name": .string(name), "EventBusName": .string(bus)]
        input["EventPattern"] = pattern.map { .string($0.text()) }
        input["ScheduleExpression"] = schedule.map { .string($0) }
        try await call("PutRule", .object(input))
        try await call(
            "PutTargets", ["Rule": .string(name), "EventBusName": .string(bus), "Targets": .array(targets)])
    }

    /// Publishes an event and waits until it was offered to its targets.
    @discardableResult
    func publish(_ detail: JSONValue, source: String = "shop", type: String = "order", bus: String = "default")
        async throws -> JSONValue
    {
        let answer = try await call(
            "PutEvents",
            [
                "Entries": [
                    [
                        "Source": .string(source), "DetailType": .string(type), "Detail": .string(detail.text()),
                        "EventBusName": .string(bus), "Resources": ["arn:x"],
                    ]
                ]
            ])
        await clock.settled()
        return answer
    }
}
