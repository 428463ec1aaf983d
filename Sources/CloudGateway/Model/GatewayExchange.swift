/// A request that was answered, for the log.
public struct GatewayExchange: Sendable {
    /// The method.
    public var method: String
    /// The path as it was sent.
    public var path: String
    /// The status of the answer.
    public var status: Int
    /// The API's name; nil where no API took the request.
    public var api: String?
    /// The key of the route that took it.
    public var routeKey: String?
    /// The function that was called.
    public var function: String?
    /// Why the gateway refused the request by itself, where there is more to say than the status does.
    public var reason: String?
    /// The identifier that the caller was given.
    public var requestID: String
    /// From the request's head to the answer's.
    public var duration: Duration
}
