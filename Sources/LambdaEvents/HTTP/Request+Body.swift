import JSONValue

extension Request {
    /// The media type of the body, parameters included; nil where the request names none or a broken one.
    public var contentType: MediaType? { headers["Content-Type"].flatMap(MediaType.init) }

    /// Reads the body as JSON of a type, whatever the content type says: many clients leave it at their default.
    ///
    /// - Throws: ``HTTPError`` 400: `MissingBody`, `InvalidJSON` with line and column, `UnknownField`, `MissingField` or
    ///   `InvalidField` with the field's name.
    public func json<Value: Decodable>(
        as type: Value.Type, unknownFields: JSONValue.UnknownMembers = .ignored
    ) throws -> Value {
        let value = try json()
        do {
            return try value.decode(as: type, unknownMembers: unknownFields)
        } catch let error as DecodingError {
            throw HTTPError(decoding: error)
        }
    }

    /// Reads the body as any JSON.
    ///
    /// - Throws: ``HTTPError`` 400: `MissingBody`, `InvalidJSON` with line and column.
    public func json() throws(HTTPError) -> JSONValue {
        guard !body.isEmpty else { throw HTTPError(400, "MissingBody", "The request has no body; JSON is expected.") }
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw HTTPError(400, "InvalidJSON", "The body is not valid JSON: \(error).")
        }
    }

    /// Reads the body as a URL-encoded form.
    ///
    /// - Throws: ``HTTPError`` 415 for another content type, 400 `InvalidForm` for what cannot be decoded.
    public func form() throws(HTTPError) -> QueryItems {
        guard contentType?.essence == "application/x-www-form-urlencoded" else {
            throw HTTPError(
                415, "UnsupportedMediaType", "The body must be a form: application/x-www-form-urlencoded.")
        }
        guard let text = String(validating: body, as: UTF8.self), let items = QueryItems(decoding: text) else {
            throw HTTPError(400, "InvalidForm", "The form is not valid percent-encoded UTF-8.")
        }
        return items
    }

    /// Reads the body as a form in parts, files among them.
    ///
    /// - Throws: ``HTTPError`` 415 for another content type, 400 `InvalidMultipart` for broken ones, 413
    ///   `FormTooLarge` past a limit.
    public func multipart(limits: MultipartLimits = .init()) throws(HTTPError) -> MultipartForm {
        guard let type = contentType, type.essence == "multipart/form-data" else {
            throw HTTPError(415, "UnsupportedMediaType", "The body must be a form: multipart/form-data.")
        }
        do throws(MultipartError) {
            guard let boundary = type["boundary"] else { throw MultipartError.missingBoundary }
            return try MultipartForm(parsing: body, boundary: boundary, limits: limits)
        } catch {
            throw HTTPError(error.status, error.code, error.description)
        }
    }
}

extension HTTPError {
    /// 400, with the name of the field that could not be read: `UnknownField`, `MissingField` or `InvalidField`.
    public init(decoding error: DecodingError) {
        func field(_ path: [any CodingKey]) -> String {
            path.reduce(into: "") { text, key in
                if let index = key.intValue { text += "[\(index)]" } else { text += "." + key.stringValue }
            }
        }
        func name(_ path: [any CodingKey]) -> String {
            let text = field(path)
            return String(text.first == "." ? text.dropFirst() : text[...])
        }
        switch error {
        case .keyNotFound(let key, let context):
            self.init(400, "MissingField", "The field '\(name(context.codingPath + [key]))' is missing.")
        case .dataCorrupted(let context) where context.underlyingError is UnknownMember:
            self.init(400, "UnknownField", "The field '\(name(context.codingPath))' is not known.")
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let place = context.codingPath.isEmpty ? "The body" : "The field '\(name(context.codingPath))'"
            self.init(400, "InvalidField", "\(place) is not valid: \(context.debugDescription).")
        @unknown default:
            self.init(400, "InvalidField", "The body does not have the expected fields.")
        }
    }
}
