import CloudCore

/// The errors of Amazon EventBridge that this service gives, as the service's model names them. All have status 400 but
/// the last.
enum EventsErrorCode: String, CaseIterable, Sendable {
    case invalidEventPattern = "InvalidEventPatternException"
    case limitExceeded = "LimitExceededException"
    case resourceAlreadyExists = "ResourceAlreadyExistsException"
    case resourceNotFound = "ResourceNotFoundException"
    case unknownOperation = "UnknownOperationException"
    case validation = "ValidationException"
    case `internal` = "InternalException"

    var status: Int { self == .internal ? 500 : 400 }
}

extension ServiceError {
    static func events(_ code: EventsErrorCode, _ message: String) -> ServiceError {
        ServiceError(code.rawValue, message, status: code.status)
    }

    static func invalid(_ message: String) -> ServiceError { events(.validation, message) }

    static func invalid(parameter: String, reason: String? = nil) -> ServiceError {
        events(.validation, "Parameter \(parameter) is not valid." + (reason.map { " Reason: \($0)" } ?? ""))
    }

    static func noBus(_ name: String) -> ServiceError {
        events(.resourceNotFound, "Event bus \(name) does not exist.")
    }

    static func noRule(_ name: String, on bus: String) -> ServiceError {
        events(.resourceNotFound, "Rule \(name) does not exist on EventBus \(bus).")
    }
}
