import CloudCore

/// Whom a bucket tells of what.
///
/// Source: "Amazon S3 Event Notifications", Amazon S3 User Guide.
public struct NotificationConfiguration: Sendable, Equatable {
    /// One entry: events of a kind, of some keys, go to one destination.
    public struct Rule: Sendable, Equatable {
        /// Names the entry, in the configuration and in records.
        public var id: String
        /// The ARN of a function or a queue.
        public var destination: String
        /// Such as `s3:ObjectCreated:*`.
        public var events: [String]
        /// How keys must start; nil for any.
        public var prefix: String?
        /// How keys must end; nil for any.
        public var suffix: String?

        /// An entry.
        public init(
            id: String, destination: String, events: [String], prefix: String? = nil, suffix: String? = nil
        ) {
            self.id = id
            self.destination = destination
            self.events = events
            self.prefix = prefix
            self.suffix = suffix
        }
    }

    /// The entries, in order.
    public var rules: [Rule]
    /// Whether everything that happens also goes to the account's event bus.
    public var notifiesEventBridge: Bool

    /// A configuration; the empty one tells nobody.
    public init(rules: [Rule] = [], notifiesEventBridge: Bool = false) {
        self.rules = rules
        self.notifiesEventBridge = notifiesEventBridge
    }

    /// Every event that an entry may name. Those that nothing here causes are known all the same: configurations are
    /// written for Amazon S3.
    static let eventNames: Set<String> = [
        "s3:ReducedRedundancyLostObject", "s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Post",
        "s3:ObjectCreated:Copy", "s3:ObjectCreated:CompleteMultipartUpload", "s3:ObjectRemoved:*",
        "s3:ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated", "s3:ObjectRestore:*",
        "s3:ObjectRestore:Post", "s3:ObjectRestore:Completed", "s3:Replication:*",
        "s3:Replication:OperationFailedReplication", "s3:Replication:OperationNotTracked",
        "s3:Replication:OperationMissedThreshold", "s3:Replication:OperationReplicatedAfterThreshold",
        "s3:ObjectRestore:Delete", "s3:LifecycleTransition", "s3:IntelligentTiering", "s3:ObjectAcl:Put",
        "s3:LifecycleExpiration:*", "s3:LifecycleExpiration:Delete", "s3:LifecycleExpiration:DeleteMarkerCreated",
        "s3:ObjectTagging:*", "s3:ObjectTagging:Put", "s3:ObjectTagging:Delete",
    ]

    /// Who is told of an event, in the order of the entries.
    func destinations(of name: ObjectEvent.Name, key: ObjectKey, eventBus: String) -> [NotificationDestination] {
        var destinations = rules.filter { $0.covers(name, key) }.map {
            NotificationDestination(arn: $0.destination, configurationID: $0.id)
        }
        if notifiesEventBridge { destinations.append(NotificationDestination(arn: eventBus, configurationID: "")) }
        return destinations
    }

    /// Looks whether the entries can stand beside one another.
    ///
    /// - Throws: `InvalidArgument`.
    func check() throws(ServiceError) {
        for rule in rules {
            for event in rule.events where !Self.eventNames.contains(event) {
                throw .invalidArgument("The event is not supported for notifications", name: "Event", value: event)
            }
        }
        for (index, rule) in rules.enumerated() {
            for other in rules[(index + 1)...] {
                if rule.id == other.id {
                    throw .invalidArgument("Same ID used for multiple configurations", name: "Id", value: rule.id)
                }
                guard !rule.overlaps(other) else {
                    throw .s3(
                        .invalidArgument,
                        "Configurations overlap. Configurations on the same bucket cannot share a common event type.")
                }
            }
        }
    }
}

extension NotificationConfiguration.Rule {
    func covers(_ name: ObjectEvent.Name, _ key: ObjectKey) -> Bool {
        guard events.contains(where: { Self.covers($0, "s3:" + name.rawValue) }) else { return false }
        let key = key.text.utf8
        if let prefix, !key.starts(with: prefix.utf8) { return false }
        if let suffix, !key.reversed().starts(with: suffix.utf8.reversed()) { return false }
        return true
    }

    /// Whether some event of some key would go to both.
    func overlaps(_ other: Self) -> Bool {
        guard events.contains(where: { event in other.events.contains { Self.meet(event, $0) } }) else { return false }
        let (prefix, otherPrefix) = (self.prefix ?? "", other.prefix ?? "")
        let (suffix, otherSuffix) = (self.suffix ?? "", other.suffix ?? "")
        return (prefix.hasPrefix(otherPrefix) || otherPrefix.hasPrefix(prefix))
            && (suffix.hasSuffix(otherSuffix) || otherSuffix.hasSuffix(suffix))
    }

    private static func covers(_ pattern: String, _ event: String) -> Bool {
        pattern == event || pattern.hasSuffix("*") && event.hasPrefix(pattern.dropLast())
    }

    private static func meet(_ one: String, _ other: String) -> Bool { covers(one, other) || covers(other, one) }
}
