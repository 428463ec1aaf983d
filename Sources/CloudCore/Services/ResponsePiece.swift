import NIOCore

/// What a function that streams its answer hands over: first what it is, then the bytes as they come.
public enum ResponsePiece: Sendable {
    /// Comes once, before any bytes: the content type that the function gave, where it gave one.
    case head(contentType: String?)
    /// The next bytes.
    case body(ByteBuffer)
}
