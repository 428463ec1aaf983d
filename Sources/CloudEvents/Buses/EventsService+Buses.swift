import CloudCore
import JSONValue

extension EventsService {
    private static let settingNames = ["Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig"]
    /// How many buses there may be, as EventBridge's quota has it.
    private static let busLimit = 100

    func createEventBus(_ input: InputMembers) async throws -> JSONObject {
        let name = try input.requiredText("Name", length: 1...256, of: EventBus.alphabet)
        if let source = try input.text("EventSourceName", length: 1...256) {
            throw ServiceError.events(.resourceNotFound, "Event source \(source) does not exist.")
        }
        guard !name.contains("/") else { throw ServiceError.invalid("Event bus name must not contain '/'.") }
        let settings = try Self.busSettings(input)
        let tags = try input.tags() ?? [:]
        let now = clock.now
        try await storage.change { catalog in
            guard catalog.buses[name] == nil else {
                throw ServiceError.events(.resourceAlreadyExists, "Event bus \(name) already exists.")
            }
            guard catalog.buses.count < Self.busLimit else {
                throw ServiceError.events(
                    .limitExceeded, "The requested resource exceeds the maximum number allowed.")
            }
            return [.putBus(EventBus(name: name, created: now, modified: now, settings: settings, tags: tags))]
        }
        var output: JSONObject = ["EventBusArn": .string(busARN(name))]
        for (key, value) in settings { output[key] = value }
        return output
    }

    private static func busSettings(_ input: InputMembers) throws(ServiceError) -> JSONObject {
        _ = try input.text("Description", length: 0...512)
        _ = try input.text("KmsKeyIdentifier", length: 0...2048)
        _ = try input.structure("DeadLetterConfig")?.text("Arn", length: 1...1600)
        if let log = try input.structure("LogConfig") {
            _ = try log.word("IncludeDetail", of: ["NONE", "FULL"])
            _ = try log.word("Level", of: ["OFF", "ERROR", "INFO", "TRACE"])
        }
        var settings = JSONObject()
        for name in settingNames where input.contains(name) { settings[name] = input.members[name] }
        return settings
    }

    func describeEventBus(_ input: InputMembers) throws -> JSONObject {
        let bus = try bus(try busName(input, "Name"))
        var output = summary(bus)
        for (key, value) in bus.settings { output[key] = value }
        return output
    }

    func listEventBuses(_ input: InputMembers) throws -> JSONObject {
        let prefix = try input.text("NamePrefix", length: 1...256, of: EventBus.alphabet) ?? ""
        let buses = storage.read { $0.buses.values.filter { $0.name.hasPrefix(prefix) }.sorted { $0.name < $1.name } }
        let (page, next) = try Self.page(buses, input, name: \.name)
        var output: JSONObject = ["EventBuses": .array(page.map { .object(summary($0)) })]
        output["NextToken"] = next.map { .string($0) }
        return output
    }

    private func summary(_ bus: EventBus) -> JSONObject {
        var summary: JSONObject = ["Name": .string(bus.name), "Arn": .string(busARN(bus.name))]
        summary["Description"] = bus.settings["Description"]
        summary["CreationTime"] = JSONValue(bus.created.epochSeconds)
        summary["LastModifiedTime"] = JSONValue(bus.modified.epochSeconds)
        return summary
    }

    func updateEventBus(_ input: InputMembers) async throws -> JSONObject {
        let name = try busName(input, "Name")
        let settings = try Self.busSettings(input)
        let now = clock.now
        try await storage.change { catalog in
            guard var bus = catalog.buses[name] else { throw ServiceError.noBus(name) }
            for (key, value) in settings { bus.settings[key] = value }
            bus.modified = now
            return [.putBus(bus)]
        }
        var output: JSONObject = ["Arn": .string(busARN(name)), "Name": .string(name)]
        for (key, value) in try bus(name).settings { output[key] = value }
        return output
    }

    /// One that is not there is deleted as well as can be, as the service does.
    func deleteEventBus(_ input: InputMembers) async throws -> JSONObject {
        let name = try input.requiredText("Name", length: 1...256, of: EventBus.alphabet)
        guard name != EventBus.defaultName else { throw ServiceError.invalid("Cannot delete event bus default.") }
        try await storage.change { catalog in
            guard !catalog.rules.keys.contains(where: { $0.bus == name }) else {
                throw ServiceError.invalid("Event bus \(name) can't be deleted since it has rules.")
            }
            return catalog.buses[name] == nil ? [] : [.deleteBus(name)]
        }
        return [:]
    }

    func bus(_ name: String) throws(ServiceError) -> EventBus {
        guard let bus = storage.read({ $0.buses[name] }) else { throw .noBus(name) }
        return bus
    }
}
