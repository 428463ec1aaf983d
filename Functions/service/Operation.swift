import JSONValue

/// One thing that the service does over HTTP: where it is asked for, and what the OpenAPI document says of it.
struct Operation: Sendable {
    /// Who may ask.
    enum Access: Sendable, Hashable {
        case everybody
        case session
        /// Whoever has a session of an admin.
        case admin
    }

    /// A query parameter or a header field of the request.
    struct Parameter: Sendable {
        enum Place: String, Sendable { case query, header }
        var place: Place
        var name: String
        var schema: JSONValue
        var summary: String
    }

    /// What the request carries: a schema, or the name of one, by media type.
    struct Body: Sendable {
        var mediaType: String
        var schema: JSONValue
    }

    /// An answer that is not an error.
    struct Answer: Sendable {
        var status: Int
        var summary: String
        var mediaType: String?
        var schema: JSONValue?

        static func json(_ status: Int, _ summary: String, _ schema: JSONValue) -> Answer {
            Answer(status: status, summary: summary, mediaType: "application/json", schema: schema)
        }

        static func empty(_ status: Int, _ summary: String) -> Answer { Answer(status: status, summary: summary) }
    }

    var method: String
    /// As in the template: `/pictures/{key+}`.
    var path: String
    /// A name for programs: `getPicture`.
    var name: String
    var summary: String
    var access: Access
    var parameters: [Parameter] = []
    var bodies: [Body] = []
    var answers: [Answer]
    /// The statuses of the errors that are particular to this operation.
    var errors: [Int] = []

    /// A reference to a schema of the document.
    static func schema(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }
}
