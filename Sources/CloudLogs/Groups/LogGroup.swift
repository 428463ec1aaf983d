import CloudCore
import GRDB
import JSONValue

/// A log group, as it is stored.
struct LogGroup: Sendable, Equatable {
    /// What kind of group it is, of which the cloud only keeps the name.
    enum Class: String, Sendable, CaseIterable {
        case standard = "STANDARD"
        case infrequentAccess = "INFREQUENT_ACCESS"
        case delivery = "DELIVERY"
    }

    /// Days that events can be kept.
    static let retentionChoices = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ]
    static let tagLimit = 50

    var number: Int64
    var name: String
    /// Milliseconds.
    var created: Int64
    /// For how long events are kept; nil for as long as the group is there.
    var retentionDays: Int?
    var groupClass: String
    var kmsKey: String?
    var isProtected: Bool
    var tags: [String: String]
    /// Whether it was made because a function wrote to it.
    var isAutomatic: Bool
    /// Bytes of messages, and 26 for each.
    var storedBytes: Int64

    /// The moment before which events have expired, in milliseconds; nil where they never do.
    func expiry(at now: Int64) -> Int64? { retentionDays.map { now - Int64($0) * LogLimits.day } }

    // MARK: Rows

    static let columns =
        "number, name, created, retention_days, class, kms_key, is_protected, tags, is_automatic, stored_bytes"

    init(_ row: PreparedStatement) {
        number = row.integer(0)
        name = row.text(1)
        created = row.integer(2)
        retentionDays = row.optionalInteger(3).map { Int($0) }
        groupClass = row.text(4)
        kmsKey = row.optionalText(5)
        isProtected = row.integer(6) != 0
        tags = (try? JSONValue(parsing: row.text(7)))?.object?.texts ?? [:]
        isAutomatic = row.integer(8) != 0
        storedBytes = row.integer(9)
    }

    // MARK: Description

    func arn(_ identity: CloudIdentity) -> String { identity.arn("logs", "log-group:\(name)") }

    /// As `DescribeLogGroups` tells it.
    func description(_ identity: CloudIdentity) -> JSONValue {
        let arn = arn(identity)
        var description: JSONObject = [
            "logGroupName": .string(name), "creationTime": JSONValue(created), "metricFilterCount": 0,
            "arn": .string(arn + ":*"), "storedBytes": JSONValue(storedBytes), "logGroupClass": .string(groupClass),
            "logGroupArn": .string(arn), "deletionProtectionEnabled": .bool(isProtected),
        ]
        if let retentionDays { description["retentionInDays"] = JSONValue(retentionDays) }
        if let kmsKey { description["kmsKeyId"] = .string(kmsKey) }
        return .object(description)
    }
}
