import CloudCore
import JSONValue
import NIOCore
import NIOHTTP1

/// The errors of EventBridge Scheduler, as the service's model names them.
enum SchedulerErrorCode: String, CaseIterable, Sendable {
    case conflict = "ConflictException"
    case internalServer = "InternalServerException"
    case resourceNotFound = "ResourceNotFoundException"
    case serviceQuotaExceeded = "ServiceQuotaExceededException"
    case throttling = "ThrottlingException"
    case unknownOperation = "UnknownOperationException"
    case validation = "ValidationException"

    var status: Int {
        switch self {
        case .conflict: 409
        case .internalServer: 500
        case .resourceNotFound, .unknownOperation: 404
        case .serviceQuotaExceeded: 402
        case .throttling: 429
        case .validation: 400
        }
    }
}

extension ServiceError {
    static func scheduler(_ code: SchedulerErrorCode, _ message: String) -> ServiceError {
        ServiceError(code.rawValue, message, status: code.status)
    }

    static func invalid(_ message: String) -> ServiceError { scheduler(.validation, message) }

    static func noSchedule(_ name: String) -> ServiceError {
        scheduler(.resourceNotFound, "Schedule \(name) does not exist.")
    }

    static func noGroup(_ name: String) -> ServiceError {
        scheduler(.resourceNotFound, "Schedule group \(name) does not exist.")
    }

    /// The error as an answer of the REST-JSON protocol.
    func schedulerResponse(requestID: String) -> CloudResponse {
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "x-amzn-RequestId": requestID, "x-amzn-ErrorType": code,
        ]
        for (name, value) in self.headers { headers.replaceOrAdd(name: name, value: value) }
        let body: JSONValue = ["Message": .string(message)]
        return CloudResponse(
            status: status, headers: headers, body: .bytes(ByteBuffer(bytes: body.encoded())))
    }
}
