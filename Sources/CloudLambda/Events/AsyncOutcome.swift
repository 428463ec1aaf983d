import CloudCore
import JSONValue
import NIOCore

/// What came of an attempt at an asynchronous call.
enum AttemptOutcome: Sendable {
    /// The function ran, well or not.
    case ran(InvocationResult)
    /// It could not be run now, and may be later: too many calls, or something failed that is nobody's fault.
    case refused(ServiceError)
    /// The function has no concurrency at all: there is no use in waiting.
    case noConcurrency
    /// The function does not exist any more.
    case unknownFunction
    /// The cloud is being ended: the event stays as it is.
    case leave
}

/// Why an asynchronous call is over.
enum AsyncCondition: String, Sendable {
    case success = "Success"
    case retriesExhausted = "RetriesExhausted"
    case eventAgeExceeded = "EventAgeExceeded"
    case zeroReservedConcurrency = "ZeroReservedConcurrency"
}

/// An asynchronous call that is over, as destinations and dead-letter queues are told it.
struct AsyncConclusion: Sendable {
    var event: QueuedEvent
    var functionARN: String
    var condition: AsyncCondition
    /// How often the function was called for it.
    var invokeCount: Int
    /// What the last attempt came to, where there was one.
    var result: InvocationResult?
    var moment: Timestamp

    /// The ARN of what was called: `$LATEST`, a version or an alias.
    var qualifiedARN: String { "\(functionARN):\(event.qualifier ?? "$LATEST")" }

    /// The record for a destination. The event and the answer stand in it as they were, byte for byte.
    var record: ByteBuffer {
        var buffer = ByteBuffer()
        let context: JSONValue = [
            "requestId": .string(event.requestID),
            "functionArn": .string(qualifiedARN),
            "condition": .string(condition.rawValue), "approximateInvokeCount": JSONValue(invokeCount),
        ]
        buffer.writeString(#"{"version":"1.0","timestamp":"\#(moment.iso8601WithMilliseconds)","requestContext":"#)
        buffer.writeBytes(context.encoded())
        buffer.writeString(#","requestPayload":"#)
        buffer.writeImmutableBuffer(event.payload)
        if let result {
            var response: JSONObject = ["statusCode": 200, "executedVersion": .string(result.executedVersion)]
            if let error = result.functionError { response["functionError"] = .string(error) }
            buffer.writeString(#","responseContext":"#)
            buffer.writeBytes(JSONValue.object(response).encoded())
            buffer.writeString(#","responsePayload":"#)
            if JSONSyntax.isValid(result.payload.readableBytesView) {
                buffer.writeImmutableBuffer(result.payload)
            } else {
                let text = String(decoding: result.payload.readableBytesView, as: UTF8.self)
                buffer.writeBytes(JSONValue.string(text).encoded())
            }
        }
        buffer.writeString("}")
        return buffer
    }
}
