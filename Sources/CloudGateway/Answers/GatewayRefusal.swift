import CloudCore
import NIOHTTP1

/// What the gateway answers by itself, with the status and body that each product gives.
enum GatewayRefusal: CaseIterable {
    /// No route takes the request.
    case noRoute
    /// The request's body is over the limit.
    case tooLarge
    /// The request line and the header fields are over the limit.
    case headersTooLarge
    /// The ARN of what is called, which holds the path, is over the limit of guarded routes.
    case pathTooLong
    /// The function failed, or answered what is no response.
    case badAnswer
    /// The function could not be called at all.
    case cannotInvoke
    /// Too many calls at once.
    case throttled
    /// The function took too long.
    case timedOut
    /// Nobody is known to have sent the request.
    case unauthorized
    /// The token in the request has run out.
    case expired
    /// Whoever sent it is denied it.
    case forbidden
    /// Nobody says that whoever sent it may.
    case notAllowed
    /// The host leads to nothing that is served.
    case closed
    /// The request is not signed where only signed ones pass.
    case unsigned
    /// The authorizer failed, or answered what is no answer.
    case authorizerFailed
    /// The body broke off, or the request makes no sense.
    case badRequest

    /// An answer. The type goes into `x-amzn-ErrorType`, which HTTP APIs do not have.
    struct Wording: Sendable {
        var status: Int
        var text: String
        var type: String?

        init(_ status: Int, _ text: String, _ type: String? = nil) {
            self.status = status
            self.text = text
            self.type = type
        }

        /// The usual form.
        init(_ status: Int, message: String, _ type: String? = nil) {
            self.init(status, #"{"message":"\#(message)"}"#, type)
        }
    }

    private typealias Row = (http: Wording, rest: Wording, url: Wording)

    private static let failedHTTP = Wording(500, message: "Internal Server Error")
    private static let failedREST = Wording(500, message: "Internal server error", "InternalServerErrorException")
    private static let failedURL = Wording(502, "Internal Server Error")
    private static let forbiddenHTTP = Wording(403, message: "Forbidden")
    private static let forbiddenURL = Wording(403, #"{"Message":"Forbidden"}"#, "AccessDeniedException")
    private static let unsignedREST = Wording(
        403, message: "Missing Authentication Token", "MissingAuthenticationTokenException")
    private static let throttledURL = Wording(
        429,
        #"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#,
        "TooManyRequestsException")

    /// One row for each case: for HTTP APIs, REST APIs and function URLs.
    private static let table: [GatewayRefusal: Row] = [
        .noRoute: (
            Wording(404, message: "Not Found"), unsignedREST,
            Wording(403, #"{"Message":null}"#, "AccessDeniedException")
        ),
        .tooLarge: (
            Wording(413, message: "Request Entity Too Large"),
            Wording(413, message: "Request Too Long", "RequestTooLargeException"),
            Wording(413, message: "Request Entity Too Large", "RequestTooLargeException")
        ),
        .headersTooLarge: (
            Wording(431, message: "Request Header Fields Too Large"),
            Wording(431, message: "HTTP header is larger than 10240 bytes."),
            Wording(431, message: "Request Header Fields Too Large")
        ),
        .pathTooLong: (
            Wording(414, message: "Request URI too long"), Wording(414, message: "Request URI too long"),
            Wording(414, message: "Request URI too long")
        ),
        .badAnswer: (
            failedHTTP, Wording(502, message: "Internal server error", "InternalServerErrorException"), failedURL
        ),
        .cannotInvoke: (failedHTTP, failedREST, failedURL),
        .throttled: (Wording(503, message: "Service Unavailable"), failedREST, throttledURL),
        .timedOut: (
            Wording(503, message: "Service Unavailable"),
            Wording(504, message: "Endpoint request timed out", "InternalServerErrorException"),
            Wording(504, "Gateway Timeout")
        ),
        .unauthorized: (
            Wording(401, message: "Unauthorized"), Wording(401, message: "Unauthorized", "UnauthorizedException"),
            forbiddenURL
        ),
        .expired: (
            Wording(401, message: "Unauthorized"),
            Wording(401, message: "The incoming token has expired", "UnauthorizedException"), forbiddenURL
        ),
        .forbidden: (
            forbiddenHTTP,
            Wording(
                403, #"{"Message":"User is not authorized to access this resource with an explicit deny"}"#,
                "AccessDeniedException"), forbiddenURL
        ),
        .notAllowed: (
            forbiddenHTTP,
            Wording(403, #"{"Message":"User is not authorized to access this resource"}"#, "AccessDeniedException"),
            forbiddenURL
        ),
        .closed: (
            Wording(404, message: "Not Found"), Wording(403, message: "Forbidden", "ForbiddenException"), forbiddenURL
        ),
        .unsigned: (forbiddenHTTP, unsignedREST, forbiddenURL),
        .authorizerFailed: (
            failedHTTP, Wording(500, #"{"message":null}"#, "AuthorizerConfigurationException"), failedURL
        ),
        .badRequest: (
            Wording(400, message: "Bad Request"), Wording(400, message: "Bad Request", "BadRequestException"),
            Wording(400, message: "Bad Request")
        ),
    ]

    func wording(of kind: GatewayAPI.Kind) -> Wording? {
        guard let row = Self.table[self] else { return nil }
        return switch kind {
        case .http: row.http
        case .rest: row.rest
        case .functionURL: row.url
        }
    }

    func response(of kind: GatewayAPI.Kind) -> CloudResponse {
        guard let wording = wording(of: kind) else { return CloudResponse(status: 500) }
        let type = wording.text.hasPrefix("{") ? "application/json" : "text/plain"
        var response = CloudResponse(status: wording.status, contentType: type, text: wording.text)
        response.headers.set("x-amzn-ErrorType", wording.type)
        return response
    }
}
