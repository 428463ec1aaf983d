import CloudCore
import Digests
import Foundation
import JSONValue
import NIOCore
import NIOHTTP1
import Testing

@testable import CloudSQS

/// A service on a store of its own and on a clock that stands still, spoken to in process.
struct LocalSQS {
    static let now = Timestamp(year: 2026, month: 3, day: 1, hour: 12)

    let store: Store
    let service: SQSService
    let clock: CloudClock

    init(directory: String? = nil, clock: CloudClock? = nil, settings: SQSSettings = SQSSettings()) throws {
        store = try directory.map { try Store(directory: $0) } ?? Store.ephemeral()
        self.clock = clock ?? CloudClock(startingAt: Self.now, pace: .frozen)
        service = try SQSService(store: store, clock: self.clock, settings: settings)
    }

    func close() {
        service.stop()
        store.close()
    }

    /// Makes a call in the JSON protocol.
    func call(
        _ operation: String, _ input: JSONValue = [:], connection: ConnectionState = ConnectionState(),
        path: String = "/"
    ) async -> SQSAnswer {
        let request = CloudRequest(
            method: "POST", target: path,
            headers: [
                "X-Amz-Target": "AmazonSQS.\(operation)", "Content-Type": "application/x-amz-json-1.0",
                "Host": "localhost:4566",
            ], body: RequestBody(ByteBuffer(bytes: input.encoded())), connection: connection)
        return SQSAnswer(await service.respond(to: request, call: ServiceCall(requestID: "REQUEST")))
    }

    /// Makes a call in the query protocol.
    func query(_ parameters: KeyValuePairs<String, String>, path: String = "/", method: String = "POST") async
        -> SQSAnswer
    {
        let form = parameters.map { "\(PercentEncoding.encode($0))=\(PercentEncoding.encode($1))" }
            .joined(separator: "&")
        let request = CloudRequest(
            method: method, target: method == "GET" ? "\(path)?\(form)" : path,
            headers: ["Content-Type": "application/x-www-form-urlencoded", "Host": "localhost:4566"],
            body: RequestBody(ByteBuffer(string: method == "GET" ? "" : form)))
        return SQSAnswer(await service.respond(to: request, call: ServiceCall(requestID: "REQUEST")))
    }

    /// Makes a queue. Answers its URL.
    func queue(_ name: String, _ attributes: [String: String] = [:]) async throws -> String {
        let answer = await call("CreateQueue", ["QueueName": .string(name), "Attributes": .texts(attributes)])
        return try #require(answer["QueueUrl"]?.string, "\(answer.text)")
    }

    /// Sends a message that has to be taken.
    @discardableResult
    func send(
        _ body: String, to url: String, group: String? = nil, deduplication: String? = nil, _ more: JSONObject = [:]
    ) async -> SQSAnswer {
        var input = more
        input["QueueUrl"] = .string(url)
        input["MessageBody"] = .string(body)
        if let group { input["MessageGroupId"] = .string(group) }
        if let deduplication { input["MessageDeduplicationId"] = .string(deduplication) }
        let answer = await call("SendMessage", .object(input))
        #expect(answer.status == 200, "\(answer.text)")
        return answer
    }

    /// Receives messages.
    func receive(_ url: String, max: Int = 10, _ more: JSONObject = [:]) async -> [JSONValue] {
        var input = more
        input["QueueUrl"] = .string(url)
        input["MaxNumberOfMessages"] = JSONValue(max)
        let answer = await call("ReceiveMessage", .object(input))
        #expect(answer.status == 200, "\(answer.text)")
        return answer["Messages"]?.array ?? []
    }

    func bodies(_ url: String, max: Int = 10, _ more: JSONObject = [:]) async -> [String] {
        await receive(url, max: max, more).compactMap { $0["Body"]?.string }
    }

    @discardableResult
    func delete(_ message: JSONValue?, from url: String) async -> SQSAnswer {
        await call("DeleteMessage", ["QueueUrl": .string(url), "ReceiptHandle": message?["ReceiptHandle"] ?? ""])
    }

    @discardableResult
    func hide(_ message: JSONValue?, in url: String, _ seconds: Int) async -> SQSAnswer {
        await call(
            "ChangeMessageVisibility",
            [
                "QueueUrl": .string(url), "ReceiptHandle": message?["ReceiptHandle"] ?? "",
                "VisibilityTimeout": JSONValue(seconds),
            ])
    }

    /// How many messages can be seen, are in flight, are delayed.
    func counts(_ url: String) async -> [String] {
        let names = ["", "NotVisible", "Delayed"].map { "ApproximateNumberOfMessages" + $0 }
        let answer = await call(
            "GetQueueAttributes",
            ["QueueUrl": .string(url), "AttributeNames": .array(names.map { .string($0) })])
        return names.map { answer["Attributes"]?[$0]?.string ?? "?" }
    }
}

/// An answer with its body read.
struct SQSAnswer {
    var status: Int
    var headers: HTTPHeaders
    var text: String

    init(_ response: CloudResponse) {
        status = response.status
        headers = response.headers
        text = response.bytes.map { String(decoding: $0.readableBytesView, as: UTF8.self) } ?? ""
    }

    /// A member of a JSON answer.
    subscript(name: String) -> JSONValue? { (try? JSONValue(parsing: text))?[name] }

    /// The code that query-minded callers know an error by.
    var code: String? { headers.first(name: "x-amzn-query-error") }
    var message: String? { self["message"]?.string }
    var document: XMLElement? { try? XMLReader.parse(text.utf8) }
}

extension JSONValue {
    static func texts(_ texts: [String: String]) -> JSONValue {
        .object(JSONObject(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
}
