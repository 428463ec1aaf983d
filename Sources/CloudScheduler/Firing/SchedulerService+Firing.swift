import CloudCore
import GRDB
import JSONValue
import Schedule

extension SchedulerService {
    /// Begins to fire: first what an earlier process left in the outbox, then every schedule at its next time.
    ///
    /// What was due while nobody was there: a one-time schedule, which Scheduler promises to invoke at least once, is sent
    /// now, and given up only where it is older than its target's maximum event age; what repeats goes on with its next
    /// time. Both are said.
    ///
    /// - Parameters:
    ///   - targets: takes the deliveries.
    ///   - report: told, in a sentence, of what a person should know.
    public func start(delivering targets: any TargetDelivery, report: @escaping @Sendable (String) -> Void) async {
        let manner = DeliveryOutbox.Manner(
            payload: { ScheduleMessage.filled($0, attempt: $1) }, deadLetter: ScheduleMessage.deadLetter,
            report: report)
        let outbox = DeliveryOutbox(database: storage.database, clock: clock, targets: targets, manner: manner)
        running.start(
            outbox, report: report, fire: { [weak self] in await self?.fire($0, due: $1) },
            replan: { [weak self] in await self?.replan() })
        let now = clock.now.seconds
        for schedule in schedules {
            if schedule.isEnabled, let due = schedule.due, due < now, let next = schedule.next {
                if schedule.isOnce {
                    await fireLate(schedule.key, time: next)
                    continue
                }
                let missed = schedule.zoned?.fireTimes(after: next - 1).count(until: now - 1) ?? "sometimes"
                report(
                    "The schedule \(schedule.key.name) was due \(missed) while the cloud was not running; it goes on "
                        + "with its next time.")
                await plan(schedule.key, after: now - 1)
                continue
            }
            if schedule.isEnabled, let due = schedule.due, let next = schedule.next, due >= now, next <= now {
                // Its time has come, in this very second or with a window that has not ended: what was drawn stays drawn.
                arm(schedule.key)
            } else if schedule.next != schedule.zoned?.next(after: now) || schedule.anchor > now {
                await plan(schedule.key, after: now)
            } else {
                arm(schedule.key)
            }
        }
        running.wake()
    }

    /// Ends the deliveries and the timers; what is left stays in the store.
    public func stop() async { await running.stop() }

    /// The moments at which schedules fire from one moment until before another, in order; those with a flexible window
    /// fire up to so many minutes later.
    ///
    /// - Parameter limit: how many at most.
    public func fireTimes(from: Timestamp, to: Timestamp, limit: Int = 100_000) -> [PlannedFiring] {
        let lists = schedules.filter(\.isEnabled).map { schedule in
            guard let times = schedule.zoned?.fireTimes(after: from.seconds - 1) else { return [PlannedFiring]() }
            return PlannedFiring.list(of: times, from: from, to: to, limit: limit) { moment in
                PlannedFiring(
                    time: moment, arn: scheduleARN(schedule.key), name: schedule.key.name,
                    targets: [schedule.target.arn], flexibleMinutes: schedule.windowMinutes)
            }
        }
        return PlannedFiring.merged(lists, limit: limit)
    }

    private var schedules: [Schedule] { storage.read { Array($0.schedules.values) }.sorted { $0.key < $1.key } }

    // MARK: Timers

    /// Sets the timer of a schedule as its plan says, or takes it back.
    func arm(_ key: ScheduleKey) { running.arm(key) { storage.read { $0.schedules[key]?.due } } }

    private func plan(_ key: ScheduleKey, after moment: Int64) async {
        try? await storage.change { [identifiers] catalog in
            guard var schedule = catalog.schedules[key] else { return [] }
            schedule.plan(after: moment, identifiers)
            return [.putSchedule(schedule)]
        }
        arm(key)
    }

    private func replan() async {
        let now = clock.now.seconds
        for schedule in schedules { await plan(schedule.key, after: now) }
    }

    /// Fires a schedule: its delivery and its next time are stored together, so that no crash loses one or doubles the
    /// other. Returns once the target has it, if it can be delivered now.
    private func fire(_ key: ScheduleKey, due: Timestamp) async {
        let isAsleep = clock.wasAsleep(since: due)
        guard let schedule = storage.read({ $0.schedules[key] }), schedule.due == due.seconds,
            let time = schedule.next
        else { return }
        if isAsleep, !schedule.isOnce {
            running.report("The schedule \(key.name) was due at \(due.iso8601), while this machine slept.")
            return await plan(key, after: clock.now.seconds)
        }
        await send(key, time: time, occurred: due)
    }

    private func fireLate(_ key: ScheduleKey, time: Int64) async {
        let moment = Timestamp(seconds: time)
        running.report(
            "The schedule \(key.name) was to fire once, at \(moment.iso8601), while the cloud was not running: it "
                + "fires now.")
        await send(key, time: time, occurred: moment)
    }

    private func send(_ key: ScheduleKey, time: Int64, occurred: Timestamp) async {
        let arn = scheduleARN(key)
        let executionID = identifiers.hex(bytes: 8)
        do {
            try await storage.change { [identifiers, identity] database, catalog in
                guard var schedule = catalog.schedules[key], schedule.isEnabled, schedule.next == time else {
                    return []
                }
                let entry = ScheduleMessage.entry(
                    of: schedule, arn: arn, time: Timestamp(seconds: time), executionID: executionID,
                    occurred: occurred, identifiers, identity)
                try entry.insert(into: database)
                schedule.plan(after: time, identifiers)
                if schedule.next == nil, schedule.deletesItself { return [.deleteSchedule(key)] }
                return [.putSchedule(schedule)]
            }
        } catch {
            running.report("The schedule \(key.name) could not fire at \(occurred.iso8601): \(error)")
            return await plan(key, after: time)
        }
        arm(key)
        await running.pump()
    }
}
