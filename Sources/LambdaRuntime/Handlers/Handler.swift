import JSONValue

/// A function that takes its event and gives its output as Swift types, JSON on the wire.
///
///     struct Greeter: Handler {
///         func handle(_ event: Visitor, context: Context) async throws -> Greeting {
///             Greeting(text: "Good day, \(event.name)")
///         }
///     }
///
///     Lambda.run(Greeter())
///
/// Every `Handler` is a ``ByteHandler`` by way of ``decode(_:)`` and ``encode(_:)``, which need no Foundation: a program
/// without it is 5 MB smaller and starts sooner. A function that wants Foundation's strategies for dates or keys
/// implements the two with `JSONDecoder` and `JSONEncoder`.
public protocol Handler: ByteHandler {
    /// What the event's JSON is read as.
    associatedtype Event: Decodable & Sendable
    /// What is written as the response's JSON; ``NoOutput`` for functions that answer nothing.
    associatedtype Output: Encodable & Sendable

    /// Answers one event.
    ///
    /// - Throws: whatever went wrong; the caller gets it as a function error, see ``ErrorReport``.
    func handle(_ event: Event, context: Context) async throws -> Output

    /// Reads an event; from JSON unless told otherwise. Members that `Event` does not have are passed over.
    ///
    /// - Throws: ``InvalidEvent`` for an event that is not an `Event`.
    func decode(_ event: [UInt8]) throws -> Event

    /// Writes an output; as JSON unless told otherwise.
    ///
    /// - Throws: what `Output` throws when it is encoded.
    func encode(_ output: Output) throws -> [UInt8]
}

extension Handler {
    /// Decodes the event, has it handled, encodes the output.
    ///
    /// - Throws: ``InvalidEvent`` for an event that is not an `Event`; what the handler throws.
    public func handle(_ event: [UInt8], response: inout ResponseWriter, context: Context) async throws {
        response.send(try encode(try await handle(decode(event), context: context)))
    }

    /// Reads an event from JSON.
    public func decode(_ event: [UInt8]) throws -> Event {
        do {
            return try JSONValue(parsing: event).decode(as: Event.self)
        } catch let error as DecodingError {
            throw InvalidEvent(error, expected: Event.self)
        } catch let error as JSONSyntaxError {
            throw InvalidEvent(error, expected: Event.self)
        }
    }

    /// Writes an output as JSON.
    public func encode(_ output: Output) throws -> [UInt8] { try JSONValue(encoding: output).encoded() }
}

/// The output of a function that has nothing to say: `null`.
public struct NoOutput: Codable, Sendable, Hashable {
    /// Nothing.
    public init() {}

    /// Writes `null`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encodeNil()
    }

    /// Reads anything, and keeps nothing of it.
    public init(from decoder: any Decoder) throws {}
}
