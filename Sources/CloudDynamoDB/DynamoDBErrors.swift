import CloudCore
import JSONValue

/// The errors of DynamoDB: codes, statuses and namespaces in one place.
enum DynamoDBErrors {
    /// What stands before `#` in `__type`: the service's own errors, and those of the layers in front of it.
    static func namespace(of code: String) -> String {
        switch code {
        case "ValidationException": "com.amazon.coral.validate"
        case "SerializationException", "UnknownOperationException": "com.amazon.coral.service"
        default: "com.amazonaws.dynamodb.v20120810"
        }
    }

    /// `ValidationException`: what a request says is not allowed.
    static func validation(_ message: String) -> ServiceError { ServiceError("ValidationException", message) }

    /// `ValidationException` with the beginning that many of them share.
    static func invalidParameter(_ message: String) -> ServiceError {
        validation("One or more parameter values were invalid: \(message)")
    }

    /// `SerializationException`: the request has not the types of its shape.
    static func serialization(_ message: String) -> ServiceError { ServiceError("SerializationException", message) }

    static let unknownOperation = ServiceError("UnknownOperationException", "")

    /// The table of an item operation is not there.
    static let resourceNotFound = ServiceError("ResourceNotFoundException", "Requested resource not found")

    /// The table of a table operation is not there.
    static func tableNotFound(_ name: String) -> ServiceError {
        ServiceError("ResourceNotFoundException", "Requested resource not found: Table: \(name) not found")
    }

    /// The table of a backup operation is not there.
    static func tableMissingForBackup(_ name: String) -> ServiceError {
        ServiceError("TableNotFoundException", "Table not found: \(name)")
    }

    /// `BackupNotFoundException`
    static func backupNotFound(_ arn: String) -> ServiceError {
        ServiceError("BackupNotFoundException", "Backup not found: \(arn)")
    }

    /// `BackupInUseException`: another operation on the backup, or on backups of the table, is under way.
    static func backupInUse(_ message: String) -> ServiceError { ServiceError("BackupInUseException", message) }

    /// `TableInUseException`: the table of a backup operation is coming into being.
    static func tableInUse(_ name: String) -> ServiceError {
        ServiceError("TableInUseException", "Table is being created: \(name)")
    }

    /// The target of a restore is there.
    static func restoreTargetExists(_ name: String) -> ServiceError {
        ServiceError("TableAlreadyExistsException", "Table already exists: \(name)")
    }

    static let tooManyBackupOperations = ServiceError(
        "LimitExceededException",
        "Subscriber limit exceeded: Only \(BackupActivity.limit) backups, and as many restores, can be under way at once"
    )

    /// A table operation meets a table that a restore is still filling.
    static func tableComing(_ name: String) -> ServiceError {
        ServiceError(
            "ResourceInUseException",
            "Attempt to change a resource which is still in use: Table is being created: \(name)")
    }

    /// A table operation meets a table of which an index is still being filled.
    static func tableUpdating(_ name: String) -> ServiceError {
        ServiceError(
            "ResourceInUseException",
            "Attempt to change a resource which is still in use: Table is being updated: \(name)")
    }

    static let onlyOneIndexAtOnce = ServiceError(
        "LimitExceededException",
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")

    /// A read meets an index that is still being filled.
    static func indexFilling(_ name: String) -> ServiceError {
        validation("Cannot read from backfilling global secondary index: \(name)")
    }

    static func tableExists(_ name: String) -> ServiceError {
        ServiceError("ResourceInUseException", "Table already exists: \(name)")
    }

    static func indexNotFound(_ name: String) -> ServiceError {
        validation("The table does not have the specified index: \(name)")
    }

    static let keyMismatch = validation("The provided key element does not match the schema")

    static let itemTooLarge = validation("Item size has exceeded the maximum allowed size")

    /// - Parameter item: the item as JSON, where `ReturnValuesOnConditionCheckFailure` asks for it.
    static func conditionFailed(item: JSONValue? = nil) -> ServiceError {
        ServiceError(
            "ConditionalCheckFailedException", "The conditional request failed",
            members: item.map { ["Item": $0] } ?? [:])
    }

    static let internalFailure = ServiceError("InternalServerError", "Internal server error", status: 500)
}

/// What is said where a member of a request has not the type that its shape gives it.
enum SerializationFault {
    static func unexpectedToken(_ value: JSONValue) -> ServiceError {
        if case .array = value {
            return DynamoDBErrors.serialization("Unrecognized collection type class java.util.HashMap")
        }
        return DynamoDBErrors.serialization("Unexpected value type in payload")
    }

    static func unexpectedField(_ value: JSONValue) -> ServiceError {
        if case .object = value {
            return DynamoDBErrors.serialization("Start of structure or map found where not expected.")
        }
        return DynamoDBErrors.serialization("Unexpected field type")
    }

    static func cannotConvert(_ value: JSONValue, to type: String) -> ServiceError {
        switch value {
        case .bool(let flag):
            DynamoDBErrors.serialization("\(flag ? "TRUE" : "FALSE")_VALUE cannot be converted to \(type)")
        case .number: DynamoDBErrors.serialization("NUMBER_VALUE cannot be converted to \(type)")
        case .string: DynamoDBErrors.serialization("STRING_VALUE cannot be converted to \(type)")
        case .array: DynamoDBErrors.serialization("Unrecognized collection type class java.lang.\(type)")
        case .object: DynamoDBErrors.serialization("Start of structure or map found where not expected.")
        case .null: DynamoDBErrors.serialization("NULL_VALUE cannot be converted to \(type)")
        }
    }
}
