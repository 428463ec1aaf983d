import JSONValue
import NIOCore

/// Delivers to whatever an ARN names: what rules, schedules, notifications and the destinations of functions know of the
/// services that take their events.
public protocol TargetDelivery: Sendable {
    /// Whether something of this ARN is there and takes deliveries. Quick: asked on the path of requests.
    func canDeliver(to arn: String) -> Bool

    /// Delivers. When this returns, the target has stored the event durably; the caller may forget it.
    ///
    /// - Throws: ``ServiceError``: the target is not there or refuses the event. Which errors pass (throttling, a service
    ///   that is stopping) and which stay, ``ServiceError/isTransient`` tells.
    func deliver(_ delivery: Delivery) async throws
}

/// An event on its way to a target.
public struct Delivery: Sendable {
    /// The ARN of a function, a queue or an event bus.
    public var target: String
    /// The event: for a function JSON text, for a queue the message's body, for an event bus the event's `detail`.
    public var payload: ByteBuffer
    /// Who delivers, as the log names it: `rule cleaner`, `bucket pictures`.
    public var source: String
    /// The principal that sends, where a queue records it: `events.amazonaws.com`, `s3.amazonaws.com`.
    public var principal: String
    /// Attributes of the message, for a queue: name, type (`String` or `Number`), value.
    public var messageAttributes: [(name: String, dataType: String, value: String)] = []
    /// The message group, for a FIFO queue.
    public var messageGroupID: String?
    /// What tells repetitions apart, for a FIFO queue.
    public var deduplicationID: String?
    /// The `X-Amzn-Trace-Id` that the event belongs to, for a function; nil for a trace of its own.
    public var traceID: String?
    /// `source`, `detail-type` and `resources` of the event, for an event bus.
    public var envelope: EventEnvelope?

    /// A delivery.
    public init(target: String, payload: ByteBuffer, source: String, principal: String) {
        self.target = target
        self.payload = payload
        self.source = source
        self.principal = principal
    }
}

/// What an event bus keeps of an event beside its detail.
public struct EventEnvelope: Sendable, Equatable {
    /// Who tells, as `aws.s3`.
    public var source: String
    /// What happened, as `Object Created`.
    public var detailType: String
    /// ARNs of what it happened to.
    public var resources: [String]
    /// When it happened; nil for now.
    public var time: Timestamp?
    /// The event's identifier, where another bus passes it on; nil for a new one.
    public var id: String?
    /// How many buses the event has come through.
    public var hops = 0

    /// An envelope.
    public init(source: String, detailType: String, resources: [String] = [], time: Timestamp? = nil) {
        self.source = source
        self.detailType = detailType
        self.resources = resources
        self.time = time
    }
}

extension ServiceError {
    /// Whether the same request may succeed later: throttling, and failures of the service itself.
    public var isTransient: Bool { status == 429 || status >= 500 }
}
