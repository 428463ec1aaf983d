import CloudCore
import EventPatterns
import JSONValue
import Schedule

extension EventsService {
    /// How many rules a bus may have, as EventBridge's quota has it.
    private static let ruleLimit = 300

    func putRule(_ input: InputMembers) async throws -> JSONObject {
        let key = try ruleKey(input)
        let tags = try input.tags()
        var rule = Rule(key: key, anchor: clock.now.seconds)
        rule.description = try input.text("Description", length: 0...512)
        rule.roleARN = try input.text("RoleArn", length: 1...1600)
        rule.state =
            try input.word("State", of: Rule.State.allCases.map(\.rawValue)).flatMap(Rule.State.init) ?? .enabled
        try Self.setTrigger(
            of: &rule, pattern: try input.text("EventPattern", length: 0...4096),
            schedule: try input.text("ScheduleExpression", length: 0...256))
        try await put(rule, tags: tags, targets: nil)
        return ["RuleArn": .string(ruleARN(key))]
    }

    /// - Throws: `ValidationException`, `InvalidEventPatternException`.
    static func setTrigger(of rule: inout Rule, pattern: String?, schedule: String?) throws(ServiceError) {
        // Also where it is empty: https://github.com/aws-controllers-k8s/community/issues/1984
        guard schedule == nil || rule.key.bus == EventBus.defaultName else {
            throw .invalid("ScheduleExpression is supported only on the default event bus.")
        }
        let pattern = pattern.flatMap { $0.isEmpty ? nil : $0 }
        let schedule = schedule.flatMap { $0.isEmpty ? nil : $0 }
        guard pattern != nil || schedule != nil else {
            throw .invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
        }
        if let schedule {
            do throws(ScheduleError) {
                rule.schedule = try ScheduleExpression(parsing: schedule)
            } catch {
                throw .invalid(error.serviceMessage)
            }
            rule.scheduleText = schedule
        }
        if let pattern {
            rule.pattern = try Self.pattern(pattern)
            rule.patternText = pattern
        }
    }

    static func pattern(_ text: String) throws(ServiceError) -> EventPattern {
        do throws(EventPatternError) {
            return try EventPattern(parsing: text)
        } catch {
            throw .events(.invalidEventPattern, error.description)
        }
    }

    /// Stores a rule in place of the one of that name, whose targets and tags stay unless others are given. A schedule
    /// that stays as it was keeps its rhythm.
    func put(_ rule: Rule, tags: [String: String]?, targets: [RuleTarget]?) async throws {
        let now = clock.now.seconds
        try await storage.change { catalog in
            guard catalog.buses[rule.key.bus] != nil else { throw ServiceError.noBus(rule.key.bus) }
            var rule = rule
            let known = catalog.rules[rule.key]
            if known == nil {
                guard catalog.rules.keys.count(where: { $0.bus == rule.key.bus }) < Self.ruleLimit else {
                    throw ServiceError.events(
                        .limitExceeded, "The requested resource exceeds the maximum number allowed.")
                }
            }
            rule.targets = targets ?? known?.targets ?? []
            rule.tags = tags ?? known?.tags ?? [:]
            if let known, known.scheduleText == rule.scheduleText, known.isEnabled == rule.isEnabled {
                rule.anchor = known.anchor
                rule.next = known.next
            } else {
                rule.plan(after: now)
            }
            return [.putRule(rule)]
        }
        arm(rule.key)
    }

    func describeRule(_ input: InputMembers) throws -> JSONObject {
        let rule = try rule(try ruleKey(input))
        var output = summary(rule)
        output["CreatedBy"] = .string(identity.accountID)
        return output
    }

    func listRules(_ input: InputMembers) throws -> JSONObject {
        let bus = try busName(input)
        _ = try self.bus(bus)
        let prefix = try input.text("NamePrefix", length: 1...64, of: Rule.alphabet) ?? ""
        let rules = rules(on: bus).filter { $0.key.name.hasPrefix(prefix) }
        let (page, next) = try Self.page(rules, input, name: \.key.name)
        var output: JSONObject = ["Rules": .array(page.map { .object(summary($0)) })]
        output["NextToken"] = next.map { .string($0) }
        return output
    }

    func enableRule(_ input: InputMembers) async throws -> JSONObject { try await setState(.enabled, input) }

    func disableRule(_ input: InputMembers) async throws -> JSONObject { try await setState(.disabled, input) }

    private func setState(_ state: Rule.State, _ input: InputMembers) async throws -> JSONObject {
        let key = try ruleKey(input)
        let now = clock.now.seconds
        try await storage.change { catalog in
            guard catalog.buses[key.bus] != nil else { throw ServiceError.noBus(key.bus) }
            guard var rule = catalog.rules[key] else { throw ServiceError.noRule(key.name, on: key.bus) }
            guard rule.isEnabled != (state == .enabled) else { return [] }
            rule.state = state
            rule.anchor = now
            rule.plan(after: now)
            return [.putRule(rule)]
        }
        arm(key)
        return [:]
    }

    func deleteRule(_ input: InputMembers) async throws -> JSONObject {
        let key = try ruleKey(input)
        _ = try input.flag("Force")
        try await storage.change { catalog in
            guard catalog.buses[key.bus] != nil else { throw ServiceError.noBus(key.bus) }
            guard let rule = catalog.rules[key] else { return [] }
            guard rule.targets.isEmpty else {
                throw ServiceError.invalid("Rule can't be deleted since it has targets.")
            }
            return [.deleteRule(key)]
        }
        arm(key)
        return [:]
    }

    // MARK: Rules by name

    func ruleKey(_ input: InputMembers, _ member: String = "Name") throws(ServiceError) -> RuleKey {
        let name = try input.requiredText(member, length: 1...64, of: Rule.alphabet)
        return RuleKey(bus: try busName(input), name: name)
    }

    func rule(_ key: RuleKey) throws(ServiceError) -> Rule {
        _ = try bus(key.bus)
        guard let rule = storage.read({ $0.rules[key] }) else { throw .noRule(key.name, on: key.bus) }
        return rule
    }

    /// The rules of a bus, by name.
    func rules(on bus: String) -> [Rule] {
        storage.read { $0.rules.values.filter { $0.key.bus == bus } }.sorted { $0.key < $1.key }
    }

    private func summary(_ rule: Rule) -> JSONObject {
        var summary: JSONObject = ["Name": .string(rule.key.name), "Arn": .string(ruleARN(rule.key))]
        summary["EventPattern"] = rule.patternText.map { .string($0) }
        summary["State"] = .string(rule.state.rawValue)
        summary["Description"] = rule.description.map { .string($0) }
        summary["ScheduleExpression"] = rule.scheduleText.map { .string($0) }
        summary["RoleArn"] = rule.roleARN.map { .string($0) }
        summary["EventBusName"] = .string(rule.key.bus)
        return summary
    }
}
