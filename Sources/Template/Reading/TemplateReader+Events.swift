import JSONValue

extension TemplateReader {
    /// The names of the functions, read or not.
    var functionNames: Set<String> {
        if let known = knownFunctionNames { return known }
        let entries = evaluator.resources.values.filter {
            ($0.type == .serverlessFunction || $0.type == .function) && evaluator.exists($0)
        }
        let names = Set(entries.map(evaluator.name))
        knownFunctionNames = names
        return names
    }

    /// Events of other services that a function can have, which nothing here sends.
    private static let unsupported: Set<String> = [
        "SNS", "Kinesis", "DynamoDB", "CloudWatchLogs", "IoTRule", "AlexaSkill", "Cognito", "MSK", "MQ",
        "SelfManagedKafka", "DocumentDB",
    ]

    func events(
        of function: FunctionDefinition, _ entry: ResourceEntry, _ reader: PropertyReader
    ) -> [FunctionEvent] {
        var events: [FunctionEvent] = []
        for (name, value) in reader.map("Events") ?? [] {
            let event = PropertyReader(
                value, subject: "event '\(name)' of \(reader.subject)", schema: "Event", diagnostics: diagnostics)
            guard let type = event.required("Type", event.string) else { continue }
            let body = event.raw("Properties") ?? .emptyMap(value.path)
            let properties = PropertyReader(
                body, subject: event.subject, schema: "Event." + type, diagnostics: diagnostics)
            let logicalID = entry.logicalID + name
            let source: FunctionEvent.Source?
            switch type {
            case "HttpApi", "Api":
                source = route(to: function, isREST: type == "Api", properties).map { .route($0) }
            case "Schedule", "EventBridgeRule", "CloudWatchEvent":
                source = rule(for: function, logicalID, type: type, properties).map { .rule($0) }
            case "ScheduleV2":
                source = schedule(for: function, logicalID, properties).map { .schedule($0) }
            case "SQS":
                source = mapping(for: function, logicalID, properties).map { .mapping($0) }
            case "S3":
                source = notification(for: function, logicalID, properties)
            default:
                source = nil
                let known = ["HttpApi", "Api", "Schedule", "ScheduleV2", "SQS", "S3", "EventBridgeRule"]
                if Self.unsupported.contains(type) {
                    event.warn("Type", "Events of type \(type) are not emulated: \(event.subject) is skipped.")
                } else {
                    let hint = Spelling.nearest(to: type, in: known).map { "; did you mean '\($0)'?" } ?? "."
                    event.fault("Type", "'\(type)' is not a type of events\(hint)")
                }
            }
            if let source { events.append(FunctionEvent(name: name, source: source)) }
        }
        return events
    }

    private func rule(
        for function: FunctionDefinition, _ logicalID: String, type: String, _ reader: PropertyReader
    ) -> RuleDefinition? {
        let isSchedule = type == "Schedule"
        var trigger = RuleDefinition.Trigger()
        if isSchedule {
            guard let text = reader.required("Schedule", reader.string),
                let expression = expression(text, "Schedule", reader, .eventBridge)
            else { return nil }
            trigger.schedule = expression
            trigger.scheduleText = text
        } else {
            guard let pattern = reader.required("Pattern", { reader.map($0) == nil ? nil : reader.json($0) }) else {
                return nil
            }
            trigger.pattern = pattern
        }
        let name = evaluator.ruleName(logicalID, explicit: reader.string(isSchedule ? "Name" : "RuleName"))
        checkName(name, .rule, reader.path)
        let id = reader.object("Target", schema: nil)?.string("Id") ?? logicalID + "LambdaTarget"
        let rule = RuleDefinition(
            logicalID: logicalID, name: name, arn: cloud.ruleARN(name), description: reader.string("Description"),
            eventBus: reader.string("EventBusName") ?? "default", trigger: trigger, isEnabled: isEnabled(reader),
            targets: [target(id: id, arn: function.arn, reader)])
        places[logicalID] = reader.path
        template.rules.append(rule)
        return rule
    }

    private func schedule(
        for function: FunctionDefinition, _ logicalID: String, _ reader: PropertyReader
    ) -> ScheduleDefinition? {
        let name = reader.string("Name") ?? logicalID
        let target = target(id: logicalID, arn: function.arn, reader)
        guard let schedule = schedule(logicalID, name: name, target: target, reader) else { return nil }
        places[logicalID] = reader.path
        template.schedules.append(schedule)
        return schedule
    }

    private func mapping(
        for function: FunctionDefinition, _ logicalID: String, _ reader: PropertyReader
    ) -> EventSourceMappingDefinition? {
        guard let queue = reader.required("Queue", reader.string) else { return nil }
        guard let mapping = mapping(logicalID, function: function.name, source: queue, "Queue", reader) else {
            return nil
        }
        template.eventSourceMappings.append(mapping)
        return mapping
    }

    private func notification(
        for function: FunctionDefinition, _ logicalID: String, _ reader: PropertyReader
    ) -> FunctionEvent.Source? {
        guard let bucket = reader.required("Bucket", reader.string),
            let events = reader.required("Events", { reader.strings($0, orSingle: true) })
        else { return nil }
        let filter = keyFilter(reader)
        let notification = BucketNotification(
            id: logicalID, targetARN: function.arn, events: events, prefix: filter.prefix, suffix: filter.suffix)
        checkEventNames(events, reader, "Events")
        bucketEvents[bucket, default: []].append((notification, reader.path(of: "Bucket")))
        return .notification(bucket: bucket, notification)
    }
}
