import CloudCore
import JSONValue

/// The attributes of a queue that people set.
struct QueueAttributes: Sendable, Equatable {
    /// The values as they are told, by name; only those that were ever set.
    private(set) var values: [String: String] = [:]
    // Read once, since every message asks for them.
    private(set) var visibilityTimeout: Int64 = 30
    private(set) var delay: Int64 = 0
    private(set) var maximumMessageSize = 1_048_576
    private(set) var retention: Int64 = 345_600
    private(set) var receiveWait: Int64 = 0
    private(set) var isFIFO = false
    private(set) var deduplicatesByContent = false
    private(set) var deduplicatesByGroup = false
    private(set) var redrive: RedrivePolicy?
    private(set) var redriveAllow = RedriveAllowPolicy.allowAll

    /// The numbers and what they may be. Source: CreateQueue in the service's model.
    static let numbers: [(name: String, range: ClosedRange<Int>, standard: Int)] = [
        ("VisibilityTimeout", 0...43_200, 30),
        ("MaximumMessageSize", 1024...1_048_576, 1_048_576),
        ("MessageRetentionPeriod", 60...1_209_600, 345_600),
        ("DelaySeconds", 0...900, 0),
        ("ReceiveMessageWaitTimeSeconds", 0...20, 0),
        ("KmsDataKeyReusePeriodSeconds", 60...86_400, 300),
    ]

    /// What can be set, in the order in which SQS tells it.
    static let settable = [
        "VisibilityTimeout", "MaximumMessageSize", "MessageRetentionPeriod", "DelaySeconds", "Policy",
        "ReceiveMessageWaitTimeSeconds", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId",
        "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled", "FifoQueue", "ContentBasedDeduplication",
        "DeduplicationScope", "FifoThroughputLimit",
    ]

    /// What can be asked for beside, in the order in which SQS tells it.
    static let computed = [
        "QueueArn", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed", "CreatedTimestamp", "LastModifiedTimestamp",
    ]

    /// A queue of its kind with nothing set.
    init(isFIFO: Bool = false) {
        self.isFIFO = isFIFO
        if isFIFO { values["FifoQueue"] = "true" }
    }

    /// What is told of an attribute; nil where there is nothing to tell.
    func value(of name: String) -> String? {
        switch name {
        case "SqsManagedSseEnabled":
            return values[name] ?? (values["KmsMasterKeyId"] == nil ? "true" : "false")
        case "ContentBasedDeduplication": return isFIFO ? values[name] ?? "false" : nil
        case "DeduplicationScope": return isFIFO ? values[name] ?? "queue" : nil
        case "FifoThroughputLimit": return isFIFO ? values[name] ?? "perQueue" : nil
        case "KmsDataKeyReusePeriodSeconds":
            return values[name] ?? (values["KmsMasterKeyId"] == nil ? nil : "300")
        default:
            if let value = values[name] { return value }
            return Self.numbers.first { $0.name == name }.map { String($0.standard) }
        }
    }

    /// Sets attributes of a new queue, or of one that is there.
    ///
    /// An empty policy takes the policy away.
    ///
    /// - Throws: `InvalidAttributeName`, `InvalidAttributeValue`, `InvalidParameterValue` for policies.
    mutating func set(_ new: [String: String], isNew: Bool) throws(ServiceError) {
        for name in new.keys.sorted() where !Self.settable.contains(name) { throw .unknownAttribute(name) }
        var changed = self
        for name in Self.settable {
            guard let value = new[name] else { continue }
            try changed.set(name, value, isNew: isNew)
        }
        if let key = new["KmsMasterKeyId"], !key.isEmpty {
            guard new["SqsManagedSseEnabled"] != "true" else { throw Self.bothEncryptions }
            changed.values["SqsManagedSseEnabled"] = "false"
        } else if new["SqsManagedSseEnabled"] == "true", changed.values["KmsMasterKeyId"] != nil {
            throw Self.bothEncryptions
        }
        if changed.values["FifoThroughputLimit"] == "perMessageGroupId",
            changed.values["DeduplicationScope"] != "messageGroup"
        {
            throw .invalidAttribute(
                "FifoThroughputLimit",
                reason:
                    "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup."
            )
        }
        self = changed
    }

