import CloudCore
import JSONValue
import NIOCore

/// Events of the services of the same cloud.
extension EventsService {
    /// Whether there is a bus of this ARN.
    public func hasBus(_ arn: String) -> Bool {
        guard arn.hasPrefix(identity.arn("events", "event-bus/")) else { return false }
        return storage.read { $0.buses[EventBus.name(in: arn)] != nil }
    }

    /// Publishes an event on a bus. When this returns, what it is to become is stored durably.
    ///
    /// - Parameters:
    ///   - detail: the event's `detail`, as JSON text.
    ///   - arn: the bus.
    /// - Throws: ``ServiceError``: there is no such bus, the detail is no JSON object.
    public func publish(_ envelope: EventEnvelope, detail: ByteBuffer, to arn: String) async throws {
        guard hasBus(arn) else { throw ServiceError.noBus(EventBus.name(in: arn)) }
        guard let detail = try? JSONValue(parsing: detail.readableBytesView), detail.object != nil else {
            throw ServiceError.invalid(parameter: "Detail", reason: "Detail is malformed.")
        }
        guard envelope.hops <= Event.hopLimit else {
            throw ServiceError.invalid("The event came through more than \(Event.hopLimit) event buses.")
        }
        let now = clock.now
        var event = Event(
            id: envelope.id ?? identifiers.uuid(), detailType: envelope.detailType, source: envelope.source,
            time: envelope.time ?? now, resources: envelope.resources, detail: detail, ingested: now)
        event.hops = envelope.hops
        try await accept([(event, EventBus.name(in: arn))])
    }
}
