import CloudCore
import JSONValue
import NIOCore

/// The events of a streamed invocation.
extension EventStreamFrame {
    /// How much of a response goes into one frame.
    private static let chunkBytes = 128 * 1024

    /// Pieces of a response.
    static func payloadChunks(_ bytes: ByteBuffer) -> [ByteBuffer] {
        var rest = bytes
        var frames: [ByteBuffer] = []
        while rest.readableBytes > 0, let chunk = rest.readSlice(length: min(chunkBytes, rest.readableBytes)) {
            frames.append(event("PayloadChunk", contentType: "application/octet-stream", chunk))
        }
        return frames
    }

    /// The end of a response.
    static func invokeComplete(_ content: JSONObject) -> ByteBuffer { event("InvokeComplete", content) }
}
