import JSONValue
import LambdaRuntime

extension Router {
    /// Adds a route for events of a kind: ``S3Event``, ``SQSEvent``, ``EventBridgeEvent``.
    ///
    /// What the handler throws fails the invocation, so that the sender tries again.
    public mutating func on<Event: RoutableEvent, Output: Encodable & Sendable>(
        _ type: Event.Type, _ handle: @escaping @Sendable (Event, Context) async throws -> Output
    ) {
        on(type, where: { _ in true }, handle)
    }

    /// Adds a route for events of a kind whose handler has nothing to say.
    public mutating func on<Event: RoutableEvent>(
        _ type: Event.Type, _ handle: @escaping @Sendable (Event, Context) async throws -> Void
    ) {
        on(type, where: { _ in true }) { event, context -> JSONValue in
            try await handle(event, context)
            return .null
        }
    }

    /// Adds a route for EventBridge events of one source and detail type, for example `aws.events` and
    /// `Scheduled Event`. Routes are tried in the order in which they were added.
    public mutating func on<Detail: Decodable & Sendable, Output: Encodable & Sendable>(
        _ type: EventBridgeEvent<Detail>.Type, source: String, detailType: String,
        _ handle: @escaping @Sendable (EventBridgeEvent<Detail>, Context) async throws -> Output
    ) {
        on(type, where: { $0["source"]?.string == source && $0["detail-type"]?.string == detailType }, handle)
    }

    /// Adds a route for EventBridge events of one source and detail type whose handler has nothing to say.
    public mutating func on<Detail: Decodable & Sendable>(
        _ type: EventBridgeEvent<Detail>.Type, source: String, detailType: String,
        _ handle: @escaping @Sendable (EventBridgeEvent<Detail>, Context) async throws -> Void
    ) {
        on(type, source: source, detailType: detailType) { event, context -> JSONValue in
            try await handle(event, context)
            return .null
        }
    }

    /// Adds the route for events of one's own: all that no other route takes.
    public mutating func onBare<Event: Decodable & Sendable, Output: Encodable & Sendable>(
        as type: Event.Type, _ handle: @escaping @Sendable (Event, Context) async throws -> Output
    ) {
        bare = Self.action(type, handle)
    }

    private mutating func on<Event: RoutableEvent, Output: Encodable & Sendable>(
        _ type: Event.Type, where accepts: @escaping @Sendable (JSONValue) -> Bool,
        _ handle: @escaping @Sendable (Event, Context) async throws -> Output
    ) {
        events.append(EventRoute(kind: type.kind, accepts: accepts, action: Self.action(type, handle)))
    }

    private static func action<Event: Decodable & Sendable, Output: Encodable & Sendable>(
        _ type: Event.Type, _ handle: @escaping @Sendable (Event, Context) async throws -> Output
    ) -> EventAction {
        { value, context in
            let event: Event
            do {
                event = try value.decode(as: type)
            } catch let error as DecodingError {
                throw UnreadableEvent(description: HTTPError(decoding: error).message)
            }
            return try JSONValue(encoding: try await handle(event, context)).encoded()
        }
    }
}
