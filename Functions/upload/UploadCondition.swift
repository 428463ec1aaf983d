import LambdaEvents
import Pictures

/// What must hold of the key before an upload takes it (RFC 9110, 13.1).
enum UploadCondition: Sendable, Hashable {
    /// Whatever there is gives way.
    case none
    /// There must be no picture: `If-None-Match: *`.
    case free
    /// There must be a picture: `If-Match: *`.
    case taken
    /// There must be a picture with one of these tags: `If-Match`.
    case holding([EntityTag])

    /// Reads a request's header fields.
    ///
    /// - Throws: `HTTPError` 400 for a condition that makes no sense here.
    init(_ request: Request) throws(HTTPError) {
        switch (request.headers["If-None-Match"], request.headers["If-Match"]) {
        case (nil, nil): self = .none
        case ("*"?, nil): self = .free
        case (nil, "*"?): self = .taken
        // The service's own tags hold no commas, so what is split wrongly is none of them.
        case (nil, let tags?): self = .holding(tags.split(separator: ",").compactMap { EntityTag(String($0)) })
        default:
            throw HTTPError(
                400, "InvalidCondition", "An upload takes either 'If-None-Match: *' or 'If-Match' with an ETag.")
        }
    }

    /// Holds the condition against what is there.
    ///
    /// - Throws: `HTTPError` 412.
    func check(_ current: PictureRecord?) throws(HTTPError) {
        switch self {
        case .none: return
        case .free:
            guard current == nil else { throw .preconditionFailed("There is a picture of this key already.") }
        case .taken:
            guard current != nil else { throw .preconditionFailed("There is no picture of this key.") }
        case .holding(let tags):
            guard let current else { throw .preconditionFailed("There is no picture of this key.") }
            guard tags.contains(where: current.tag.matchesStrongly) else {
                throw .preconditionFailed("The picture of this key is another: its ETag is \(current.tag).")
            }
        }
    }
}
