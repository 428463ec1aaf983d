import CloudCore
import JSONValue

/// A run of a function in a replayed span of time.
public struct FunctionRun: Sendable, Equatable {
    /// When it began, by the cloud's clock.
    public var at: Timestamp
    /// The function's name.
    public var function: String
    /// What made it run: `rule cleaner`, `schedule backup`, `sqs orders`.
    public var source: String
    /// The event's identifier; the same for each attempt.
    public var requestID: String
    /// Which attempt at the event it was; nil for a call whose caller waited.
    public var attempt: Int?
    /// The event.
    public var event: JSONValue
    /// What went wrong; nil where the function answered.
    public var failure: String?
    /// The answer, or the error.
    public var answer: JSONValue
    /// Milliseconds that it took, in real time.
    public var milliseconds: Double

    /// A run, from a call that is over.
    public init(_ invocation: CompletedInvocation) {
        at = invocation.start
        function = invocation.function
        source = invocation.source
        requestID = invocation.requestID
        attempt = invocation.attempt
        event = Self.value(invocation.payload.readableBytesView)
        failure = invocation.failure
        switch invocation.outcome {
        case .answered(let result): answer = Self.value(result.payload.readableBytesView)
        case .refused(let error): answer = .string(error.description)
        }
        let microseconds = (invocation.duration / .microseconds(1)).rounded()
        milliseconds = microseconds / 1000
    }

    private static func value(_ bytes: some Collection<UInt8>) -> JSONValue {
        (try? JSONValue(parsing: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    }

    /// As `--json` prints it.
    public var value: JSONValue {
        var object = content
        object["milliseconds"] = JSONValue(milliseconds)
        return .object(object)
    }

    /// What is the same each time.
    var content: JSONObject {
        var object: JSONObject = [
            "at": .string(at.iso8601WithMilliseconds), "function": .string(function), "source": .string(source),
            "requestId": .string(requestID), "event": event, "answer": answer,
        ]
        object["attempt"] = attempt.map { JSONValue($0) }
        object["failure"] = failure.map { .string($0) }
        return object
    }

    /// Reads what ``value`` says; nil for anything else.
    public init?(_ value: JSONValue) {
        guard let at = value["at"]?.string.flatMap({ Timestamp(iso8601: $0) }),
            let function = value["function"]?.string, let source = value["source"]?.string,
            let requestID = value["requestId"]?.string, let event = value["event"], let answer = value["answer"]
        else { return nil }
        self.at = at
        self.function = function
        self.source = source
        self.requestID = requestID
        self.event = event
        self.answer = answer
        attempt = value["attempt"]?.int
        failure = value["failure"]?.string
        milliseconds = value["milliseconds"]?.double ?? 0
    }

    /// Runs of one moment have no order of their own: functions run side by side.
    static func isBefore(_ left: FunctionRun, _ right: FunctionRun) -> Bool {
        if left.at != right.at { return left.at < right.at }
        if left.function != right.function { return left.function < right.function }
        if left.source != right.source { return left.source < right.source }
        return (left.attempt ?? 0) < (right.attempt ?? 0)
    }
}
