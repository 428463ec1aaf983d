import CloudCore
import JSONValue

extension EventsService {
    private enum Tagged: Sendable {
        case bus(String)
        case rule(RuleKey)
    }

    func tagResource(_ input: InputMembers) async throws -> JSONObject {
        let resource = try resource(input)
        let added = try input.tags("Tags", required: true) ?? [:]
        try await changeTags(of: resource) { $0.merge(added) { $1 } }
        return [:]
    }

    func untagResource(_ input: InputMembers) async throws -> JSONObject {
        let resource = try resource(input)
        let keys = try input.texts("TagKeys", required: true)
        try await changeTags(of: resource) { tags in
            for key in keys { tags[key] = nil }
        }
        return [:]
    }

    func listTagsForResource(_ input: InputMembers) throws -> JSONObject {
        let tags =
            switch try resource(input) {
            case .bus(let name): try bus(name).tags
            case .rule(let key): try rule(key).tags
            }
        return ["Tags": JSONValue(tagList: tags)]
    }

    private func changeTags(
        of resource: Tagged, _ change: @escaping @Sendable (inout [String: String]) -> Void
    ) async throws {
        try await storage.change { catalog in
            switch resource {
            case .bus(let name):
                guard var bus = catalog.buses[name] else { throw ServiceError.noBus(name) }
                change(&bus.tags)
                return [.putBus(bus)]
            case .rule(let key):
                guard var rule = catalog.rules[key] else { throw ServiceError.noRule(key.name, on: key.bus) }
                change(&rule.tags)
                return [.putRule(rule)]
            }
        }
    }

    private func resource(_ input: InputMembers) throws(ServiceError) -> Tagged {
        let arn = try input.requiredText("ResourceARN", length: 1...1600)
        let start = identity.arn("events", "")
        guard arn.hasPrefix(start) else { throw .invalid(parameter: "ResourceARN") }
        let parts = arn.dropFirst(start.count).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count) {
        case ("event-bus", 2):
            _ = try bus(parts[1])
            return .bus(parts[1])
        case ("rule", 2), ("rule", 3):
            let key = RuleKey(bus: parts.count == 3 ? parts[1] : EventBus.defaultName, name: parts[parts.count - 1])
            _ = try rule(key)
            return .rule(key)
        default: throw .invalid(parameter: "ResourceARN")
        }
    }
}
