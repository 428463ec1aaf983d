import CloudCore
import JSONValue
import NIOCore
import NIOHTTP1

/// Lambda's errors, in the shapes of its model: which member carries the text differs from one to the next.
enum LambdaErrors {
    static func functionNotFound(_ arn: String) -> ServiceError {
        capitalised("ResourceNotFoundException", "Function not found: \(arn)", status: 404, type: "User")
    }

    static func notFound(_ message: String) -> ServiceError {
        capitalised("ResourceNotFoundException", message, status: 404, type: "User")
    }

    static func invalidContent(_ message: String) -> ServiceError {
        lowerCase("InvalidRequestContentException", message, status: 400)
    }

    static func invalidParameter(_ message: String) -> ServiceError {
        lowerCase("InvalidParameterValueException", message, status: 400)
    }

    /// What the front rejects before the operation sees it.
    static func validation(_ message: String) -> ServiceError {
        ServiceError("ValidationException", message, status: 400)
    }

    static func tooLarge(_ count: Int, invocationType: String, limit: Int) -> ServiceError {
        lowerCase(
            "RequestTooLargeException",
            "\(count) byte payload is too large for the \(invocationType) invocation type (limit \(limit) bytes)",
            status: 413)
    }

    static func conflict(_ message: String) -> ServiceError {
        lowerCase("ResourceConflictException", message, status: 409)
    }

    static func inUse(_ message: String) -> ServiceError {
        capitalised("ResourceInUseException", message, status: 400, type: "User")
    }

    /// A text that is none of those that the service's model lists.
    static func notOneOf(_ member: String, _ value: String, _ values: [String]) -> ServiceError {
        validation(
            "1 validation error detected: Value '\(value.prefix(100))' at '\(member)' failed to satisfy constraint: "
                + "Member must satisfy enum value set: [\(values.joined(separator: ", "))]")
    }

    /// A number outside of what the service's model allows.
    static func outOfRange(_ member: String, _ value: Int, _ range: ClosedRange<Int>) -> ServiceError {
        let isLess = value < range.lowerBound
        return validation(
            "1 validation error detected: Value '\(value)' at '\(member)' failed to satisfy constraint: Member must "
                + "have value \(isLess ? "greater" : "less") than or equal to "
                + "\(isLess ? range.lowerBound : range.upperBound)")
    }

    static func invalidZip(_ message: String) -> ServiceError {
        lowerCase("InvalidParameterValueException", message, status: 400)
    }

    static func service(_ message: String) -> ServiceError {
        capitalised("ServiceException", message, status: 500, type: "Service")
    }

    static func unknownOperation(_ method: String, _ path: String) -> ServiceError {
        ServiceError("UnknownOperationException", "Lambda has no operation at \(method) \(path) here.", status: 404)
    }

    /// Too many calls at once.
    static func throttled(_ reason: ThrottleReason) -> ServiceError {
        ServiceError(
            "TooManyRequestsException", "Rate Exceeded.", status: 429,
            members: [
                "Reason": .string(reason.rawValue), "Type": "User", "message": "Rate Exceeded.",
            ],
            headers: [("Retry-After", "1")])
    }

    private static func lowerCase(_ code: String, _ message: String, status: Int) -> ServiceError {
        ServiceError(code, message, status: status, members: ["Type": "User", "message": .string(message)])
    }

    private static func capitalised(_ code: String, _ message: String, status: Int, type: String) -> ServiceError {
        ServiceError(
            code, message, status: status, members: ["Type": .string(type), "Message": .string(message)])
    }

    /// The error as an answer of the REST-JSON protocol.
    static func response(_ error: ServiceError, requestID: String) -> CloudResponse {
        var body = error.members
        if body.isEmpty { body = ["message": .string(error.message)] }
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "x-amzn-RequestId": requestID, "x-amzn-ErrorType": error.code,
        ]
        for (name, value) in error.headers { headers.replaceOrAdd(name: name, value: value) }
        return CloudResponse(
            status: error.status, headers: headers,
            body: .bytes(ByteBuffer(bytes: JSONValue.object(body).encoded())))
    }
}

/// Why a call is refused for now.
enum ThrottleReason: String, Sendable {
    case account = "ConcurrentInvocationLimitExceeded"
    case reserved = "ReservedFunctionConcurrentInvocationLimitExceeded"
}

extension LambdaService {
    /// Writes an error that the edge found in the shape of Lambda's own.
    public func response(to error: ServiceError, for request: CloudRequest, call: ServiceCall) -> CloudResponse {
        LambdaErrors.response(error, requestID: call.requestID)
    }
}
