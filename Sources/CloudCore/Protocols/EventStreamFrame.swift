import Digests
import JSONValue
import NIOCore

/// Frames of `application/vnd.amazon.eventstream`: lengths, header fields and content, each part with a checksum.
public enum EventStreamFrame {
    /// The media type of a stream of frames.
    public static let contentType = "application/vnd.amazon.eventstream"
    /// The type of header values that are texts.
    private static let stringType: UInt8 = 7

    /// An event with its content.
    public static func event(_ type: String, contentType: String, _ content: ByteBuffer) -> ByteBuffer {
        frame([(":event-type", type), (":content-type", contentType), (":message-type", "event")], content)
    }

    /// An event whose content is JSON.
    public static func event(_ type: String, _ content: JSONObject) -> ByteBuffer {
        event(type, contentType: "application/json", ByteBuffer(bytes: JSONValue.object(content).encoded()))
    }

    /// What a stream of the JSON protocols begins with: the members of the answer that are not events.
    public static func initialResponse(_ members: JSONObject = [:]) -> ByteBuffer {
        event("initial-response", members)
    }

    /// An error that ends a stream.
    public static func exception(_ error: ServiceError) -> ByteBuffer {
        frame(
            [
                (":exception-type", error.code), (":content-type", "application/json"),
                (":message-type", "exception"),
            ],
            ByteBuffer(bytes: JSONValue.object(["message": .string(error.message)]).encoded()))
    }

    private static func frame(_ fields: [(name: String, value: String)], _ content: ByteBuffer) -> ByteBuffer {
        var headers = ByteBuffer()
        for (name, value) in fields {
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
