import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures

/// Tells admins what was counted: the sweeper counts, each time that it has seen every row.
enum StatisticsFunction {
    static let routes: [Route] = [
        .admin(listStatistics) { service, request, _, context in try await list(request, service, context) }
    ]

    /// Stretches of time in an answer, unless the request says otherwise.
    static let defaultLimit = 30
    /// Stretches of time that an answer may have.
    static let maximumLimit = 1_000

    static let listStatistics = Operation(
        method: "GET", path: "/admin/statistics", name: "listStatistics",
        summary: "Tells how many pictures, bytes and people with pictures there were, and the pictures by state and by "
            + "type: by the minute for a day, by the hour for a month, by the day for years.",
        access: .admin,
        parameters: [
            .init(
                place: .query, name: "resolution",
                schema: ["type": "string", "enum": .array(Resolution.allCases.map { .string($0.rawValue) })],
                summary: "How long each stretch of time is: a `minute`, which is the default, an `hour` or a `day`."),
            .init(
                place: .query, name: "from", schema: ["type": "string", "format": "date-time"],
                summary: "The first moment."),
            .init(
                place: .query, name: "to", schema: ["type": "string", "format": "date-time"],
                summary: "The last moment."),
            .init(
                place: .query, name: "limit",
                schema: ["type": "integer", "minimum": 1, "maximum": JSONValue(maximumLimit)],
                summary: "How many stretches of time; of more, the latest. \(defaultLimit) unless given."),
        ],
        answers: [
            .json(200, "What was counted, the earliest first.", Operation.schema("Statistics"))
        ], errors: [400])

    /// `GET /admin/statistics`
    private static func list(
        _ request: Request, _ service: PictureService, _ context: Context
    ) async throws -> Response {
        try request.refuseParameters(unknownTo: listStatistics)
        let resolution = try request.choice("resolution", of: Resolution.self) ?? .minute
        let from = try moment("from", request) ?? .earliest
        let to = try moment("to", request) ?? .latest
        guard from <= to else {
            throw HTTPError(400, "InvalidParameter", "The query parameter 'from' must not be later than 'to'.")
        }
        let limit = try request.limit(defaultLimit, maximum: maximumLimit)
        let points = try await service.statistics.points(
            resolution, from: from, through: to, limit: limit, context.calls())
        return .document([
            "resolution": .string(resolution.rawValue), "statistics": .array(points.map(\.document)),
        ])
    }

    private static func moment(_ name: String, _ request: Request) throws(HTTPError) -> Timestamp? {
        guard let text = request.query(name) else { return nil }
        guard let moment = Timestamp(service: text) else {
            throw HTTPError(
                400, "InvalidParameter",
                "The query parameter '\(name)' must be a moment such as 2026-01-31T08:00:00Z.")
        }
        return moment
    }
}
