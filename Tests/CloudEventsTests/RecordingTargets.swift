import CloudCore
import JSONValue
import NIOCore
import Synchronization

/// Takes deliveries and remembers them, or refuses them as it is told.
final class RecordingTargets: TargetDelivery {
    struct Taken: Sendable, Equatable {
        var time: Timestamp
        var target: String
        var payload: String
        var attributes: [String: String]
        var group: String?
        var envelope: EventEnvelope?
    }

    private struct State {
        var taken: [Taken] = []
        var refusals: [String: ServiceError] = [:]
        var attempts: [String: Int] = [:]
        var buses: Buses?
    }

    /// Where deliveries to buses go.
    struct Buses: Sendable {
        var publish: @Sendable (Delivery) async throws -> Void
    }

    private let state = Mutex(State())
    let clock: CloudClock

    init(clock: CloudClock) { self.clock = clock }

    var taken: [Taken] { state.withLock { $0.taken } }

    func payloads(_ target: String) -> [String] { taken.filter { $0.target == target }.map(\.payload) }

    func attempts(_ target: String) -> Int { state.withLock { $0.attempts[target] ?? 0 } }

    /// Refuses everything for a target from now on; with nil, takes it again.
    func refuse(_ target: String, with error: ServiceError?) { state.withLock { $0.refusals[target] = error } }

    func connect(_ buses: Buses) { state.withLock { $0.buses = buses } }

    func canDeliver(to arn: String) -> Bool { true }

    func deliver(_ delivery: Delivery) async throws {
        let (refusal, buses) = state.withLock { state in
            state.attempts[delivery.target, default: 0] += 1
            return (state.refusals[delivery.target], state.buses)
        }
        if let refusal { throw refusal }
        if delivery.target.contains(":event-bus/"), let buses { return try await buses.publish(delivery) }
        let taken = Taken(
            time: clock.now, target: delivery.target, payload: String(buffer: delivery.payload),
            attributes: Dictionary(delivery.messageAttributes.map { ($0.name, $0.value) }) { $1 },
            group: delivery.messageGroupID, envelope: delivery.envelope)
        state.withLock { $0.taken.append(taken) }
    }
}

/// Identifiers that are counted, the same in each run.
func countedIdentifiers() -> IdentifierSource {
    let next = Counter()
    return IdentifierSource { count in
        let number = next.value.wrappingAdd(1, ordering: .relaxed).newValue
        return (0..<count).map { UInt8(truncatingIfNeeded: number &* 31 &+ UInt64($0) &* 7) }
    }
}

private final class Counter: Sendable {
    let value = Atomic<UInt64>(0)
}
