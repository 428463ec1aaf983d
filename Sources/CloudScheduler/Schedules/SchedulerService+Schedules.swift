import CloudCore
import JSONValue

extension SchedulerService {
    func createSchedule(_ input: InputMembers) async throws -> JSONObject {
        let key = try key(input)
        let schedule = try Schedule(input, key: key, now: clock.now)
        try await storage.change { [identifiers] catalog in
            guard catalog.groups[key.group] != nil else { throw ServiceError.noGroup(key.group) }
            guard catalog.schedules[key] == nil else {
                throw ServiceError.scheduler(.conflict, "Schedule \(key.name) already exists.")
            }
            var schedule = schedule
            schedule.plan(after: schedule.anchor, identifiers)
            return [.putSchedule(schedule)]
        }
        arm(key)
        return ["ScheduleArn": .string(scheduleARN(key))]
    }

    /// Everything that is not given goes back to its default, as with the service.
    func updateSchedule(_ input: InputMembers) async throws -> JSONObject {
        let key = try key(input)
        try await put(try Schedule(input, key: key, now: clock.now), makesNew: false)
        return ["ScheduleArn": .string(scheduleARN(key))]
    }

    /// Puts a schedule in place of the one of that name; when that fired at the same times, the rhythm goes on.
    func put(_ schedule: Schedule, makesNew: Bool) async throws {
        let key = schedule.key
        try await storage.change { [identifiers] catalog in
            guard catalog.groups[key.group] != nil else { throw ServiceError.noGroup(key.group) }
            var schedule = schedule
            let known = catalog.schedules[key]
            guard makesNew || known != nil else { throw ServiceError.noSchedule(key.name) }
            if let known { schedule.created = known.created }
            if let known, known.hasRhythm(of: schedule) {
                schedule.keepRhythm(of: known)
            } else {
                schedule.plan(after: schedule.anchor, identifiers)
            }
            return [.putSchedule(schedule)]
        }
        arm(key)
    }

    func getSchedule(_ input: InputMembers) throws -> JSONObject {
        let key = try key(input)
        _ = try group(key.group)
        guard let schedule = storage.read({ $0.schedules[key] }) else { throw ServiceError.noSchedule(key.name) }
        var output = identification(schedule)
        for (name, value) in schedule.members { output[name] = value }
        return output
    }

    func deleteSchedule(_ input: InputMembers) async throws -> JSONObject {
        let key = try key(input)
        _ = try group(key.group)
        try await storage.change { catalog in
            guard catalog.schedules[key] != nil else { throw ServiceError.noSchedule(key.name) }
            return [.deleteSchedule(key)]
        }
        arm(key)
        return [:]
    }

    func listSchedules(_ input: InputMembers) throws -> JSONObject {
        let groupName = try input.text("GroupName", length: 1...64, of: Schedule.alphabet)
        if let groupName { _ = try group(groupName) }
        let prefix = try input.text("NamePrefix", length: 1...64, of: Schedule.alphabet) ?? ""
        let state = try input.word("State", of: ["ENABLED", "DISABLED"])
        let schedules = storage.read { catalog in
            catalog.schedules.values.filter { schedule in
                schedule.key.name.hasPrefix(prefix) && (groupName == nil || schedule.key.group == groupName)
                    && (state == nil || schedule.isEnabled == (state == "ENABLED"))
            }
        }
        let sorted = schedules.sorted { Self.order($0.key) < Self.order($1.key) }
        let (page, next) = try Self.page(sorted, input) { Self.order($0.key) }
        let summaries = page.map { schedule in
            var summary = identification(schedule)
            summary["State"] = schedule.members["State"]
            summary["Target"] = ["Arn": .string(schedule.target.arn)]
            return JSONValue.object(summary)
        }
        var output: JSONObject = ["Schedules": .array(summaries)]
        output["NextToken"] = next.map { .string($0) }
        return output
    }

    private static func order(_ key: ScheduleKey) -> String { "\(key.group)/\(key.name)" }

    private func identification(_ schedule: Schedule) -> JSONObject {
        [
            "Arn": .string(scheduleARN(schedule.key)), "GroupName": .string(schedule.key.group),
            "Name": .string(schedule.key.name), "CreationDate": JSONValue(schedule.created.epochSeconds),
            "LastModificationDate": JSONValue(schedule.modified.epochSeconds),
        ]
    }

    private func key(_ input: InputMembers) throws(ServiceError) -> ScheduleKey {
        let name = try input.requiredText("Name", length: 1...64, of: Schedule.alphabet)
        let group = try input.text("GroupName", length: 1...64, of: Schedule.alphabet)
        return ScheduleKey(group: group ?? ScheduleGroup.defaultName, name: name)
    }
}
