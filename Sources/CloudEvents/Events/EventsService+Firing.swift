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
        let timers = FiringTimers<RuleKey>(clock: clock) { [weak self] key, due in await self?.fire(key, due: due) }
        running.withLock { $0 = Running(outbox: outbox, timers: timers, report: report) }
        clock.observeTurningBack { [weak self] in self?.replan() }
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
                let missed = Self.count(schedule.fireTimes(after: next - 1, anchor: rule.anchor), until: last)
                report(
                    "The rule \(rule.key.name) was due \(missed) while the cloud was not running; it goes on with its "
                        + "next time, as EventBridge does not catch up.")
            }
            await plan(rule.key, after: last)
        }
        outbox.wake()
    }

    /// Ends the deliveries and the timers; what is left stays in the store.
    public func stop() async {
        let running = running.withLock { running in
            defer { running = nil }
            return running
        }
        running?.timers.stop()
        await running?.outbox.stop()
    }

    /// The moments at which rules fire from one moment until before another, in order.
    ///
    /// - Parameter limit: how many at most.
    public func fireTimes(from: Timestamp, to: Timestamp, limit: Int = 100_000) -> [PlannedFiring] {
        let lists = scheduledRules.filter(\.isEnabled).map { rule in
            var firings: [PlannedFiring] = []
            guard let schedule = rule.schedule else { return firings }
            for time in schedule.fireTimes(after: from.seconds - 1, anchor: rule.anchor) {
                let moment = Timestamp(seconds: time)
                guard moment < to, firings.count < limit else { break }
                guard moment >= from else { continue }
                firings.append(
                    PlannedFiring(
                        time: moment, arn: ruleARN(rule.key), name: rule.key.name, targets: rule.targets.map(\.arn)))
            }
            return firings
        }
        return PlannedFiring.merged(lists, limit: limit)
    }

    private var scheduledRules: [Rule] {
        storage.read { $0.rules.values.filter { $0.schedule != nil } }.sorted { $0.key < $1.key }
    }

    private static func count(_ times: some Sequence<Int64>, until end: Int64) -> String {
        var count = 0
        for time in times {
            guard time <= end else { break }
            count += 1
            if count == 100_000 { return "more than 100000 times" }
        }
        return count == 1 ? "once" : "\(count) times"
    }

    // MARK: Timers

    /// Sets the timer of a rule as its plan says, or takes it back.
    func arm(_ key: RuleKey) {
        guard let timers = running.withLock({ $0?.timers }) else { return }
        if let next = storage.read({ $0.rules[key]?.next }) {
            timers.arm(key, at: Timestamp(seconds: next))
        } else {
            timers.disarm(key)
        }
    }

    private func plan(_ key: RuleKey, after moment: Int64) async {
        try? await storage.change { catalog in
            guard var rule = catalog.rules[key] else { return [] }
            rule.plan(after: moment)
            return [.putRule(rule)]
        }
        arm(key)
    }

    /// The clock was turned back: what lies ahead now is lived through again, and every schedule fires in it.
    private func replan() {
        let hold = clock.hold()
        Task {
            let now = self.clock.now.seconds
            for rule in self.scheduledRules { await self.plan(rule.key, after: now) }
            self.running.withLock { $0 }?.outbox.wake()
            hold.release()
        }
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
            if isAsleep { report("The rule \(key.name) was due at \(due.iso8601), while this machine slept.") }
        } catch {
            report("The rule \(key.name) could not fire at \(due.iso8601): \(error)")
            return await plan(key, after: time)
        }
        arm(key)
        await running.withLock { $0 }?.outbox.pump()
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
