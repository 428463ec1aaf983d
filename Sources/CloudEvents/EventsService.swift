import CloudCore
import JSONValue

/// Amazon EventBridge (API version 2015-10-07): buses, rules with patterns and schedules, targets.
///
/// An event that was accepted is in the store with everything that it is to become; it reaches its targets through the
/// cloud's ``TargetDelivery``, again after a crash.
public final class EventsService: CloudService {
    /// An operation: input in, output out.
    typealias Operation = @Sendable (EventsService, InputMembers) async throws -> JSONObject

    /// Every operation there is.
    static let operations: [String: Operation] = [
        // Buses
        "CreateEventBus": { try await $0.createEventBus($1) },
        "DescribeEventBus": { try $0.describeEventBus($1) },
        "ListEventBuses": { try $0.listEventBuses($1) },
        "UpdateEventBus": { try await $0.updateEventBus($1) },
        "DeleteEventBus": { try await $0.deleteEventBus($1) },
        // Rules
        "PutRule": { try await $0.putRule($1) },
        "DescribeRule": { try $0.describeRule($1) },
        "ListRules": { try $0.listRules($1) },
        "EnableRule": { try await $0.enableRule($1) },
        "DisableRule": { try await $0.disableRule($1) },
        "DeleteRule": { try await $0.deleteRule($1) },
        // Targets
        "PutTargets": { try await $0.putTargets($1) },
        "RemoveTargets": { try await $0.removeTargets($1) },
        "ListTargetsByRule": { try $0.listTargetsByRule($1) },
        "ListRuleNamesByTarget": { try $0.listRuleNamesByTarget($1) },
        // Events
        "PutEvents": { try await $0.putEvents($1) },
        "TestEventPattern": { try $0.testEventPattern($1) },
        // Tags
        "TagResource": { try await $0.tagResource($1) },
        "UntagResource": { try await $0.untagResource($1) },
        "ListTagsForResource": { try $0.listTagsForResource($1) },
    ]

    /// Bytes that a request may have: what ten entries may hold, all of it escaped, and their frame.
    static let requestLimit = 4 * 1024 * 1024

    /// By what the edge knows which requests are this service's.
    public let address = ServiceAddress(name: "events", signingNames: ["events"], targetPrefixes: ["AWSEvents"])

    let storage: CatalogStorage<EventsChange>
    let clock: CloudClock
    let identity: CloudIdentity
    let identifiers: IdentifierSource
    let running: ScheduledDeliveries<RuleKey>

    /// Opens the service on a store. Nothing is delivered and nothing fires until ``start(delivering:report:)``.
    ///
    /// - Throws: ``StoreError``; SQLite's errors.
    public init(
        store: Store, clock: CloudClock, identity: CloudIdentity = CloudIdentity(),
        identifiers: IdentifierSource = .random
    ) throws {
        self.clock = clock
        self.identity = identity
        self.identifiers = identifiers
        running = ScheduledDeliveries(clock: clock)
        storage = try CatalogStorage(store: store, now: clock.now)
    }

    /// Answers a request.
    public func respond(to request: CloudRequest, call: ServiceCall) async -> CloudResponse {
        do {
            let name = AWSJSON.operation(of: request) ?? ""
            guard let operation = Self.operations[name] else {
                throw ServiceError.events(.unknownOperation, "The operation \(name) is not served here.")
            }
            let members = try await AWSJSON.input(of: request, limit: Self.requestLimit)
            let output = try await operation(self, InputMembers(members))
            return AWSJSON.response(.object(output), version: .v1_1, requestID: call.requestID)
        } catch {
            let error = error as? ServiceError ?? .events(.internal, UnexpectedFailure.message(for: error))
            return response(to: error, for: request, call: call)
        }
    }

    // MARK: For the operations

    func ruleARN(_ key: RuleKey) -> String {
        identity.arn("events", key.bus == EventBus.defaultName ? "rule/\(key.name)" : "rule/\(key.bus)/\(key.name)")
    }

    func busARN(_ name: String) -> String { identity.arn("events", "event-bus/\(name)") }

    /// The name of the bus that a member names, itself or by its ARN.
    func busName(_ input: InputMembers, _ member: String = "EventBusName") throws(ServiceError) -> String {
        let given = try input.text(member, length: 1...1600, of: EventBus.referenceAlphabet) ?? EventBus.defaultName
        return EventBus.name(in: given)
    }

    /// A page of a list that is in the order of its elements' names.
    static func page<Element>(
        _ elements: [Element], _ input: InputMembers, name: (Element) -> String
    ) throws(ServiceError) -> (elements: [Element], next: String?) {
        try input.page(of: elements, limit: "Limit", invalidToken: .invalid(parameter: "NextToken"), name: name)
    }
}
