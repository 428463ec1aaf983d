import CloudCore
import Digests
import JSONValue

/// A redrive: messages of a dead-letter queue on their way back, or elsewhere.
struct MoveTask: Sendable {
    enum Status: String, Sendable {
        case running = "RUNNING"
        case completed = "COMPLETED"
        case cancelled = "CANCELLED"
        case failed = "FAILED"
    }

    let id: String
    /// The ARN of the dead-letter queue.
    let source: String
    /// The ARN of where all go; nil for where each came from.
    let destination: String?
    /// Messages a second; nil for as fast as they go.
    let rate: Int?
    /// Milliseconds since the epoch.
    let started: Int64
    let total: Int
    var moved = 0
    var status = Status.running
    var failure: String?

    /// The handle that callers get: names the task and its queue.
    var handle: String {
        let content: JSONValue = ["taskId": .string(id), "sourceArn": .string(source)]
        return Base64.encode(content.encoded())
    }

    /// The task and the queue that a handle names; nil for what is no handle.
    static func parts(ofHandle text: String) -> (id: String, source: String)? {
        guard let bytes = Base64.decode(text), let content = try? JSONValue(parsing: bytes),
            let id = content["taskId"]?.string, let source = content["sourceArn"]?.string
        else { return nil }
        return (id, source)
    }

    /// As the API tells it.
    var json: JSONValue {
        var json = JSONObject()
        if status == .running { json["TaskHandle"] = .string(handle) }
        json["Status"] = .string(status.rawValue)
        json["SourceArn"] = .string(source)
        if let destination { json["DestinationArn"] = .string(destination) }
        if let rate { json["MaxNumberOfMessagesPerSecond"] = JSONValue(rate) }
        json["ApproximateNumberOfMessagesMoved"] = JSONValue(moved)
        json["ApproximateNumberOfMessagesToMove"] = JSONValue(total)
        if let failure { json["FailureReason"] = .string(failure) }
        json["StartedTimestamp"] = JSONValue(started)
        return .object(json)
    }
}
