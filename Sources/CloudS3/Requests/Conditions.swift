import CloudCore
import NIOHTTP1

/// An entity tag as conditions compare it: without quotes and without the mark of a weak one.
enum EntityTag {
    static func plain(_ text: some StringProtocol) -> String {
        var text = text.trimmingSpaces
        if text.hasPrefix("W/") { text = text.dropFirst(2) }
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        return String(text)
    }

    /// Whether one of a list of tags is this one; `*` is any.
    static func list(_ list: String, contains tag: String) -> Bool {
        list.split(separator: ",").contains { item in
            let item = plain(item)
            return item == "*" || item == tag
        }
    }
}

/// Under which conditions a caller wants to read an object, or to copy it.
struct ReadConditions: Sendable {
    enum Outcome: Equatable, Sendable {
        case holds
        case notModified
        /// The condition that failed, as errors name it.
        case failed(String)
    }

    var ifMatch: String?
    var ifNoneMatch: String?
    var ifModifiedSince: Timestamp?
    var ifUnmodifiedSince: Timestamp?

    /// The conditions of a request.
    ///
    /// - Parameter prefix: what stands before the names of the fields: `x-amz-copy-source-` for the source of a copy.
    init(of headers: HTTPHeaders, prefix: String = "") {
        ifMatch = headers.first(name: prefix + "if-match")
        ifNoneMatch = headers.first(name: prefix + "if-none-match")
        ifModifiedSince = headers.first(name: prefix + "if-modified-since").flatMap(Self.date)
        ifUnmodifiedSince = headers.first(name: prefix + "if-unmodified-since").flatMap(Self.date)
    }

    private static func date(_ text: String) -> Timestamp? { Timestamp(httpDate: text) ?? Timestamp(iso8601: text) }

    /// Whether they hold for an object. A match of tags counts more than the date that comes with it.
    func outcome(etag: String, modified: Timestamp) -> Outcome {
        let modified = Timestamp(seconds: modified.seconds)
        if let ifMatch {
            if !EntityTag.list(ifMatch, contains: etag) { return .failed("If-Match") }
        } else if let ifUnmodifiedSince, modified > ifUnmodifiedSince {
            return .failed("If-Unmodified-Since")
        }
        if let ifNoneMatch {
            if EntityTag.list(ifNoneMatch, contains: etag) { return .notModified }
        } else if let ifModifiedSince, modified <= ifModifiedSince {
            return .notModified
        }
        return .holds
    }
}

/// Under which conditions a caller wants to write or delete an object. They are looked at in the transaction that writes.
struct WriteConditions: Sendable {
    var ifMatch: String?
    var requiresAbsence = false

    /// No conditions.
    init() {}

    /// The conditions of a request.
    ///
    /// - Throws: `NotImplemented` for `If-None-Match` with anything but `*`.
    init(of headers: HTTPHeaders) throws(ServiceError) {
        ifMatch = headers.first(name: "if-match")
        if let field = headers.first(name: "if-none-match") {
            guard field.trimmingSpaces == "*" else { throw .notImplemented(header: "If-None-Match") }
            requiresAbsence = true
        }
        if ifMatch != nil, requiresAbsence { throw .notImplemented(header: "If-Match") }
    }

    /// Looks at what is there now.
    ///
    /// - Parameter etag: nil where there is no object.
    /// - Throws: `PreconditionFailed`, `NoSuchKey`.
    func check(_ key: ObjectKey, etag: String?) throws(ServiceError) {
        if requiresAbsence, etag != nil { throw .preconditionFailed("If-None-Match") }
        if let ifMatch {
            guard let etag else { throw .noSuchKey(key) }
            guard EntityTag.list(ifMatch, contains: etag) else { throw .preconditionFailed("If-Match") }
        }
    }
}
