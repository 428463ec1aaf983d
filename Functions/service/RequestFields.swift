import JSONValue
import LambdaEvents

/// The members of a JSON body, each read once by its name and kind; what no one expects is refused.
struct RequestFields {
    private let object: JSONObject

    /// Reads the body of a request.
    ///
    /// - Throws: `HTTPError` 400.
    init(_ request: Request, allowed names: [String]) throws(HTTPError) {
        guard let object = try request.json().object else {
            throw HTTPError(400, "InvalidJSON", "The body must be a JSON object.")
        }
        for name in object.keys where !names.contains(name) {
            throw HTTPError(
                400, "UnknownField",
                "The field '\(name)' is not known; possible are \(names.map { "'\($0)'" }.joined(separator: ", ")).")
        }
        self.object = object
    }

    /// Whether the field is there, be it null.
    func contains(_ name: String) -> Bool { object.contains(name) }

    /// A text that must be there.
    func string(_ name: String) throws(HTTPError) -> String {
        guard let text = try optionalString(name) else {
            throw HTTPError(400, "MissingField", "The field '\(name)' is missing.")
        }
        return text
    }

    /// A text; nil where it is absent or null.
    func optionalString(_ name: String) throws(HTTPError) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.string else { throw Self.wrongKind(name, "a text", value) }
        return text
    }

    /// A whole number that must be there.
    func int(_ name: String) throws(HTTPError) -> Int {
        guard let value = object[name], !value.isNull else {
            throw HTTPError(400, "MissingField", "The field '\(name)' is missing.")
        }
        guard let number = value.int else { throw Self.wrongKind(name, "a whole number", value) }
        return number
    }

    /// True or false; false where it is absent or null.
    func flag(_ name: String) throws(HTTPError) -> Bool {
        guard let value = object[name], !value.isNull else { return false }
        guard let flag = value.bool else { throw Self.wrongKind(name, "true or false", value) }
        return flag
    }

    /// Texts; nil where they are absent or null.
    func optionalStrings(_ name: String) throws(HTTPError) -> [String]? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let elements = value.array else { throw Self.wrongKind(name, "a list of texts", value) }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string else { throw Self.wrongKind(name, "a list of texts", element) }
            texts.append(text)
        }
        return texts
    }

    private static func wrongKind(_ name: String, _ wanted: String, _ found: JSONValue) -> HTTPError {
        HTTPError(400, "InvalidField", "The field '\(name)' must be \(wanted); it is of the kind \(found.kind).")
    }
}
