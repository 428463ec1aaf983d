/// A form in parts: `multipart/form-data` (RFC 7578).
public struct MultipartForm: Sendable, Equatable {
    /// One field or file of the form.
    public struct Part: Sendable, Equatable {
        /// The field's name.
        public var name: String
        /// The file's name, as the client says it: for display, never for a path. Nil for plain fields.
        public var filename: String?
        /// The part's own `Content-Type`, as the client claims it.
        public var contentType: String?
        /// The part's header fields.
        public var headers: Headers
        /// The contents: a view of the request's body, not a copy.
        public var body: ArraySlice<UInt8>

        /// The contents as text; nil where they are not UTF-8.
        public var text: String? { String(validating: body, as: UTF8.self) }
    }

    /// The parts, in order.
    public var parts: [Part]

    /// The first part of a name.
    public subscript(name: String) -> Part? { parts.first { $0.name == name } }

    /// Every part of a name, in order.
    public func parts(named name: String) -> [Part] { parts.filter { $0.name == name } }
}

/// How much of a form is read before it is refused.
public struct MultipartLimits: Sendable, Equatable {
    /// The most parts.
    public var parts: Int
    /// The most bytes in one part.
    public var partBytes: Int
    /// The most bytes in one part's header.
    public var headerBytes: Int
    /// The most header fields in one part.
    public var headerFields: Int

    /// Limits that fit a form with files; a function's payload itself is at most 6 MB.
    public init(parts: Int = 128, partBytes: Int = .max, headerBytes: Int = 8192, headerFields: Int = 16) {
        self.parts = parts
        self.partBytes = partBytes
        self.headerBytes = headerBytes
        self.headerFields = headerFields
    }
}
