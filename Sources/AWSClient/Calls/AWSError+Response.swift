import JSONValue

extension AWSError {
    /// Reads an error in whichever form it comes: JSON with `__type`, a header with the type, S3's XML, or nothing at
    /// all but a status.
    init(service: AWSService, response: HTTPResponse) {
        let head = response.head
        let header = head.headers["x-amzn-errortype"]
        var code = header
        var message = ""
        var details: JSONValue?
        var requestID = head.headers["x-amzn-requestid"] ?? head.headers["x-amz-request-id"]
        switch response.body.first(where: { $0 > 0x20 }) {
        case UInt8(ascii: "{"):
            if let body = try? JSONValue(parsing: response.body, depthLimit: 64) {
                code = code ?? body["__type"]?.string ?? body["code"]?.string ?? body["Type"]?.string
                message = body["message"]?.string ?? body["Message"]?.string ?? body["errorMessage"]?.string ?? ""
                details = body
            }
        case UInt8(ascii: "<"):
            if let root = XMLElement(parsing: response.body) {
                let error = root["Error"] ?? root["Errors"]?["Error"] ?? root
                code = error["Code"]?.text ?? code
                message = error["Message"]?.text ?? ""
                requestID = requestID ?? error["RequestId"]?.text ?? root["RequestId"]?.text ?? root["RequestID"]?.text
            }
        default: break
        }
        let name = code.map(Self.bareName) ?? Self.name(ofStatus: head.status)
        self.init(
            service: service.name, code: Code(rawValue: name), message: message, status: head.status,
            requestID: requestID, isRetryable: false, details: details)
        isRetryable = isThrottling || isTransient
        retryAfter = head.headers["retry-after"].flatMap { Int($0) }.map { .seconds(max(0, $0)) }
    }

    /// `com.amazonaws.dynamodb.v20120810#Name:http://…` to `Name`.
    private static func bareName(_ text: String) -> String {
        let name = text.split(separator: "#").last ?? ""
        return String(name.prefix { $0 != ":" && $0 != "," })
    }

    private static func name(ofStatus status: Int) -> String {
        switch status {
        case 304: "NotModified"
        case 400: "BadRequest"
        case 403: "Forbidden"
        case 404: "NotFound"
        case 412: "PreconditionFailed"
        case 416: "InvalidRange"
        case 429: "TooManyRequestsException"
        case 503: "ServiceUnavailable"
        case 500...: "InternalFailure"
        default: "Status\(status)"
        }
    }

    /// Whether the service refused the request for its rate, before doing anything.
    var isThrottling: Bool { status == 429 || Self.throttlingCodes.contains(code.rawValue) }

    /// Whether the service failed in a way that passes; it may have done what was asked.
    var isTransient: Bool { [500, 502, 503, 504].contains(status) || Self.transientCodes.contains(code.rawValue) }

    /// Whether the service found the request's time too far from its own.
    var isClockSkew: Bool { Self.clockSkewCodes.contains(code.rawValue) }

    private static let throttlingCodes: Set<String> = [
        "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException", "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled",
        "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling", "ThrottlingException",
        "TooManyRequestsException", "TransactionInProgressException",
    ]

    private static let transientCodes: Set<String> = [
        "InternalError", "InternalFailure", "InternalServerError", "RequestTimeout", "RequestTimeoutException",
        "ServiceUnavailable",
    ]

    private static let clockSkewCodes: Set<String> = [
        "RequestTimeTooSkewed", "RequestExpired", "InvalidSignatureException", "SignatureDoesNotMatch",
        "RequestInTheFuture",
    ]
}
