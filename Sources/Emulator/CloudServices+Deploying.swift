import CloudCore
import CloudDynamoDB
import CloudGateway
import CloudLambda
import Template

/// What a template declares, made and started in the order in which one thing needs another.
extension CloudServices {
    /// Creates what is not there yet, takes over functions and routes, and lets events flow.
    ///
    /// - Throws: `ServiceError` where a service refuses what is declared; the store's errors.
    func deploy(_ template: ServerlessTemplate, _ configuration: CloudConfiguration) async throws {
        for bucket in template.buckets { try await s3.createBucketIfMissing(bucket.name) }
        for table in template.tables { try await create(table) }
        // A queue that others redrive to comes first.
        for queue in template.queues.sorted(by: { $0.redrive == nil && $1.redrive != nil }) {
            try await sqs.createQueueIfMissing(queue.name, attributes: queue.attributes, tags: queue.tags)
        }
        for function in try configuration.functions(of: template) { try lambda.deploy(function) }
        gateway.replace(template.gatewayAPIs(guardedBy: guards))
        try await connect(template, configuration)
    }

    /// What calls functions without a request. Not before the functions are there: what a killed cloud left behind for
    /// them would find nobody.
    private func connect(_ template: ServerlessTemplate, _ configuration: CloudConfiguration) async throws {
        s3.deliverNotifications(through: targets) { [log] in log.note($0) }
        for bucket in template.buckets where !bucket.notifications.isEmpty || bucket.notifiesEventBridge {
            try await s3.setNotifications(bucket.notificationConfiguration, of: bucket.name)
        }
        try await connect(template.eventSourceMappings)
        for rule in template.rules { try await events.declareRule(rule.declared) }
        for schedule in template.schedules {
            try await scheduler.declareSchedule(
                schedule.name, group: schedule.group, schedule.members(configuration.identity))
        }
        lambda.deliverResults(through: targets)
        await events.start(delivering: targets) { [log] in log.note($0) }
        await scheduler.start(delivering: targets) { [log] in log.note($0) }
    }

    /// Brings the mappings to what is declared.
    func connect(_ mappings: [EventSourceMappingDefinition]) async throws {
        for (name, reason) in try await lambda.deployEventSourceMappings(mappings.map(\.declaration)) {
            let mapping = mappings.first { $0.logicalID == name }
            log.note(
                "Messages of \(mapping?.eventSourceARN ?? name) do not reach \(mapping?.function ?? "a function"), as "
                    + "AWS would refuse the mapping \(name): \(reason.message)")
        }
    }

    func create(_ table: TableDefinition) async throws {
        var input = table.createTableInput
        if let attribute = table.timeToLiveAttribute {
            input["TimeToLiveSpecification"] = ["Enabled": true, "AttributeName": .string(attribute)]
        }
        if case .differs(let differences) = try await dynamoDB.declareTable(input) {
            log.note(
                "The table \(table.name) is kept as it is, which is not as the template declares it: "
                    + differences.joined(separator: "; ") + ". Delete it, or use another --data, to have it made anew.")
        }
    }
}
