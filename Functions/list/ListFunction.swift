import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures

/// Lists pictures, newest first or by key, a page at a time.
enum ListFunction {
    static let routes: [Route] = [.signedIn(listPictures, .beside, list)]

    /// Pictures on a page, unless the request says otherwise.
    static let defaultLimit = 50
    /// Pictures that a page may have.
    static let maximumLimit = 200

    /// What the OpenAPI document says of the listing; each parameter that is here is read, and no other.
    static let listPictures = Operation(
        method: "GET", path: "/pictures", name: "listPictures", summary: "Lists pictures.", access: .session,
        parameters: [
            query(
                "order", ["type": "string", "enum": .array(Listing.Order.allCases.map { .string($0.rawValue) })],
                "The order: `newest` first, which is the default, or by `key`."),
            query(
                "limit", ["type": "integer", "minimum": 1, "maximum": JSONValue(maximumLimit)],
                "Pictures on a page; \(defaultLimit) unless given."),
            query("cursor", ["type": "string"], "The `next` of the page before, with the same order and filters."),
            query("prefix", ["type": "string"], "Only keys that begin so."),
            query("label", ["type": "string"], "Only pictures of this, or of a kind of it."),
            query("text", ["type": "string"], "Only pictures on which this is written."),
            query("class", ["type": "string"], "Only pictures of this class."),
            query(
                "state",
                ["type": "string", "enum": .array(RecognitionState.Name.allCases.map { .string($0.rawValue) })],
                "Only pictures in this state of recognition."),
        ],
        answers: [.json(200, "A page; `next` is there while there are more.", Operation.schema("PicturePage"))],
        errors: [400])

    private static func query(_ name: String, _ schema: JSONValue, _ summary: String) -> Operation.Parameter {
        .init(place: .query, name: name, schema: schema, summary: summary)
    }

    /// `GET /pictures`
    @Sendable private static func list(
        _ service: PictureService, _ request: Request, _ session: Session, _ context: Context
    ) async throws -> Response {
        let (listing, limit) = try listing(request)
        let keys = service.settings.signingKeys
        let cursor = try request.query("cursor").map {
            try ListCursor(token: $0, for: listing, of: session.userID, keys: keys)
        }
        let page = try await service.pictures.page(
            listing, of: session.userID, behind: cursor, limit: limit, context.calls()
        ) { context.logger.error("a row is left out of a listing: \($0)") }
        var object: JSONObject = ["pictures": .array(page.records.map { .object($0.document) })]
        object.add("next", page.next?.token(for: listing, of: session.userID, signedWith: keys))
        return .document(.object(object))
    }

    private static func listing(_ request: Request) throws(HTTPError) -> (Listing, limit: Int) {
        try request.refuseParameters(unknownTo: listPictures)
        let limit = try request.limit(defaultLimit, maximum: maximumLimit)
        var listing = Listing(order: try request.choice("order", of: Listing.Order.self) ?? .newest)
        listing.prefix = try filter("prefix", request)
        listing.label = try filter("label", request)
        listing.text = try filter("text", request)
        listing.pictureClass = try filter("class", request)
        listing.state = try request.choice("state", of: RecognitionState.Name.self)
        return (listing, limit)
    }

    private static func filter(_ name: String, _ request: Request) throws(HTTPError) -> String? {
        guard let text = request.query(name), !text.isEmpty else { return nil }
        guard text.utf8.count <= 256 else {
            throw HTTPError(400, "InvalidParameter", "The query parameter '\(name)' may have 256 bytes.")
        }
        return text
    }
}
