import CloudCore

/// The errors of Amazon SQS: the name that each has in the JSON protocol, the code that it had in the query protocol and
/// still travels under in `x-amzn-query-error`, and its status.
///
/// Source: the service's model, in its JSON form and in the query form before it.
enum SQSErrorCode: String, CaseIterable, Sendable {
    case batchEntryIdsNotDistinct = "BatchEntryIdsNotDistinct"
    case batchRequestTooLong = "BatchRequestTooLong"
    case emptyBatchRequest = "EmptyBatchRequest"
    case internalError = "InternalError"
    case invalidAction = "UnknownOperationException"
    case invalidAddress = "InvalidAddress"
    case invalidAttributeName = "InvalidAttributeName"
    case invalidAttributeValue = "InvalidAttributeValue"
    case invalidBatchEntryId = "InvalidBatchEntryId"
    case invalidMessageContents = "InvalidMessageContents"
    case invalidParameterValue = "InvalidParameterValueException"
    case messageNotInflight = "MessageNotInflight"
    case missingParameter = "MissingRequiredParameterException"
    case overLimit = "OverLimit"
    case purgeQueueInProgress = "PurgeQueueInProgress"
    case queueDeletedRecently = "QueueDeletedRecently"
    case queueDoesNotExist = "QueueDoesNotExist"
    case queueNameExists = "QueueNameExists"
    case receiptHandleIsInvalid = "ReceiptHandleIsInvalid"
    case resourceNotFound = "ResourceNotFoundException"
    case tooManyEntriesInBatchRequest = "TooManyEntriesInBatchRequest"
    case unsupportedOperation = "UnsupportedOperation"

    /// The code of the query protocol.
    var queryCode: String {
        switch self {
        case .batchEntryIdsNotDistinct, .batchRequestTooLong, .emptyBatchRequest, .invalidBatchEntryId,
            .messageNotInflight, .purgeQueueInProgress, .queueDeletedRecently, .tooManyEntriesInBatchRequest,
            .unsupportedOperation:
            "AWS.SimpleQueueService." + rawValue
        case .queueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue"
        case .queueNameExists: "QueueAlreadyExists"
        case .invalidParameterValue: "InvalidParameterValue"
        case .missingParameter: "MissingParameter"
        case .invalidAction: "InvalidAction"
        case .internalError, .invalidAddress, .invalidAttributeName, .invalidAttributeValue, .invalidMessageContents,
            .overLimit, .receiptHandleIsInvalid, .resourceNotFound:
            rawValue
        }
    }

    var status: Int {
        switch self {
        case .internalError: 500
        case .invalidAddress, .receiptHandleIsInvalid, .resourceNotFound: 404
        case .overLimit, .purgeQueueInProgress: 403
        default: 400
        }
    }

    /// What stands before `#` in `__type`: what the service's model knows, and what its framework adds.
    var namespace: String {
        switch self {
        case .internalError, .invalidAction, .invalidParameterValue, .missingParameter: "com.amazon.coral.service"
        default: "com.amazonaws.sqs"
        }
    }
}

extension ServiceError {
    static func sqs(_ code: SQSErrorCode, _ message: String) -> ServiceError {
        ServiceError(code.rawValue, message, status: code.status, queryCode: code.queryCode)
    }

    static func invalidParameter(_ message: String) -> ServiceError { sqs(.invalidParameterValue, message) }

    /// A parameter whose value does not do, said as SQS says it.
    static func invalidParameter(_ name: String, _ value: String, reason: String) -> ServiceError {
        sqs(.invalidParameterValue, "Value \(value) for parameter \(name) is invalid. Reason: \(reason)")
    }

    static func missingParameter(_ name: String) -> ServiceError {
        sqs(.missingParameter, "The request must contain the parameter \(name).")
    }

    static var queueDoesNotExist: ServiceError { sqs(.queueDoesNotExist, "The specified queue does not exist.") }

    static func unknownAttribute(_ name: String) -> ServiceError {
        sqs(.invalidAttributeName, "Unknown Attribute \(name).")
    }

    static func invalidAttribute(_ name: String, reason: String? = nil) -> ServiceError {
        sqs(
            .invalidAttributeValue, "Invalid value for the parameter \(name)." + (reason.map { " Reason: \($0)" } ?? "")
        )
    }
}
