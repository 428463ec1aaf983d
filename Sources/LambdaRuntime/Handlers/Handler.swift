import FoundationEssentials

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
/// Every `Handler` is a ``ByteHandler`` by way of ``decoder`` and ``encoder``.
public protocol Handler: ByteHandler {
    /// What the event's JSON is read as.
    associatedtype Event: Decodable & Sendable
    /// What is written as the response's JSON; ``NoOutput`` for functions that answer nothing.
    associatedtype Output: Encodable & Sendable

    /// Answers one event.
    ///
    /// - Throws: whatever went wrong; the caller gets it as a function error, see ``ErrorReport``.
    func handle(_ event: Event, context: Context) async throws -> Output

    /// Reads events. Unless told otherwise, a decoder with Foundation's default strategies.
    var decoder: JSONDecoder { get }
    /// Writes outputs. Unless told otherwise, an encoder with Foundation's default strategies.
    var encoder: JSONEncoder { get }
}

extension Handler {
    /// The default decoder, shared by all handlers.
    public var decoder: JSONDecoder { DefaultCoders.decoder }
    /// The default encoder, shared by all handlers.
    public var encoder: JSONEncoder { DefaultCoders.encoder }

    /// Decodes the event, has it handled, encodes the output.
    ///
    /// - Throws: ``InvalidEvent`` for an event that is not an `Event`; what the handler or the encoder throws.
    public func handle(_ event: [UInt8], response: inout ResponseWriter, context: Context) async throws {
        let output = try await handle(decodeEvent(event), context: context)
        response.send(try encoder.encode(output))
    }

    private func decodeEvent(_ bytes: [UInt8]) throws -> Event {
        do {
            return try bytes.withUnsafeBytes { buffer in
                guard let start = buffer.baseAddress else { return try decoder.decode(Event.self, from: Data()) }
                // The decoder is done with the bytes when it returns: lending them saves a copy of the event.
                let view = Data(
                    bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: buffer.count, deallocator: .none)
                return try decoder.decode(Event.self, from: view)
            }
        } catch let error as DecodingError {
            throw InvalidEvent(error, expected: Event.self)
        }
    }
}

/// Made once: configuring a coder costs more than using it on a small event.
private enum DefaultCoders {
    static let decoder = JSONDecoder()
    static let encoder = JSONEncoder()
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
