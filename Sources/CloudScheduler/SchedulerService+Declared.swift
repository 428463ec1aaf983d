import CloudCore
import JSONValue

extension SchedulerService {
    /// Makes a schedule, or brings the one of this name to what is declared. The rhythm of one that fires as before
    /// stays. A group that is not there is made.
    ///
    /// - Parameter members: the members of `CreateSchedule`.
    /// - Throws: ``ServiceError`` for what Scheduler refuses; the store's errors.
    public func declareSchedule(_ name: String, group: String, _ members: JSONObject) async throws {
        if storage.read({ $0.groups[group] == nil }) {
            _ = try await createScheduleGroup(InputMembers(["Name": .string(group)]))
        }
        let schedule = try Schedule(
            InputMembers(members), key: ScheduleKey(group: group, name: name), now: clock.now)
        try await put(schedule, makesNew: true)
    }

    /// Deletes a schedule that is declared no longer; one that is not there is none.
    ///
    /// - Throws: the store's errors.
    public func withdrawSchedule(_ name: String, group: String) async throws {
        let key = ScheduleKey(group: group, name: name)
        try await storage.change { catalog in catalog.schedules[key] == nil ? [] : [.deleteSchedule(key)] }
        arm(key)
    }
}
