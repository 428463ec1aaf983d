import CloudCore

/// The errors of CloudWatch Logs, each with its status. Source: the service's model.
enum LogsErrorCode: String, CaseIterable, Sendable {
    case invalidOperation = "InvalidOperationException"
    case invalidParameter = "InvalidParameterException"
    case limitExceeded = "LimitExceededException"
    case resourceAlreadyExists = "ResourceAlreadyExistsException"
    case resourceNotFound = "ResourceNotFoundException"
    case serviceUnavailable = "ServiceUnavailableException"
    case sessionStreaming = "SessionStreamingException"
    case sessionTimeout = "SessionTimeoutException"
    case tooManyTags = "TooManyTagsException"
    case unknownOperation = "UnknownOperationException"
    case validation = "ValidationException"

    var status: Int { self == .serviceUnavailable ? 500 : 400 }
}

extension ServiceError {
    static func logs(_ code: LogsErrorCode, _ message: String) -> ServiceError {
        ServiceError(code.rawValue, message, status: code.status)
    }

    static var groupDoesNotExist: ServiceError {
        logs(.resourceNotFound, "The specified log group does not exist.")
    }

    static var streamDoesNotExist: ServiceError {
        logs(.resourceNotFound, "The specified log stream does not exist.")
    }

    static var resourceDoesNotExist: ServiceError {
        logs(.resourceNotFound, "The specified resource does not exist.")
    }

    static var groupExists: ServiceError {
        logs(.resourceAlreadyExists, "The specified log group already exists")
    }

    static var streamExists: ServiceError {
        logs(.resourceAlreadyExists, "The specified log stream already exists")
    }

    static var invalidToken: ServiceError { logs(.invalidParameter, "The specified nextToken is invalid.") }
}
