import CloudCore
import NIOHTTP1

/// What the gateway answers by itself, with the status and body that each product gives.
enum GatewayRefusal: CaseIterable {
    /// No route takes the request.
    case noRoute
    /// The request's body is over the limit.
    case tooLarge
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
    /// Whoever sent it may not.
    case forbidden
    /// The request is not signed where only signed ones pass.
    case unsigned
    /// The body broke off.
    case badRequest

    /// One row for each case: for HTTP APIs, REST APIs and function URLs.
    static let table: [GatewayRefusal: (http: (Int, String), rest: (Int, String), url: (Int, String))] = [
        .noRoute: (
            (404, #"{"message":"Not Found"}"#), (403, #"{"message":"Missing Authentication Token"}"#),
            (403, #"{"Message":null}"#)
        ),
        .tooLarge: (
            (413, #"{"message":"Request Entity Too Large"}"#), (413, #"{"message":"Request Too Long"}"#),
            (413, #"{"message":"Request Entity Too Large"}"#)
        ),
        .badAnswer: (
            (500, #"{"message":"Internal Server Error"}"#), (502, #"{"message":"Internal server error"}"#),
            (502, "Internal Server Error")
        ),
        .cannotInvoke: (
            (500, #"{"message":"Internal Server Error"}"#), (500, #"{"message":"Internal server error"}"#),
            (502, "Internal Server Error")
        ),
        .throttled: (
            (503, #"{"message":"Service Unavailable"}"#), (502, #"{"message":"Internal server error"}"#),
            (
                429,
                #"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#
            )
        ),
        .timedOut: (
            (503, #"{"message":"Service Unavailable"}"#), (504, #"{"message":"Endpoint request timed out"}"#),
            (504, "Gateway Timeout")
        ),
        .unauthorized: (
            (401, #"{"message":"Unauthorized"}"#), (401, #"{"message":"Unauthorized"}"#),
            (403, #"{"Message":"Forbidden"}"#)
        ),
        .forbidden: (
            (403, #"{"message":"Forbidden"}"#),
            (403, #"{"Message":"User is not authorized to access this resource with an explicit deny"}"#),
            (403, #"{"Message":"Forbidden"}"#)
        ),
        .unsigned: (
            (403, #"{"message":"Forbidden"}"#), (403, #"{"message":"Missing Authentication Token"}"#),
            (403, #"{"Message":"Forbidden"}"#)
        ),
        .badRequest: (
            (400, #"{"message":"Bad Request"}"#), (400, #"{"message":"Bad Request"}"#),
            (400, #"{"message":"Bad Request"}"#)
        ),
    ]

    func response(of kind: GatewayAPI.Kind) -> CloudResponse {
        guard let row = Self.table[self] else { return CloudResponse(status: 500) }
        let (status, text) =
            switch kind {
            case .http: row.http
            case .rest: row.rest
            case .functionURL: row.url
            }
        let type = text.hasPrefix("{") ? "application/json" : "text/plain"
        return CloudResponse(status: status, contentType: type, text: text)
    }
}
