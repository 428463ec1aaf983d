import CloudCore
import NIOCore
import Synchronization

/// Takes deliveries and remembers them, or refuses them as it is told.
public final class RecordingTargets: TargetDelivery {
    /// A delivery that was taken.
    public struct Taken: Sendable, Equatable {
        /// When it was taken.
        public var time: Timestamp
        /// An ARN.
        public var target: String
        /// What was delivered, as text.
        public var payload: String
        /// The message's attributes.
        public var attributes: [String: String]
        /// The message group.
        public var group: String?
        /// The event's envelope, for a bus.
        public var envelope: EventEnvelope?
    }

    /// Where deliveries to buses go.
    public struct Buses: Sendable {
        let publish: @Sendable (Delivery) async throws -> Void

        /// What to do with them.
        public init(publish: @escaping @Sendable (Delivery) async throws -> Void) { self.publish = publish }
    }

    private struct State {
        var taken: [Taken] = []
        var refusals: [String: ServiceError] = [:]
        var attempts: [String: Int] = [:]
        var buses: Buses?
    }

    private let state = Mutex(State())
    private let clock: CloudClock

    /// Takes everything.
    public init(clock: CloudClock) { self.clock = clock }

    /// What was taken, in order.
    public var taken: [Taken] { state.withLock { $0.taken } }

    /// What a target was given, in order.
    public func payloads(_ target: String) -> [String] { taken.filter { $0.target == target }.map(\.payload) }

    /// How often a target was offered something, taken or not.
    public func attempts(_ target: String) -> Int { state.withLock { $0.attempts[target] ?? 0 } }

    /// Refuses everything for a target from now on; with nil, takes it again.
    public func refuse(_ target: String, with error: ServiceError?) { state.withLock { $0.refusals[target] = error } }

    /// Passes on what is for a bus.
    public func connect(_ buses: Buses) { state.withLock { $0.buses = buses } }

    /// Always.
    public func canDeliver(to arn: String) -> Bool { true }

    /// Takes it, or refuses it as told.
    public func deliver(_ delivery: Delivery) async throws {
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
