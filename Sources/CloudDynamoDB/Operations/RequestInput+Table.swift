import CloudCore
import Foundation
import JSONValue

/// `ReturnConsumedCapacity`.
enum CapacityReport: String, Sendable, CaseIterable {
    case indexes = "INDEXES"
    case total = "TOTAL"
    case none = "NONE"
}

/// `ReturnItemCollectionMetrics`.
enum CollectionReport: String, Sendable, CaseIterable {
    case size = "SIZE"
    case none = "NONE"
}

/// `ReturnValues`.
enum ReturnValues: String, Sendable, CaseIterable {
    case allNew = "ALL_NEW"
    case updatedOld = "UPDATED_OLD"
    case allOld = "ALL_OLD"
    case none = "NONE"
    case updatedNew = "UPDATED_NEW"
}

/// `ReturnValuesOnConditionCheckFailure`.
enum ReturnOnFailure: String, Sendable, CaseIterable {
    case allOld = "ALL_OLD"
    case none = "NONE"
}

extension RequestInput {
    /// The name in `TableName`, which may be an ARN.
    ///
    /// - Throws: ``ServiceError`` where it is missing or cannot be a table's name.
    func tableName(_ constraints: inout Constraints, path: String = "TableName") throws -> String {
        guard let text = try string("TableName") else {
            throw DynamoDBErrors.validation("The parameter 'TableName' is required but was not present in the request")
        }
        return try Self.checkTableName(text, &constraints, path: path)
    }

    /// As ``tableName(_:path:)``, where nothing else has constraints.
    func tableName() throws -> String {
        var constraints = Constraints()
        let name = try tableName(&constraints)
        try constraints.finish()
        return name
    }

    static func checkTableName(_ text: String, _ constraints: inout Constraints, path: String) throws -> String {
        if text.hasPrefix("arn:"), let mark = text.range(of: ":table/") {
            return String(text[mark.upperBound...].prefix { $0 != "/" })
        }
        if !isResourceName(text) {
            constraints.violate(path, text, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
        } else if !(3...255).contains(text.utf8.count) {
            throw DynamoDBErrors.validation(
                "TableName must be at least 3 characters long and at most 255 characters long")
        }
        return text
    }

    /// Whether a text has only the characters that tables and indexes may be named with.
    static func isResourceName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10 || $0 == UInt8(ascii: "_")
                    || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            }
    }
}

extension Constraints {
    /// The name of an index, of a backup, or of a table that is to be made.
    mutating func checkName(_ name: String, at path: String) {
        if !RequestInput.isResourceName(name) {
            violate(path, name, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
        }
        if name.utf8.count < 3 { violate(path, name, "Member must have length greater than or equal to 3") }
        if name.utf8.count > 255 { violate(path, name, "Member must have length less than or equal to 255") }
    }
}
