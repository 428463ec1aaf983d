import CloudCore
import JSONValue

extension SchedulerService {
    /// How many groups there may be, as the service's quota has it.
    private static let groupLimit = 500

    func createScheduleGroup(_ input: InputMembers) async throws -> JSONObject {
        let name = try input.requiredText("Name", length: 1...64, of: Schedule.alphabet)
        let tags = try input.tags() ?? [:]
        let now = clock.now
        try await storage.change { catalog in
            guard catalog.groups[name] == nil else {
                throw ServiceError.scheduler(.conflict, "Schedule group \(name) already exists.")
            }
            guard catalog.groups.count < Self.groupLimit else {
                throw ServiceError.scheduler(
                    .serviceQuotaExceeded, "The limit of \(Self.groupLimit) schedule groups is reached.")
            }
            return [.putGroup(ScheduleGroup(name: name, created: now, modified: now, tags: tags))]
        }
        return ["ScheduleGroupArn": .string(groupARN(name))]
    }

    func getScheduleGroup(_ input: InputMembers) throws -> JSONObject {
        summary(try group(try input.requiredText("Name", length: 1...64, of: Schedule.alphabet)))
    }

    func deleteScheduleGroup(_ input: InputMembers) async throws -> JSONObject {
        let name = try input.requiredText("Name", length: 1...64, of: Schedule.alphabet)
        guard name != ScheduleGroup.defaultName else {
            throw ServiceError.invalid("Default schedule group cannot be deleted.")
        }
        _ = try group(name)
        let keys = storage.read { catalog in catalog.schedules.keys.filter { $0.group == name } }
        try await storage.change { catalog in
            catalog.schedules.keys.filter { $0.group == name }.map { .deleteSchedule($0) } + [.deleteGroup(name)]
        }
        for key in keys { arm(key) }
        return [:]
    }

    func listScheduleGroups(_ input: InputMembers) throws -> JSONObject {
        let prefix = try input.text("NamePrefix", length: 1...64, of: Schedule.alphabet) ?? ""
        let groups = storage.read { $0.groups.values.filter { $0.name.hasPrefix(prefix) } }.sorted { $0.name < $1.name }
        let (page, next) = try Self.page(groups, input, name: \.name)
        var output: JSONObject = ["ScheduleGroups": .array(page.map { .object(summary($0)) })]
        output["NextToken"] = next.map { .string($0) }
        return output
    }

    private func summary(_ group: ScheduleGroup) -> JSONObject {
        [
            "Arn": .string(groupARN(group.name)), "Name": .string(group.name), "State": "ACTIVE",
            "CreationDate": JSONValue(group.created.epochSeconds),
            "LastModificationDate": JSONValue(group.modified.epochSeconds),
        ]
    }

    func group(_ name: String) throws(ServiceError) -> ScheduleGroup {
        guard let group = storage.read({ $0.groups[name] }) else { throw .noGroup(name) }
        return group
    }

    // MARK: Tags

    func tagResource(_ input: InputMembers) async throws -> JSONObject {
        let added = try input.tags("Tags", required: true) ?? [:]
        try await changeTags(input) { $0.merge(added) { $1 } }
        return [:]
    }

    func untagResource(_ input: InputMembers) async throws -> JSONObject {
        let keys = try input.texts("TagKeys", required: true)
        try await changeTags(input) { tags in
            for key in keys { tags[key] = nil }
        }
        return [:]
    }

    func listTagsForResource(_ input: InputMembers) throws -> JSONObject {
        ["Tags": JSONValue(tagList: try group(try taggedGroup(input)).tags)]
    }

    private func changeTags(
        _ input: InputMembers, _ change: @escaping @Sendable (inout [String: String]) -> Void
    ) async throws {
        let name = try taggedGroup(input)
        let now = clock.now
        try await storage.change { catalog in
            guard var group = catalog.groups[name] else { throw ServiceError.noGroup(name) }
            change(&group.tags)
            group.modified = now
            return [.putGroup(group)]
        }
    }

    /// Only groups have tags.
    private func taggedGroup(_ input: InputMembers) throws(ServiceError) -> String {
        let arn = try input.requiredText("ResourceArn", length: 1...1011)
        let start = groupARN("")
        guard arn.hasPrefix(start), arn.utf8.count > start.utf8.count else {
            throw input.refused(
                "ResourceArn", .string(arn),
                "Member must satisfy regular expression pattern: "
                    + #"^arn:aws(-[a-z]+)?:scheduler:[a-z0-9\-]+:\d{12}:schedule-group\/[0-9a-zA-Z-_.]+$"#)
        }
        return String(arn.dropFirst(start.count))
    }
}
