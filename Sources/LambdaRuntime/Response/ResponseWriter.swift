/// Takes a handler's response: whole, or in pieces while it is being made.
///
///     response.send(bytes)                                   // whole, at most 6 MB
///
///     response.stream(HTTPPrelude(status: 200, headers: [("content-type", "text/plain")]))
///     for try await line in lines { try await response.write(line) }      // in pieces, up to 200 MB
public struct ResponseWriter: Sendable {
    private(set) var body: [UInt8]?
    private(set) var contentType = "application/json"
    private let channel: StreamedResponse

    init(channel: StreamedResponse) { self.channel = channel }

    /// Sets the whole response; it leaves when the handler returns. A later call replaces an earlier one. Has no effect
    /// once a stream has begun.
    public mutating func send(_ bytes: [UInt8], contentType: String = "application/json") {
        body = bytes
        self.contentType = contentType
    }

    /// Sets the whole response to a text in UTF-8. See ``send(_:contentType:)-([UInt8],_)``.
    public mutating func send(_ text: String, contentType: String = "application/json") {
        send(Array(text.utf8), contentType: contentType)
    }

    /// Whether the response goes out in pieces.
    public var isStreaming: Bool { channel.hasStarted }

    /// Begins a response in pieces. What `send` has set is dropped. Has no effect on a stream that has begun.
    ///
    /// Should the handler throw later on, the caller gets what was written so far, and then the error.
    public mutating func stream(contentType: String = "application/octet-stream") {
        body = nil
        channel.start(contentType: contentType)
    }

    /// Begins a response in pieces to an HTTP caller, status and headers first.
    public mutating func stream(_ prelude: HTTPPrelude) {
        body = nil
        if channel.start(contentType: HTTPPrelude.contentType) { channel.append(prelude.encoded) }
    }

    /// Sends the next piece; begins the stream if that has not been done. Returns as soon as the piece is taken in, which
    /// is delayed while the caller takes less than the handler makes: at most about ``backlogLimit`` bytes are kept.
    ///
    /// - Throws: ``ResponseStreamClosed`` once the receiver is gone, and after the handler has returned.
    public mutating func write(_ bytes: [UInt8]) async throws {
        if !channel.hasStarted { stream() }
        try await channel.write(bytes)
    }

    /// Sends a text in UTF-8 as the next piece. See ``write(_:)-([UInt8])``.
    public mutating func write(_ text: String) async throws { try await write(Array(text.utf8)) }

    /// How many bytes of a stream wait to be sent before `write` waits too.
    public static let backlogLimit = 256 * 1024
}

/// The receiver of a streamed response is gone, or the response has ended.
public struct ResponseStreamClosed: Error, Sendable, Hashable, CustomStringConvertible {
    /// Says so.
    public var description: String { "The response stream is closed: nobody receives what is written to it." }
}
