import CloudCore
import JSONValue

/// A rule as a template declares it.
public struct DeclaredRule: Sendable {
    /// The rule's name.
    public var name: String
    /// The name or the ARN of its bus.
    public var eventBus: String
    /// What it is for.
    public var description: String?
    /// The pattern, as JSON.
    public var pattern: JSONValue?
    /// The schedule expression.
    public var schedule: String?
    /// Whether it is switched on.
    public var isEnabled: Bool
    /// The targets, each with the members of `PutTargets`.
    public var targets: [JSONObject]

    /// A rule.
    public init(
        name: String, eventBus: String = "default", description: String? = nil, pattern: JSONValue? = nil,
        schedule: String? = nil, isEnabled: Bool = true, targets: [JSONObject] = []
    ) {
        self.name = name
        self.eventBus = eventBus
        self.description = description
        self.pattern = pattern
        self.schedule = schedule
        self.isEnabled = isEnabled
        self.targets = targets
    }
}

extension EventsService {
    /// Makes a rule, or brings the one of this name to what is declared. The rhythm of a schedule that is as it was
    /// stays. A bus that is not there is made.
    ///
    /// - Throws: ``ServiceError`` for what EventBridge refuses; the store's errors.
    public func declareRule(_ declared: DeclaredRule) async throws {
        let key = RuleKey(bus: EventBus.name(in: declared.eventBus), name: declared.name)
        if storage.read({ $0.buses[key.bus] == nil }) {
            _ = try await createEventBus(InputMembers(["Name": .string(key.bus)]))
        }
        var rule = Rule(key: key, anchor: clock.now.seconds)
        rule.description = declared.description
        rule.state = declared.isEnabled ? .enabled : .disabled
        try Self.setTrigger(of: &rule, pattern: declared.pattern?.text(), schedule: declared.schedule)
        try await put(rule, tags: nil, targets: try declared.targets.map { try RuleTarget($0) })
    }

    /// Deletes a rule, with its targets, that is declared no longer; one that is not there is none.
    ///
    /// - Parameter eventBus: the name or the ARN of its bus.
    /// - Throws: the store's errors.
    public func withdrawRule(_ name: String, on eventBus: String) async throws {
        let key = RuleKey(bus: EventBus.name(in: eventBus), name: name)
        try await storage.change { catalog in catalog.rules[key] == nil ? [] : [.deleteRule(key)] }
        arm(key)
    }
}
