import CloudCore
import CloudCoreTesting
import JSONValue
import NIOCore
import Testing

@testable import CloudScheduler

/// A service on a store of its own and on a clock that stands still, spoken to in process.
struct LocalScheduler {
    static let start = Timestamp(year: 2026, month: 3, day: 1)
    static let queue = "arn:aws:sqs:us-east-1:000000000000:q"
    static let letters = "arn:aws:sqs:us-east-1:000000000000:letters"

    let store: Store
    let service: SchedulerService
    let clock: CloudClock
    let targets: RecordingTargets
    private let reported = ReportedSentences()

    init(directory: String? = nil, at moment: Timestamp = Self.start) async throws {
        store = try directory.map { try Store(directory: $0) } ?? Store.ephemeral()
        clock = CloudClock(startingAt: moment, pace: .frozen)
        targets = RecordingTargets(clock: clock)
        service = try SchedulerService(store: store, clock: clock, identifiers: .counted(seed: "scheduler"))
        await service.start(delivering: targets) { [reported] in reported.add($0) }
    }

    var sentences: [String] { reported.all }

    func close() async {
        await service.stop()
        store.close()
    }

    /// Makes a call and answers its status and its output.
    func send(_ method: String, _ target: String, _ input: JSONValue? = nil) async throws
        -> (status: Int, body: JSONValue)
    {
        let request = CloudRequest(
            method: method, target: target,
            body: RequestBody(ByteBuffer(bytes: input?.encoded() ?? [])))
        let response = await service.respond(to: request, call: ServiceCall(requestID: "REQUEST"))
        return (response.status, try JSONValue(parsing: try #require(response.bytes).readableBytesView))
    }

    /// Makes a call and expects it to go well.
    @discardableResult
    func call(_ method: String, _ target: String, _ input: JSONValue? = nil) async throws -> JSONValue {
        let (status, body) = try await send(method, target, input)
        try #require(status == 200, "\(method) \(target): \(body.text())")
        return body
    }

    /// The input for a schedule that calls the queue.
    static func input(_ expression: String, _ more: JSONObject = [:], target: JSONObject = [:]) -> JSONValue {
        var whole: JSONObject = [
            "Arn": .string(queue), "RoleArn": "arn:aws:iam::000000000000:role/r",
        ]
        for (name, value) in target { whole[name] = value }
        var input: JSONObject = [
            "ScheduleExpression": .string(expression), "FlexibleTimeWindow": ["Mode": "OFF"], "Target": .object(whole),
        ]
        for (name, value) in more { input[name] = value }
        return .object(input)
    }

    func create(_ name: String, _ expression: String, _ more: JSONObject = [:], target: JSONObject = [:]) async throws {
        try await call("POST", "/schedules/\(name)", Self.input(expression, more, target: target))
    }

    /// The times at which the queue got something.
    var times: [String] { targets.taken.filter { $0.target == Self.queue }.map(\.time.iso8601) }
}
