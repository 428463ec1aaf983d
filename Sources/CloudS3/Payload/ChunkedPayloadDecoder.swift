import CloudCore
import NIOCore

/// Takes the framing of `aws-chunked` off a body: a state machine that is fed what arrives, in pieces of any size.
///
/// Each chunk is `size[;chunk-signature=…]`, a line end, the bytes, a line end; a chunk of size 0 ends them, and header
/// fields may follow. Nothing is kept of the content; lines are bounded.
///
/// Source: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks", Amazon S3 API
/// Reference.
struct ChunkedPayloadDecoder {
    enum Event: Equatable {
        /// Bytes of the content.
        case data(ByteBuffer)
        /// A chunk is complete, with the signature that came with it. The last one has no bytes.
        case chunkEnd(signature: String?)
        /// Everything has come; these are the trailer's fields, in their order.
        case end(trailers: [Trailer])
    }

    struct Trailer: Equatable {
        /// In lower case.
        var name: String
        var value: String
    }

    static let lineLimit = 4096
    static let trailerLimit = 16

    private enum State {
        case size
        case data(left: Int, signature: String?)
        case dataEnd(signature: String?)
        /// The empty chunk has been told and its end is next.
        case lastChunk(signature: String?)
        case trailer
        case finished
    }

    private let sizeLimit: Int
    private var state = State.size
    private var pending = ByteBuffer()
    private var line: [UInt8] = []
    private var trailers: [Trailer] = []
    private var received = 0

    /// - Parameter sizeLimit: bytes of content that may come in all.
    init(sizeLimit: Int) { self.sizeLimit = sizeLimit }

    var isFinished: Bool {
        if case .finished = state { true } else { false }
    }

    /// Takes in what has arrived. The events of what came before have been taken out by then.
    mutating func feed(_ bytes: ByteBuffer) { pending = bytes }

    /// The next event; nil when more bytes are needed.
    ///
    /// - Throws: `IncompleteBody` for framing that is none, and for more content than was announced.
    mutating func next() throws(ServiceError) -> Event? {
        while true {
            switch state {
            case .size:
                guard let line = try takeLine() else { return nil }
                let (size, signature) = try Self.parseSize(line)
                guard size <= sizeLimit - received else { throw Self.wrongLength }
                received += size
                state = size == 0 ? .lastChunk(signature: signature) : .data(left: size, signature: signature)
            case .data(let left, let signature):
                guard let data = pending.readSlice(length: min(left, pending.readableBytes)), data.readableBytes > 0
                else { return nil }
                let rest = left - data.readableBytes
                state = rest == 0 ? .dataEnd(signature: signature) : .data(left: rest, signature: signature)
                return .data(data)
            case .dataEnd(let signature):
                guard let line = try takeLine() else { return nil }
                guard line.isEmpty else { throw .s3(.incompleteBody) }
                state = .size
                return .chunkEnd(signature: signature)
            case .lastChunk(let signature):
                state = .trailer
                return .chunkEnd(signature: signature)
            case .trailer:
                guard let line = try takeLine() else { return nil }
                if line.isEmpty { return finish() }
                guard trailers.count < Self.trailerLimit, let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                    throw .s3(.malformedTrailer)
                }
                trailers.append(
                    Trailer(
                        name: String(decoding: line[..<colon], as: UTF8.self).lowercased(),
                        value: String(
                            String(decoding: line[line.index(after: colon)...], as: UTF8.self).trimmingSpaces)))
            case .finished: return nil
            }
        }
    }

    /// Tells that the body has ended. Some clients leave out the empty line behind the last chunk or the trailer.
    ///
    /// - Throws: `IncompleteBody` where it has ended too early.
    mutating func endOfBody() throws(ServiceError) -> Event? {
        guard !isFinished else { return nil }
        guard case .trailer = state, line.isEmpty else { throw .s3(.incompleteBody) }
        return finish()
    }

    private mutating func finish() -> Event {
        state = .finished
        return .end(trailers: trailers)
    }

    static let wrongLength = ServiceError.s3(
        .incompleteBody,
        "You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header.")

    /// A line without its end; nil while it is not complete.
    private mutating func takeLine() throws(ServiceError) -> [UInt8]? {
        let view = pending.readableBytesView
        let end = view.firstIndex(of: UInt8(ascii: "\n"))
        let piece = view[..<(end ?? view.endIndex)]
        guard line.count + piece.count <= Self.lineLimit else { throw .s3(.incompleteBody) }
        line.append(contentsOf: piece)
        pending.moveReaderIndex(forwardBy: piece.count + (end == nil ? 0 : 1))
        guard end != nil else { return nil }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        return line
    }

    private static func parseSize(_ line: [UInt8]) throws(ServiceError) -> (size: Int, signature: String?) {
        let parts = line.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard let digits = parts.first, (1...15).contains(digits.count),
            digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .s3(.incompleteBody) }
        let prefix = "chunk-signature="
        let signature = parts.dropFirst().lazy.map { String(decoding: $0, as: UTF8.self) }
            .first { $0.hasPrefix(prefix) }
        return (size, signature.map { String($0.dropFirst(prefix.count)) })
    }
}
