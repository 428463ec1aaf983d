import JSONValue
import Schedule

extension TemplateReader {
    func readRule(_ entry: ResourceEntry, _ reader: PropertyReader) {
        var trigger = RuleDefinition.Trigger()
        if let text = reader.string("ScheduleExpression") {
            trigger.schedule = expression(text, "ScheduleExpression", reader, .eventBridge)
            trigger.scheduleText = text
        }
        if reader.map("EventPattern") != nil { trigger.pattern = reader.json("EventPattern") }
        if !reader.mentions("ScheduleExpression"), !reader.mentions("EventPattern") {
            diagnostics.error(
                reader.path, "Rule \(reader.subject) needs a ScheduleExpression, an EventPattern or both.")
        }
        let targets = reader.objects("Targets", schema: "Rule.Target").compactMap { part -> RuleTarget? in
            guard let id = part.required("Id", part.string), let arn = part.required("Arn", part.string) else {
                return nil
            }
            return target(id: id, arn: arn, part)
        }
        let name = evaluator.name(of: entry)
        template.rules.append(
            RuleDefinition(
                logicalID: entry.logicalID, name: name, arn: cloud.ruleARN(name),
                description: reader.string("Description"), eventBus: reader.string("EventBusName") ?? "default",
                trigger: trigger, isEnabled: isEnabled(reader), targets: targets))
    }

    func readSchedule(_ entry: ResourceEntry, _ reader: PropertyReader) {
        _ = reader.required("FlexibleTimeWindow", reader.map)
        guard let part = reader.required("Target", { reader.object($0, schema: "Schedule.Target") }),
            let arn = part.required("Arn", part.string)
        else { return }
        let target = target(id: entry.logicalID, arn: arn, part)
        let name = evaluator.name(of: entry)
        if let schedule = schedule(entry.logicalID, name: name, target: target, reader) {
            template.schedules.append(schedule)
        }
    }

    /// What `AWS::Scheduler::Schedule` and `ScheduleV2` have in common.
    func schedule(
        _ logicalID: String, name: String, target: RuleTarget, _ reader: PropertyReader
    ) -> ScheduleDefinition? {
        checkName(name, .schedule, reader.path)
        guard let text = reader.required("ScheduleExpression", reader.string),
            let expression = expression(text, "ScheduleExpression", reader, .scheduler)
        else { return nil }
        let timeZone = reader.string("ScheduleExpressionTimezone") ?? "UTC"
        if ZonedSchedule(expression, timeZone: timeZone, created: 0) == nil {
            reader.fault("ScheduleExpressionTimezone", "'\(timeZone)' is not the name of a time zone.")
        }
        let window = reader.object("FlexibleTimeWindow", schema: "Event.FlexibleTimeWindow")
        let isFlexible = window?.string("Mode") == "FLEXIBLE"
        return ScheduleDefinition(
            logicalID: logicalID, name: name, group: reader.string("GroupName") ?? "default",
            description: reader.string("Description"), expression: expression, expressionText: text,
            timeZone: timeZone, start: instant("StartDate", reader), end: instant("EndDate", reader),
            flexibleWindowMinutes: isFlexible ? window?.int("MaximumWindowInMinutes", in: 1...1440) : nil,
            isEnabled: isEnabled(reader), target: target)
    }

    /// A date with a time in UTC: `2026-11-21T00:00:00Z`, also without the `Z` or with a fraction of a second.
    private func instant(_ key: String, _ reader: PropertyReader) -> Int64? {
        guard let text = reader.string(key) else { return nil }
        var rest = text[...]
        if rest.hasSuffix("Z") { rest = rest.dropLast() }
        if let dot = rest.firstIndex(of: ".") { rest = rest[..<dot] }
        if let time = CivilTime(parsing: rest) { return time.epochSeconds }
        reader.fault(key, "\(key) of \(reader.subject) is '\(text)' and must have the form 2026-11-21T00:00:00Z.")
        return nil
    }

    func expression(
        _ text: String, _ key: String, _ reader: PropertyReader, _ dialect: ScheduleExpression.Dialect
    ) -> ScheduleExpression? {
        do throws(ScheduleError) {
            return try ScheduleExpression(parsing: text, dialect: dialect)
        } catch {
            reader.fault(key, "\(error.serviceMessage) \(error.description).")
            return nil
        }
    }

    /// `State` says it, or `Enabled`.
    func isEnabled(_ reader: PropertyReader) -> Bool {
        if let state = reader.string("State") {
            if state.hasPrefix("ENABLED") { return true }
            if state == "DISABLED" { return false }
            reader.fault("State", "State of \(reader.subject) is '\(state)' and must be ENABLED or DISABLED.")
        }
        return reader.bool("Enabled") ?? true
    }

    /// A target, with what stands in the same object on input, retries and dead letters.
    func target(id: String, arn: String, _ reader: PropertyReader) -> RuleTarget {
        var input = RuleTarget.Input.event
        if let text = reader.string("Input") {
            input = .constant(text)
            if (try? JSONValue(parsing: text)) == nil {
                reader.fault("Input", "Input of \(reader.subject) must be JSON text: a string needs quotes of its own.")
            }
        } else if let path = reader.string("InputPath") {
            input = .path(path)
        } else if let part = reader.object("InputTransformer", schema: "Rule.InputTransformer"),
            let text = part.required("InputTemplate", part.string)
        {
            let paths = part.stringMap("InputPathsMap") ?? []
            input = .transformer(paths: Dictionary(paths.map { ($0.key, $0.value) }) { $1 }, template: text)
        }
        if ["Input", "InputPath", "InputTransformer"].count(where: reader.mentions) > 1 {
            diagnostics.error(
                reader.path, "Only one of Input, InputPath and InputTransformer may be given (\(reader.subject)).")
        }
        let retry = reader.object("RetryPolicy", schema: "Event.RetryPolicy")
        let queue = reader.object("DeadLetterConfig", schema: "Event.DeadLetterConfig")
        if let queue, queue.mentions("Type"), !queue.mentions("Arn") {
            queue.warn("Type", "No dead-letter queue is made for \(reader.subject) on this cloud: name one by its Arn.")
        }
        return RuleTarget(
            id: id, arn: arn, input: input,
            retry: RetryPolicy(
                maximumRetryAttempts: retry?.int("MaximumRetryAttempts", in: 0...185) ?? 185,
                maximumEventAge: retry?.int("MaximumEventAgeInSeconds", in: 60...86_400) ?? 86_400),
            deadLetterARN: queue?.string("Arn"),
            messageGroupID: reader.object("SqsParameters", schema: nil)?.string("MessageGroupId"))
    }
}
