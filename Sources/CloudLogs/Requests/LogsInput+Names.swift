import CloudCore
import JSONValue

/// Names of groups and streams, and the ARNs that stand for them.
extension LogsInput {
    static let nameLimit = 512

    /// The name of a group.
    mutating func groupName(_ name: String = "logGroupName") throws(ServiceError) -> String? {
        guard let text = try checkedName(name) else { return nil }
        if !text.utf8.allSatisfy({ PatternScanner.isWord($0) || ".-/#".utf8.contains($0) }) {
            constraints.violate(
                name, text, #"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+"#)
        }
        return text
    }

    /// The name of a stream.
    mutating func streamName(_ name: String = "logStreamName") throws(ServiceError) -> String? {
        guard let text = try checkedName(name) else { return nil }
        checkStreamName(name, text)
        return text
    }

    /// The names of streams, of which there may be up to 100.
    mutating func streamNames(_ name: String) throws(ServiceError) -> [String]? {
        guard let names = try texts(name) else { return nil }
        checkLength(name, names.count, 1...100, shown: "[\(names.joined(separator: ", "))]")
        for text in names { checkStreamName(name, text) }
        return names
    }

    private mutating func checkStreamName(_ name: String, _ text: String) {
        if text.utf8.contains(where: { ":*".utf8.contains($0) }) {
            constraints.violate(name, text, "Member must satisfy regular expression pattern: [^:*]*")
        }
    }

    private mutating func checkedName(_ name: String) throws(ServiceError) -> String? {
        guard let text = try text(name) else { return nil }
        guard text.count <= Self.nameLimit else {
            throw .logs(
                .invalidParameter,
                "Invalid LogGroup or LogStream, both must have length less than or equal to \(Self.nameLimit).")
        }
        if text.isEmpty {
            constraints.violate(name, text, "Member must have length greater than or equal to 1")
        }
        return text
    }

    /// The group that `logGroupName` names, or `logGroupIdentifier` by name or ARN: one of the two.
    mutating func group(_ identity: CloudIdentity) throws(ServiceError) -> String {
        let name = try groupName()
        guard let identifier = try text("logGroupIdentifier", lengths: 1...2048) else {
            if let name {
                try finish()
                return name
            }
            throw .logs(
                .validation, "At least one of logGroupName or logGroupIdentifier must be provided.")
        }
        guard name == nil else {
            throw .logs(.validation, "LogGroup name and LogGroup ARN are mutually exclusive parameters.")
        }
        try finish()
        return try Self.group(identifier: identifier, identity)
    }

    /// The name in an identifier.
    static func group(identifier: String, _ identity: CloudIdentity) throws(ServiceError) -> String {
        guard identifier.hasPrefix("arn:") else { return identifier }
        let parts = identifier.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 7 || parts.count == 8 && parts[7] == "*", parts[2] == "logs", parts[5] == "log-group"
        else {
            throw .logs(.invalidParameter, "The specified log group ARN is invalid: \(identifier)")
        }
        guard parts[3] == identity.region, parts[4] == identity.accountID else { throw .groupDoesNotExist }
        return String(parts[6])
    }

    /// Tags, by their keys.
    mutating func tags(_ name: String = "tags") throws(ServiceError) -> [String: String]? {
        guard let value = value(name) else { return nil }
        guard case .object(let members) = value else { throw Self.cannotConvert(value, to: "Map") }
        var tags: [String: String] = [:]
        for (key, value) in members {
            let text = try Self.text(value)
            checkLength(name, key.count, 1...128, shown: key)
            checkLength(name, text.count, 0...256, shown: text)
            tags[key] = text
        }
        if tags.isEmpty { constraints.violate(name, "{}", "Member must have length greater than or equal to 1") }
        return tags
    }
}
