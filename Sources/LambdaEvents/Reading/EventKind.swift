import JSONValue

/// What sent an event, told from its JSON alone: AWS puts no label on events.
public enum EventKind: String, Sendable, CaseIterable {
    /// API Gateway payload 2.0: HTTP APIs and function URLs.
    case httpV2
    /// API Gateway payload 1.0: REST APIs, and HTTP APIs that ask for it.
    case httpV1
    /// A small HTTP event made by hand: `{"method":"GET","path":"/x"}`.
    case bareHTTP
    /// Amazon S3 notifications.
    case s3
    /// Messages of an Amazon SQS queue.
    case sqs
    /// Amazon EventBridge, scheduled events among them.
    case eventBridge
    /// Anything else: an event of one's own.
    case bare
}

extension EventKind {
    /// How each kind is recognised, in the order in which they are tried.
    static let signs: [(kind: EventKind, isSign: @Sendable (JSONObject) -> Bool)] = [
        (.httpV2, { $0["version"]?.string == "2.0" && $0["requestContext"]?["http"]?.object != nil }),
        (.httpV1, { $0["httpMethod"]?.string != nil && $0["requestContext"]?.object != nil }),
        (.s3, { $0["Records"]?[0]?["eventSource"]?.string == "aws:s3" }),
        (.sqs, { $0["Records"]?[0]?["eventSource"]?.string == "aws:sqs" }),
        (.eventBridge, { $0["detail-type"]?.string != nil && $0["source"]?.string != nil && $0.contains("detail") }),
        (.bareHTTP, { $0["method"]?.string != nil && $0["path"]?.string?.utf8.first == UInt8(ascii: "/") }),
    ]

    /// The kind of an event.
    public init(of event: JSONValue) {
        guard let members = event.object else {
            self = .bare
            return
        }
        self = Self.signs.first { $0.isSign(members) }?.kind ?? .bare
    }
}
