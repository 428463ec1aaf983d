import CloudCore
import JSONValue
import NIOCore

/// Amazon EventBridge Scheduler (API version 2021-06-30): schedules in any time zone, in groups, each with one target.
///
/// What was acknowledged is in the store. A schedule fires by the cloud's clock; what it sends is in the store with its
/// next time, and reaches its target through the cloud's ``TargetDelivery``, again after a crash.
public final class SchedulerService: CloudService {
    /// By what the edge knows which requests are this service's.
    public let address = ServiceAddress(
        name: "scheduler", signingNames: ["scheduler"], pathPrefixes: ["/schedules", "/schedule-groups"])

    /// Bytes that a request may have.
    static let requestLimit = 1024 * 1024

    let storage: CatalogStorage<SchedulerChange>
    let clock: CloudClock
    let identity: CloudIdentity
    let identifiers: IdentifierSource
    let running: ScheduledDeliveries<ScheduleKey>

    /// Opens the service on a store. Nothing fires until ``start(delivering:report:)``.
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
            guard let (operation, value) = SchedulerOperation.find(method: request.method, path: request.path) else {
                throw ServiceError.scheduler(
                    .unknownOperation, "There is no operation at \(request.method) \(request.path).")
            }
            let input = try await Self.input(of: request, operation, value)
            let output = try await answer(operation, input)
            return CloudResponse(
                status: 200, headers: ["Content-Type": "application/json", "x-amzn-RequestId": call.requestID],
                body: .bytes(ByteBuffer(bytes: JSONValue.object(output).encoded())))
        } catch {
            let error =
                error as? ServiceError ?? .scheduler(.internalServer, UnexpectedFailure.message(for: error))
            return response(to: error, for: request, call: call)
        }
    }

    /// Writes an error in the service's protocol.
    public func response(to error: ServiceError, for request: CloudRequest, call: ServiceCall) -> CloudResponse {
        error.schedulerResponse(requestID: call.requestID)
    }

    private func answer(_ operation: SchedulerOperation, _ input: InputMembers) async throws -> JSONObject {
        switch operation {
        case .createSchedule: try await createSchedule(input)
        case .getSchedule: try getSchedule(input)
        case .updateSchedule: try await updateSchedule(input)
        case .deleteSchedule: try await deleteSchedule(input)
        case .listSchedules: try listSchedules(input)
        case .createScheduleGroup: try await createScheduleGroup(input)
        case .getScheduleGroup: try getScheduleGroup(input)
        case .deleteScheduleGroup: try await deleteScheduleGroup(input)
        case .listScheduleGroups: try listScheduleGroups(input)
        case .tagResource: try await tagResource(input)
        case .untagResource: try await untagResource(input)
        case .listTagsForResource: try listTagsForResource(input)
        }
    }

    /// The members of an input, from wherever in the request they come.
    private static func input(
        of request: CloudRequest, _ operation: SchedulerOperation, _ value: String?
    ) async throws -> InputMembers {
        var members = try await AWSJSON.input(of: request, limit: requestLimit)
        if let member = operation.route.member, let value { members[member] = .string(value) }
        let items = request.queryItems
        for (name, member) in operation.queryMembers {
            guard let text = items[name], !text.isEmpty else { continue }
            members[member] = member == "MaxResults" && Int(text) != nil ? .number(text) : .string(text)
        }
        if operation == .untagResource {
            members["TagKeys"] = .array(
                items.items.filter { $0.name == "TagKeys" }.map { .string($0.value ?? "") })
        }
        return InputMembers(members)
    }

    /// A page of a list that is in the order of its elements' names.
    static func page<Element>(
        _ elements: [Element], _ input: InputMembers, name: (Element) -> String
    ) throws(ServiceError) -> (elements: [Element], next: String?) {
        try input.page(of: elements, limit: "MaxResults", invalidToken: .invalid("Invalid NextToken."), name: name)
    }

    func scheduleARN(_ key: ScheduleKey) -> String {
        identity.arn("scheduler", "schedule/\(key.group)/\(key.name)")
    }

    func groupARN(_ name: String) -> String { identity.arn("scheduler", "schedule-group/\(name)") }
}
