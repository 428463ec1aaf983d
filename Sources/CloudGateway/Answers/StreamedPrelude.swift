import JSONValue
import NIOCore
import NIOHTTP1

/// Reads what comes before the body of a streamed answer, whose content type announces it: a JSON object with the status
/// and the fields, then eight zero bytes.
struct StreamedPrelude {
    static let contentType = "application/vnd.awslambda.http-integration-response"
    /// How long the object may be, in bytes.
    static let limit = 64 * 1024
    private static let separatorLength = 8

    /// What is known after a piece.
    enum Progress {
        /// The end has not come yet.
        case incomplete
        /// All of it, and the bytes of the body that came with it.
        case complete(status: Int, headers: HTTPHeaders, rest: ByteBuffer)
        /// It is no prelude.
        case malformed
    }

    private var bytes = ByteBuffer()
    /// How many bytes are known not to be zero.
    private var searched = 0

    /// Whether an answer of this content type begins with a prelude.
    static func isAnnounced(by contentType: String?) -> Bool {
        contentType.map(MediaTypes.essence) == Self.contentType
    }

    /// Takes the next piece of the answer.
    mutating func take(_ piece: ByteBuffer) -> Progress {
        bytes.writeImmutableBuffer(piece)
        // There are no zero bytes in JSON: the first one ends it.
        let unsearched = bytes.readableBytesView.dropFirst(searched)
        searched += unsearched.firstIndex(of: 0).map { $0 - unsearched.startIndex } ?? unsearched.count
        guard searched <= Self.limit else { return .malformed }
        guard bytes.readableBytes >= searched + Self.separatorLength else { return .incomplete }
        guard let text = bytes.readSlice(length: searched),
            let separator = bytes.readSlice(length: Self.separatorLength),
            separator.readableBytesView.allSatisfy({ $0 == 0 }), let (status, headers) = Self.read(text)
        else { return .malformed }
        return .complete(status: status, headers: headers, rest: bytes)
    }

    private static func read(_ text: ByteBuffer) -> (status: Int, headers: HTTPHeaders)? {
        guard let value = try? JSONValue(parsing: text.readableBytesView), let members = value.object,
            let status = members["statusCode"].map(FunctionAnswer.status) ?? 200,
            var headers = FunctionAnswer.headers(members["headers"], members["multiValueHeaders"])
        else { return nil }
        for cookie in members["cookies"]?.array ?? [] {
            guard let text = cookie.string, FunctionAnswer.isFieldValue(text) else { return nil }
            headers.add(name: "Set-Cookie", value: text)
        }
        if !headers.contains(name: "content-type") {
            headers.add(name: "Content-Type", value: "application/octet-stream")
        }
        return (status, headers)
    }
}
