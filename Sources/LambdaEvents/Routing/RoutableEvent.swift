import JSONValue

/// An event type that a router can tell from others.
public protocol RoutableEvent: Decodable, Sendable {
    /// The kind that events of this type are of.
    static var kind: EventKind { get }
}

extension S3Event: RoutableEvent {
    /// Amazon S3.
    public static var kind: EventKind { .s3 }
}

extension SQSEvent: RoutableEvent {
    /// Amazon SQS.
    public static var kind: EventKind { .sqs }
}

extension EventBridgeEvent: RoutableEvent where Detail: Decodable {
    /// Amazon EventBridge.
    public static var kind: EventKind { .eventBridge }
}

/// An event that a router has no route for.
public struct UnroutedEvent: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind that the event is of.
    public var kind: EventKind

    /// A sentence that names the kind.
    public var description: String { "This function has no route for an event of the kind '\(kind.rawValue)'." }
}

/// An event that is not JSON, or not of the shape that its kind has.
public struct UnreadableEvent: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, as a sentence.
    public var description: String
}
