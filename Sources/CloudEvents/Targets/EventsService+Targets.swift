import CloudCore
import JSONValue

extension EventsService {
    /// How many targets a rule may have, as EventBridge's quota has it.
    private static let targetLimit = 5

    func putTargets(_ input: InputMembers) async throws -> JSONObject {
        let key = try ruleKey(input, "Rule")
        var targets: [RuleTarget] = []
        for target in try input.structures("Targets", count: 1...100, required: true) {
            targets.append(try RuleTarget(target))
        }
        let added = targets
        try await storage.change { catalog in
            guard catalog.buses[key.bus] != nil else { throw ServiceError.noBus(key.bus) }
            guard var rule = catalog.rules[key] else { throw ServiceError.noRule(key.name, on: key.bus) }
            for target in added {
                if let index = rule.targets.firstIndex(where: { $0.id == target.id }) {
                    rule.targets[index] = target
                } else {
                    rule.targets.append(target)
                }
            }
            guard rule.targets.count <= Self.targetLimit else {
                throw ServiceError.events(
                    .limitExceeded, "The requested resource exceeds the maximum number allowed.")
            }
            return [.putRule(rule)]
        }
        return ["FailedEntryCount": 0, "FailedEntries": []]
    }

    func removeTargets(_ input: InputMembers) async throws -> JSONObject {
        let key = try ruleKey(input, "Rule")
        let ids = try input.texts("Ids", count: 1...100, required: true)
        _ = try input.flag("Force")
        let known = Set(try rule(key).targets.map(\.id))
        try await storage.change { catalog in
            guard var rule = catalog.rules[key] else { throw ServiceError.noRule(key.name, on: key.bus) }
            rule.targets.removeAll { ids.contains($0.id) }
            return [.putRule(rule)]
        }
        let failed = ids.filter { !known.contains($0) }
        return [
            "FailedEntryCount": JSONValue(failed.count),
            "FailedEntries": .array(
                failed.map {
                    [
                        "TargetId": .string($0), "ErrorCode": "ResourceNotFoundException",
                        "ErrorMessage": .string("Rule \(key.name) does not have a target with the Id \($0)."),
                    ]
                }),
        ]
    }

    func listTargetsByRule(_ input: InputMembers) throws -> JSONObject {
        let targets = try rule(try ruleKey(input, "Rule")).targets.sorted { $0.id < $1.id }
        let (page, next) = try Self.page(targets, input, name: \.id)
        var output: JSONObject = ["Targets": .array(page.map { .object($0.members) })]
        output["NextToken"] = next.map { .string($0) }
        return output
    }

    func listRuleNamesByTarget(_ input: InputMembers) throws -> JSONObject {
        let arn = try input.requiredText("TargetArn", length: 1...1600)
        let bus = try busName(input)
        _ = try self.bus(bus)
        let names = rules(on: bus).filter { rule in rule.targets.contains { $0.arn == arn } }.map(\.key.name)
        let (page, next) = try Self.page(names, input) { $0 }
        var output: JSONObject = ["RuleNames": .array(page.map { .string($0) })]
        output["NextToken"] = next.map { .string($0) }
        return output
    }
}
