import Digests
import JSONValue
import NIOCore

/// Frames of `application/vnd.amazon.eventstream`: lengths, header fields and content, each part with a checksum.
enum EventStreamFrame {
    /// How much of a response goes into one frame.
    static let chunkBytes = 128 * 1024
    /// The type of header values that are texts.
    private static let stringType: UInt8 = 7

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
    static func invokeComplete(_ content: JSONObject) -> ByteBuffer {
        event(
            "InvokeComplete", contentType: "application/json",
            ByteBuffer(bytes: JSONValue.object(content).encoded()))
    }

    /// An event with its content.
    static func event(_ type: String, contentType: String, _ content: ByteBuffer) -> ByteBuffer {
        var headers = ByteBuffer()
        for (name, value) in [(":event-type", type), (":content-type", contentType), (":message-type", "event")] {
            headers.writeInteger(UInt8(name.utf8.count))
            headers.writeString(name)
            headers.writeInteger(stringType)
            headers.writeInteger(UInt16(value.utf8.count))
            headers.writeString(value)
        }
        // Two lengths and their checksum in front, the checksum of everything behind.
        let length = 12 + headers.readableBytes + content.readableBytes + 4
        var frame = ByteBuffer()
        frame.reserveCapacity(length)
        frame.writeInteger(UInt32(length))
        frame.writeInteger(UInt32(headers.readableBytes))
        frame.writeInteger(checksum(frame))
        frame.writeBuffer(&headers)
        frame.writeImmutableBuffer(content)
        frame.writeInteger(checksum(frame))
        return frame
    }

    private static func checksum(_ buffer: ByteBuffer) -> UInt32 {
        var check = CyclicRedundancyCheck.crc32
        check.update(buffer.readableBytesView)
        return UInt32(truncatingIfNeeded: check.value)
    }
}
