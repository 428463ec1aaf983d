import JSONValue
import LambdaRuntime

/// One function's routes: HTTP requests by method and path, other events by their kind.
///
///     var router = Router()
///     router.get("/pictures/{key}") { request, context in
///         .text("picture " + (try request.path("key")))
///     }
///     router.on(SQSEvent.self) { event, context in SQSBatchResponse() }
///
/// The same routes serve HTTP APIs, REST APIs, function URLs and bare HTTP events; each gets its answer in its own form.
/// `HEAD` falls back to `GET`, without the body; `OPTIONS` is answered with `Allow`; a path that is not known with 404, a
/// method that is not with 405. What a handler throws becomes the answer if it is an ``HTTPError``, else 500.
public struct Router: Sendable {
    /// Answers one HTTP request.
    public typealias HTTPAction = @Sendable (Request, Context) async throws -> Response

    /// Answers one event of another kind, from its JSON to that of the answer.
    typealias EventAction = @Sendable (JSONValue, Context) async throws -> [UInt8]

    struct EventRoute: Sendable {
        var kind: EventKind
        var accepts: @Sendable (JSONValue) -> Bool
        var action: EventAction
    }

    var routes = RouteTable<HTTPAction>()
    var events: [EventRoute] = []
    var bare: EventAction?

    /// A router without routes.
    public init() {}

    /// Adds a route for `GET`, and for `HEAD` where none is added for it.
    public mutating func get(_ pattern: String, _ handle: @escaping HTTPAction) { route("GET", pattern, handle) }
    /// Adds a route for `POST`.
    public mutating func post(_ pattern: String, _ handle: @escaping HTTPAction) { route("POST", pattern, handle) }
    /// Adds a route for `PUT`.
    public mutating func put(_ pattern: String, _ handle: @escaping HTTPAction) { route("PUT", pattern, handle) }
    /// Adds a route for `PATCH`.
    public mutating func patch(_ pattern: String, _ handle: @escaping HTTPAction) { route("PATCH", pattern, handle) }
    /// Adds a route for `DELETE`.
    public mutating func delete(_ pattern: String, _ handle: @escaping HTTPAction) { route("DELETE", pattern, handle) }

    /// Adds a route for every method that has none of its own on this pattern.
    public mutating func any(_ pattern: String, _ handle: @escaping HTTPAction) {
        route(RouteTable<HTTPAction>.anyMethod, pattern, handle)
    }

    /// Adds a route for a method.
    ///
    /// Routes are part of the program: a pattern that is not one, or two routes of the same method and shape, end it at
    /// once with a message, before it has answered anything.
    public mutating func route(_ method: String, _ pattern: String, _ handle: @escaping HTTPAction) {
        do {
            guard routes.insert(try RoutePattern(pattern), method: method.uppercased(), action: handle) else {
                fatalError("There are two routes for \(method) \(pattern).")
            }
        } catch {
            fatalError(error.description)
        }
    }
}
