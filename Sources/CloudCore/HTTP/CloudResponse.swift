import NIOCore
import NIOHTTP1

/// An answer, before it goes over the wire.
public struct CloudResponse: Sendable {
    /// What follows the header fields.
    public enum Body: Sendable {
        /// Bytes that are all at hand.
        case bytes(ByteBuffer)
        /// A stretch of a file, which the kernel copies to the socket. The descriptor is closed afterwards.
        case file(OpenFile, offset: Int64, length: Int)
        /// Pieces written as they come to be, `length` bytes in all, or chunked where that is not known.
        case stream(length: Int?, @Sendable (ResponseWriter) async throws -> Void)
    }

    /// The status code.
    public var status: Int
    /// The header fields; `Content-Length`, `Date` and `Connection` are added on the way out.
    public var headers: HTTPHeaders
    /// The body.
    public var body: Body

    /// An answer.
    public init(status: Int, headers: HTTPHeaders = [:], body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer with bytes, or with none.
    public init(status: Int, headers: HTTPHeaders = [:], bytes: some Sequence<UInt8> = []) {
        self.init(status: status, headers: headers, body: .bytes(ByteBuffer(bytes: bytes)))
    }

    /// An answer with a text and its content type.
    public init(status: Int, contentType: String, text: String) {
        self.init(status: status, headers: ["Content-Type": contentType], body: .bytes(ByteBuffer(string: text)))
    }

    /// The body, where its bytes are at hand; nil for files and streams.
    public var bytes: ByteBuffer? {
        if case .bytes(let bytes) = body { bytes } else { nil }
    }
}

/// Where a streamed body goes. Each write returns once the connection has taken the bytes, which holds back a writer that
/// is faster than its reader.
public struct ResponseWriter: Sendable {
    let write: @Sendable (ByteBuffer) async throws -> Void
    let addTrailers: @Sendable (HTTPHeaders) -> Void

    /// A writer to somewhere else than a connection.
    public init(
        write: @escaping @Sendable (ByteBuffer) async throws -> Void,
        addTrailers: @escaping @Sendable (HTTPHeaders) -> Void = { _ in }
    ) {
        self.write = write
        self.addTrailers = addTrailers
    }

    /// Sends a piece of the body.
    ///
    /// - Throws: what the connection says once it is closed.
    public func write(_ bytes: ByteBuffer) async throws { try await write(bytes) }

    /// Sets the trailer fields that follow a chunked body.
    public func setTrailers(_ trailers: HTTPHeaders) { addTrailers(trailers) }
}

extension CloudResponse.Body {
    /// How much of a file is in memory at once, in bytes.
    private static let pieceLength = 256 * 1024

    /// The same body, with a file read piece by piece instead of by the kernel.
    package var withoutFile: CloudResponse.Body {
        guard case .file(let file, let offset, let length) = self else { return self }
        return .stream(length: length) { writer in
            var at = 0
            while at < length {
                let piece = try file.read(at: Int(offset) + at, count: min(Self.pieceLength, length - at))
                guard !piece.isEmpty else { throw RequestBodyError.incomplete }
                try await writer.write(ByteBuffer(bytes: piece))
                at += piece.count
            }
        }
    }
}
