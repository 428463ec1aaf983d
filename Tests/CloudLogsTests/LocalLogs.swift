import CloudCore
import Foundation
import JSONValue
import NIOCore
import Testing

@testable import CloudLogs

/// A service on a store of its own and on a clock that stands still, spoken to in process.
struct LocalLogs {
    static let now = Timestamp(year: 2026, month: 3, day: 1, hour: 12)

    let store: Store
    let service: LogsService
    let clock: CloudClock

    init(directory: String? = nil, clock: CloudClock? = nil, functionLogLimit: Int? = nil) throws {
        store = try directory.map { try Store(directory: $0) } ?? Store.ephemeral()
        self.clock = clock ?? CloudClock(startingAt: Self.now, pace: .frozen)
        service = try LogsService(store: store, clock: self.clock, functionLogLimit: functionLogLimit)
    }

    func close() async {
        await service.stop()
        store.close()
    }

    /// Does something with a service, which is then closed.
    static func with(
        functionLogLimit: Int? = nil, _ body: (LocalLogs) async throws -> Void
    ) async throws {
        let logs = try LocalLogs(functionLogLimit: functionLogLimit)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(logs)) } catch { outcome = .failure(error) }
        await logs.close()
        try outcome.get()
    }

    var now: Int64 { clock.now.milliseconds }

    func respond(_ operation: String, _ input: JSONValue) async -> CloudResponse {
        let request = CloudRequest(
            method: "POST", target: "/",
            headers: ["X-Amz-Target": "Logs_20140328.\(operation)", "Content-Type": "application/x-amz-json-1.1"],
            body: RequestBody(ByteBuffer(bytes: input.encoded())))
        return await service.respond(to: request, call: ServiceCall(requestID: "REQUEST"))
    }

    /// Makes a call that has to succeed.
    @discardableResult
    func call(_ operation: String, _ input: JSONValue = [:]) async throws -> JSONValue {
        let response = await respond(operation, input)
        let bytes = try #require(response.bytes)
        let text = String(buffer: bytes)
        try #require(response.status == 200, "\(operation): \(text)")
        return bytes.readableBytes == 0 ? [:] : try JSONValue(parsing: text)
    }

    /// Makes a call that has to fail. Answers the error's code and message.
    func failure(_ operation: String, _ input: JSONValue = [:]) async throws -> String {
        let response = await respond(operation, input)
        let body = try JSONValue(parsing: String(buffer: try #require(response.bytes)))
        #expect(response.status >= 400, "\(operation): \(body.text())")
        return "\(body["__type"]?.string ?? ""): \(body["message"]?.string ?? "")"
    }

    /// Makes a group with a stream.
    func stream(_ name: String = "s", in group: String = "g") async throws {
        _ = await respond("CreateLogGroup", ["logGroupName": .string(group)])
        try await call("CreateLogStream", ["logGroupName": .string(group), "logStreamName": .string(name)])
    }

    /// Puts events, each so many milliseconds from now.
    @discardableResult
    func put(_ events: [(Int64, String)], to stream: String = "s", in group: String = "g") async throws -> JSONValue {
        try await call("PutLogEvents", Self.events(events, to: stream, in: group, now: now))
    }

    static func events(
        _ events: [(Int64, String)], to stream: String = "s", in group: String = "g", now: Int64
    ) -> JSONValue {
        [
            "logGroupName": .string(group), "logStreamName": .string(stream),
            "logEvents": .array(
                events.map { ["timestamp": JSONValue(now + $0.0), "message": .string($0.1)] }),
        ]
    }

    /// The messages that a search finds, over all of its pages.
    func filter(_ input: JSONObject = [:], in group: String = "g") async throws -> [String] {
        var input = input
        input["logGroupName"] = .string(group)
        var messages: [String] = []
        while true {
            let page = try await call("FilterLogEvents", .object(input))
            messages += Self.messages(page)
            guard let token = page["nextToken"] else { return messages }
            input["nextToken"] = token
        }
    }

    static func messages(_ page: JSONValue) -> [String] {
        (page["events"]?.array ?? []).compactMap { $0["message"]?.string }
    }

    /// Lets a function log lines.
    func log(_ lines: some Sequence<String>, stream: String = "f", group: String = "/aws/lambda/f") {
        for line in lines {
            service.intake.append(
                LogEntry(group: group, stream: stream, timestamp: clock.now, message: line + "\n"))
        }
    }
}
