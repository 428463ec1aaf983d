import NIOCore

/// What is told of an asynchronous call that was done or given up.
public struct DestinationMessage: Sendable, Equatable {
    /// Why it is told.
    public enum Kind: Sendable, Equatable {
        /// A record of what became of the call, for a destination on success or on failure.
        case record(succeeded: Bool)
        /// The event itself, for a dead-letter queue.
        case deadLetter
    }

    /// An attribute of a message that goes to a queue.
    public struct Attribute: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its type, such as `String` or `Number`.
        public var type: String
        /// Its value.
        public var value: String
    }

    /// Why it is told.
    public var kind: Kind
    /// The ARN of the function that was called.
    public var functionARN: String
    /// JSON text.
    public var body: ByteBuffer
    /// `RequestID`, `ErrorCode` and `ErrorMessage`, with a dead letter.
    public var attributes: [Attribute]

    /// The detail type of the event that a destination on an event bus gets.
    public var detailType: String? {
        guard case .record(let succeeded) = kind else { return nil }
        return "Lambda Function Invocation Result - \(succeeded ? "Success" : "Failure")"
    }
}

/// Delivers what became of asynchronous calls to queues, topics and event buses. Functions as destinations are called
/// by Lambda itself.
public protocol DestinationSender: Sendable {
    /// Delivers a message. When this returns, it is the destination's.
    ///
    /// - Parameter destination: an ARN of SQS, SNS or EventBridge.
    func send(_ message: DestinationMessage, to destination: String) async throws
}

/// A cloud without queues and buses.
public struct NoDestinations: DestinationSender {
    /// No destinations.
    public init() {}

    /// Always refused.
    public func send(_ message: DestinationMessage, to destination: String) async throws {
        throw LambdaErrors.invalidParameter("Nothing delivers to \(destination) here.")
    }
}
