import CloudCore
import JSONValue
import NIOCore

/// Rules that fire by themselves, and what keeps the deliveries going.
extension EventsService {
    /// Begins to deliver and to fire: first what an earlier process left in the outbox, then every schedule at its next
    /// time. What was due while nobody was there is not caught up on, as with EventBridge; how much that was is said.
    ///
    /// - Parameters:
    ///   - targets: takes the deliveries.
    ///   - report: told, in a sentence, of what a person should know.
    public func start(delivering targets: any TargetDelivery, report: @escaping @Sendable (String) -> Void) async {
        let manner = DeliveryOutbox.Manner(deadLetter: Self.deadLetter, report: report)
        let outbox = DeliveryOutbox(database: storage.database, clock: clock, targets: targets, manner: manner)
        running.start(
            outbox, report: report, fire: { [weak self] in await self?.fire($0, due: $1) },
            replan: { [weak self] in await self?.replan() })
        let now = clock.now.seconds
        for rule in scheduledRules {
            // What is due in this very second is not missed: where the last cloud ended before it came to that, on a clock
            // that stands, it fires now.
            if rule.isEnabled, rule.next == now {
                arm(rule.key)
                continue
            }
            var last = now
            if let next = rule.next, next < now, rule.isEnabled, let schedule = rule.schedule {
                last = now - 1
                let missed = schedule.fireTimes(after: next - 1, anchor: rule.anchor).count(until: last)
                report(
                    "The rule \(rule.key.name) was due \(missed) while the cloud was not running; it goes on with its "
                        + "next time, as EventBridge does not catch up.")
            }
            await plan(rule.key, after: last)
        }
        running.wake()
    }

    /// Ends the deliveries and the timers; what is left stays in the store.
    public func stop() async { await running.stop() }

    /// The moments at which rules fire from one moment until before another, in order.
    ///
    /// - Parameter limit: how many at most.
    public func fireTimes(from: Timestamp, to: Timestamp, limit: Int = 100_000) -> [PlannedFiring] {
        let lists = scheduledRules.filter(\.isEnabled).map { rule in
            guard let schedule = rule.schedule else { return [PlannedFiring]() }
            let times = schedule.fireTimes(after: from.seconds - 1, anchor: rule.anchor)
            return PlannedFiring.list(of: times, from: from, to: to, limit: limit) { moment in
                PlannedFiring(
                    time: moment, arn: ruleARN(rule.key), name: rule.key.name, targets: rule.targets.map(\.arn))
            }
        }
        return PlannedFiring.merged(lists, limit: limit)
    }

    private var scheduledRules: [Rule] {
        storage.read { $0.rules.values.filter { $0.schedule != nil } }.sorted { $0.key < $1.key }
    }

    // MARK: Timers

    /// Sets the timer of a rule as its plan says, or takes it back.
    func arm(_ key: RuleKey) { running.arm(key) { storage.read { $0.rules[key]?.next } } }

    private func plan(_ key: RuleKey, after moment: Int64) async {
        try? await storage.change { catalog in
            guard var rule = catalog.rules[key] else { return [] }
            rule.plan(after: moment)
            return [.putRule(rule)]
        }
        arm(key)
    }

    private func replan() async {
        let now = clock.now.seconds
        for rule in scheduledRules { await plan(rule.key, after: now) }
    }

    /// Fires a rule: its deliveries and its next time are stored together, so that no crash loses one or doubles the
    /// other. Returns once the targets have what can be delivered now.
    private func fire(_ key: RuleKey, due: Timestamp) async {
        let time = due.seconds
        let now = clock.now.seconds
        let isAsleep = clock.wasAsleep(since: due)
        let id = identifiers.uuid()
        do {
            try await storage.change { database, catalog in
                guard var rule = catalog.rules[key], rule.isEnabled, rule.next == time else { return [] }
                if !isAsleep {
                    let event = Event(
                        id: id, detailType: "Scheduled Event", source: "aws.events", time: due,
                        resources: [self.ruleARN(key)], detail: [:], ingested: due)
                    let entries = self.deliveries(of: event, event.envelope(self.identity), by: rule)
                    for entry in entries { try entry.insert(into: database) }
                }
                rule.plan(after: isAsleep ? now : time)
                return [.putRule(rule)]
            }
            if isAsleep { running.report("The rule \(key.name) was due at \(due.iso8601), while this machine slept.") }
        } catch {
            running.report("The rule \(key.name) could not fire at \(due.iso8601): \(error)")
            return await plan(key, after: time)
        }
        arm(key)
        await running.pump()
    }

    // MARK: Dead letters

    /// The event as it was, with what EventBridge says of its failure.
    @Sendable private static func deadLetter(
        _ entry: OutboxEntry, _ failure: DeliveryOutbox.Failure, _ target: String
    ) -> Delivery {
        var letter = Delivery(
            target: target,
            payload: entry.context["event"]?.string.map { ByteBuffer(string: $0) } ?? entry.delivery.payload,
            source: entry.delivery.source, principal: "events.amazonaws.com")
        var attributes: [(String, String)] = [
            ("RULE_ARN", entry.context["rule"]?.string ?? ""),
            ("TARGET_ARN", entry.context["target"]?.string ?? entry.delivery.target),
            ("ERROR_CODE", errorCode(failure.error)), ("ERROR_MESSAGE", failure.error.message),
            ("RETRY_ATTEMPTS", String(failure.retries)),
        ]
        if let condition = failure.condition { attributes.append(("EXHAUSTED_RETRY_CONDITION", condition.rawValue)) }
        letter.messageAttributes = attributes.map { ($0, "String", $1.isEmpty ? "-" : $1) }
        return letter
    }

    private static func errorCode(_ error: ServiceError) -> String {
        switch error.code {
        case "ResourceNotFoundException", "QueueDoesNotExist": "NO_RESOURCE"
        case "InvalidRequestContentException": "INVALID_JSON"
        default: error.status == 429 ? "THROTTLING" : "SDK_CLIENT_ERROR"
        }
    }
}
