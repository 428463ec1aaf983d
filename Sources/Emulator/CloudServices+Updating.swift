import CloudCore
import CloudGateway
import CloudLambda
import CloudS3
import Template

/// Bringing a running cloud to another state of its template.
extension CloudServices {
    /// Makes what is new, changes what is different, and takes back what is declared no longer. Nothing is taken back
    /// before nobody is led to it, so that no request meets a half of each.
    ///
    /// - Throws: ``CloudStartError`` before anything has changed; `ServiceError` and the store's errors.
    func update(_ changes: TemplateChanges, _ configuration: CloudConfiguration) async throws {
        let functions = try configuration.functions(of: changes.new)
        let before = (try? configuration.functions(of: changes.old)) ?? []
        for bucket in changes.buckets.added { try await s3.createBucketIfMissing(bucket.name) }
        for table in changes.tables.current { try await create(table) }
        for queue in changes.queues.current.sorted(by: { $0.redrive == nil && $1.redrive != nil }) {
            try await sqs.createQueueIfMissing(queue.name, attributes: queue.attributes, tags: queue.tags)
        }
        for function in functions where !before.contains(function) { try lambda.deploy(function) }
        if changes.old.apis != changes.new.apis || changes.old.functions != changes.new.functions
            || changes.old.tokenKeys != changes.new.tokenKeys
        {
            gateway.replace(changes.new.gatewayAPIs(guardedBy: guards))
        }
        try await reconnect(changes, configuration)
        for function in changes.functions.removed { try lambda.withdraw(function.name) }
    }

    private func reconnect(_ changes: TemplateChanges, _ configuration: CloudConfiguration) async throws {
        let told = changes.buckets.added.filter { !$0.notifications.isEmpty || $0.notifiesEventBridge }
        for bucket in changes.buckets.changed + told {
            try await s3.setNotifications(bucket.notificationConfiguration, of: bucket.name)
        }
        for bucket in changes.buckets.removed {
            do {
                try await s3.setNotifications(NotificationConfiguration(), of: bucket.name)
            } catch let error as ServiceError where error.code == "NoSuchBucket" {
                // It was deleted by hand: nothing is left to tell anybody.
            }
        }
        if !changes.mappings.isEmpty { try await connect(changes.new.eventSourceMappings) }
        for rule in changes.rules.current { try await events.declareRule(rule.declared) }
        for rule in changes.rules.removed { try await events.withdrawRule(rule.name, on: rule.eventBus) }
        for schedule in changes.schedules.current {
            try await scheduler.declareSchedule(
                schedule.name, group: schedule.group, schedule.members(configuration.identity))
        }
        for schedule in changes.schedules.removed {
            try await scheduler.withdrawSchedule(schedule.name, group: schedule.group)
        }
    }
}