    private static var bothEncryptions: ServiceError {
        .sqs(
            .invalidAttributeName,
            "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."
        )
    }

    private mutating func set(_ name: String, _ value: String, isNew: Bool) throws(ServiceError) {
        switch name {
        case "Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId":
            try setText(name, value)
        case "SqsManagedSseEnabled":
            guard value == "true" || value == "false" else { throw .invalidAttribute(name) }
            values[name] = value
        case "FifoQueue":
            if isNew {
                // The kind was decided by this very attribute; false is refused, as it is by SQS.
                guard value == "true" else {
                    throw value == "false" ? .unknownAttribute(name) : .invalidAttribute(name)
                }
            } else {
                guard isFIFO else { throw .unknownAttribute(name) }
                guard value == "true" else {
                    throw .invalidAttribute(name, reason: "Modifying queue type is not supported.")
                }
            }
            values[name] = value
        case "ContentBasedDeduplication":
            guard isFIFO else { throw .unknownAttribute(name) }
            guard value == "true" || value == "false" else { throw .invalidAttribute(name) }
            values[name] = value
            deduplicatesByContent = value == "true"
        case "DeduplicationScope", "FifoThroughputLimit":
            guard isFIFO else {
                throw .sqs(.invalidAttributeName, "You can specify the \(name) only when FifoQueue is set to true.")
            }
            let known =
                name == "DeduplicationScope" ? ["messageGroup", "queue"] : ["perQueue", "perMessageGroupId"]
            guard known.contains(value) else { throw .invalidAttribute(name) }
            values[name] = value
            if name == "DeduplicationScope" { deduplicatesByGroup = value == "messageGroup" }
        default:
            try setNumber(name, value)
        }
    }

    private mutating func setNumber(_ name: String, _ value: String) throws(ServiceError) {
        guard let range = Self.numbers.first(where: { $0.name == name })?.range,
            let number = Int(value), range.contains(number)
        else { throw .invalidAttribute(name) }
        values[name] = String(number)
        switch name {
        case "VisibilityTimeout": visibilityTimeout = Int64(number)
        case "MaximumMessageSize": maximumMessageSize = number
        case "MessageRetentionPeriod": retention = Int64(number)
        case "DelaySeconds": delay = Int64(number)
        case "ReceiveMessageWaitTimeSeconds": receiveWait = Int64(number)
        default: break
        }
    }

    private mutating func setText(_ name: String, _ value: String) throws(ServiceError) {
        guard !value.isEmpty else {
            values[name] = nil
            if name == "RedrivePolicy" { redrive = nil }
            if name == "RedriveAllowPolicy" { redriveAllow = .allowAll }
            return
        }
        switch name {
        case "RedrivePolicy": redrive = try RedrivePolicy(parsing: value)
        case "RedriveAllowPolicy": redriveAllow = try RedriveAllowPolicy(parsing: value)
        case "Policy":
            guard case .object? = try? JSONValue(parsing: value) else { throw .invalidAttribute(name) }
        default: break
        }
        values[name] = value
    }

    /// The attribute, among those that a request tells, by which it differs from this queue.
    func difference(from told: [String: String]) -> String? {
        Self.settable.first { name in
            guard let value = told[name] else { return false }
            let own = self.value(of: name) ?? ""
            guard own != value else { return false }
            // Policies are the same when their documents are.
            if let left = try? JSONValue(parsing: own), let right = try? JSONValue(parsing: value) {
                return left != right
            }
            return true
        }
    }
}

extension QueueAttributes {
    /// The text that is stored.
    var storedText: String { JSONValue.object(JSONObject(texts: values)).text() }

    /// Reads what ``storedText`` wrote. What a later rule refuses is left out rather than losing the queue.
    init(stored text: String) {
        let members = (try? JSONValue(parsing: text))?.object ?? [:]
        self.init(isFIFO: members["FifoQueue"]?.string == "true")
        for name in Self.settable {
            if let value = members[name]?.string { try? set(name, value, isNew: true) }
        }
    }
}
