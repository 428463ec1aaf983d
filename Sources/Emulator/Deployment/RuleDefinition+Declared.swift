import CloudCore
import CloudEvents
import JSONValue
import Template

extension RuleDefinition {
    /// The rule as the events service takes it.
    var declared: DeclaredRule {
        DeclaredRule(
            name: name, eventBus: eventBus, description: description, pattern: trigger.pattern,
            schedule: trigger.scheduleText, isEnabled: isEnabled, targets: targets.map(\.putTargetsMembers))
    }
}

extension RuleTarget {
    /// The members of a target, as `PutTargets` has them.
    fileprivate var putTargetsMembers: JSONObject {
        var members: JSONObject = ["Id": .string(id), "Arn": .string(arn)]
        switch input {
        case .event: break
        case .constant(let text): members["Input"] = .string(text)
        case .path(let path): members["InputPath"] = .string(path)
        case .transformer(let paths, let template):
            var transformer: JSONObject = ["InputTemplate": .string(template)]
            if !paths.isEmpty {
                transformer["InputPathsMap"] = .object(
                    JSONObject(texts: paths))
            }
            members["InputTransformer"] = .object(transformer)
        }
        addDelivery(to: &members)
        return members
    }

    /// Retries, dead letters and the message group, which both services write alike.
    fileprivate func addDelivery(to members: inout JSONObject) {
        members["RetryPolicy"] = [
            "MaximumRetryAttempts": JSONValue(retry.maximumRetryAttempts),
            "MaximumEventAgeInSeconds": JSONValue(retry.maximumEventAge),
        ]
        members["DeadLetterConfig"] = deadLetterARN.map { ["Arn": .string($0)] }
        members["SqsParameters"] = messageGroupID.map { ["MessageGroupId": .string($0)] }
    }
}

extension ScheduleDefinition {
    /// The members of `CreateSchedule`.
    func members(_ identity: CloudIdentity) -> JSONObject {
        var target: JSONObject = [
            "Arn": .string(self.target.arn),
            // No role is needed here; the service's input has to have one.
            "RoleArn": .string("arn:aws:iam::\(identity.accountID):role/\(logicalID)Role"),
        ]
        if case .constant(let text) = self.target.input { target["Input"] = .string(text) }
        self.target.addDelivery(to: &target)
        var members: JSONObject = [
            "ScheduleExpression": .string(expressionText), "ScheduleExpressionTimezone": .string(timeZone),
            "State": isEnabled ? "ENABLED" : "DISABLED", "Target": .object(target),
            "FlexibleTimeWindow": ["Mode": "OFF"],
        ]
        if let minutes = flexibleWindowMinutes {
            members["FlexibleTimeWindow"] = ["Mode": "FLEXIBLE", "MaximumWindowInMinutes": JSONValue(minutes)]
        }
        members["Description"] = description.map { .string($0) }
        members["StartDate"] = start.map { JSONValue($0) }
        members["EndDate"] = end.map { JSONValue($0) }
        return members
    }
}
