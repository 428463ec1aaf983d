/// Why a form in parts was refused.
public enum MultipartError: Error, Sendable, Equatable {
    /// The content type has no `boundary`.
    case missingBoundary
    /// The boundary is empty, longer than 70 characters, or holds others than RFC 2046 allows.
    case invalidBoundary
    /// The body holds no boundary line at all.
    case noParts
    /// The body ends before the closing boundary: it was cut off on its way.
    case missingClosingBoundary
    /// The header of a part (counted from 1) is broken.
    case invalidHeader(part: Int, reason: String)
    /// A part (counted from 1) is not a form field, or is one without a name.
    case missingName(part: Int)
    /// A part is encoded in a way that RFC 7578 does away with.
    case unsupportedTransferEncoding(part: Int, encoding: String)
    /// More parts than allowed.
    case tooManyParts(limit: Int)
    /// A part (counted from 1) with more bytes than allowed.
    case partTooLarge(part: Int, bytes: Int, limit: Int)
    /// A part (counted from 1) whose header is longer than allowed.
    case headerTooLarge(part: Int, limit: Int)
    /// A part (counted from 1) whose header has more fields than allowed.
    case tooManyHeaderFields(part: Int, limit: Int)

    /// The HTTP status that fits: 413 past a limit, else 400.
    public var status: Int {
        switch self {
        case .tooManyParts, .partTooLarge, .headerTooLarge, .tooManyHeaderFields: 413
        default: 400
        }
    }

    /// The code that fits: `FormTooLarge` past a limit, else `InvalidMultipart`.
    public var code: String { status == 413 ? "FormTooLarge" : "InvalidMultipart" }
}

extension MultipartError: CustomStringConvertible {
    /// A sentence that says what to mend.
    public var description: String {
        switch self {
        case .missingBoundary: "The Content-Type multipart/form-data has no boundary."
        case .invalidBoundary: "The boundary of the form must be 1 to 70 characters that RFC 2046 allows."
        case .noParts: "The form's boundary does not occur in the body."
        case .missingClosingBoundary: "The form ends without its closing boundary: the body was cut off."
        case .invalidHeader(let part, let reason): "The header of part \(part) is broken: \(reason)."
        case .missingName(let part): "Part \(part) has no Content-Disposition of form-data with a name."
        case .unsupportedTransferEncoding(let part, let encoding):
            "Part \(part) is sent with Content-Transfer-Encoding '\(encoding)'; send it as it is."
        case .tooManyParts(let limit): "The form has more than \(limit) parts."
        case .partTooLarge(let part, let bytes, let limit):
            "Part \(part) has \(bytes) bytes; at most \(limit) are taken."
        case .headerTooLarge(let part, let limit): "The header of part \(part) is longer than \(limit) bytes."
        case .tooManyHeaderFields(let part, let limit): "The header of part \(part) has more than \(limit) fields."
        }
    }
}
