import CloudCore
import GRDB
import JSONValue
import NIOCore

extension Announcement {
    /// Puts a notification for each destination into the outbox, in the transaction that they tell of: once a request is
    /// answered, no crash loses one.
    func insert(into database: Database) throws {
        for destination in destinations {
            try WaitingNotification(event: event, destination: destination).entry.insert(into: database)
        }
    }
}

/// An event that one of its destinations is yet to be told of.
///
/// Its payload is made when it is delivered, since it carries the number that the outbox gave it.
struct WaitingNotification: Sendable, Equatable {
    var event: ObjectEvent
    var destination: NotificationDestination

    /// Of two notifications of one bucket, the later one has the greater text.
    static func sequencer(_ id: Int64) -> String {
        let digits = String(id, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 18 - digits.count)) + digits
    }

    /// What an attempt delivers.
    ///
    /// - Parameter owner: the principal of the account, as records name it.
    @Sendable static func filled(_ entry: OutboxEntry, owner: String) -> OutboxEntry {
        guard let waiting = WaitingNotification(entry) else { return entry }
        let (event, configurationID) = (waiting.event, waiting.destination.configurationID)
        let sequencer = sequencer(entry.id)
        var filled = entry
        if configurationID.isEmpty {
            filled.delivery.payload = ByteBuffer(bytes: event.detail(sequencer: sequencer, owner: owner).encoded())
            filled.delivery.envelope = event.envelope
        } else {
            let record = event.record(sequencer: sequencer, configurationID: configurationID, owner: owner)
            filled.delivery.payload = ByteBuffer(bytes: record.encoded())
        }
        return filled
    }
}

/// The form in which it waits.
extension WaitingNotification {
    /// For the outbox. Amazon S3 tells at least once, so that there is no limit to the attempts.
    var entry: OutboxEntry {
        var context: JSONObject = [
            "name": .string(event.name.rawValue), "bucket": .string(event.bucket), "key": .string(event.key.text),
            "region": .string(event.region), "requestID": .string(event.requestID), "hostID": .string(event.hostID),
            "sourceAddress": .string(event.sourceAddress), "configuration": .string(destination.configurationID),
        ]
        context["size"] = event.size.map { JSONValue($0) }
        context["etag"] = event.etag.map { .string($0) }
        let delivery = Delivery(
            target: destination.arn, payload: ByteBuffer(), source: "bucket \(event.bucket)",
            principal: "s3.amazonaws.com")
        return OutboxEntry(delivery, policy: .untilTaken, occurred: event.time, context: context)
    }

    init?(_ entry: OutboxEntry) {
        func text(_ member: String) -> String { entry.context[member]?.string ?? "" }
        guard let name = ObjectEvent.Name(rawValue: text("name")) else { return nil }
        event = ObjectEvent(
            name: name, bucket: text("bucket"), key: ObjectKey(text("key")), size: entry.context["size"]?.int,
            etag: entry.context["etag"]?.string, time: entry.occurred, region: text("region"),
            requestID: text("requestID"), hostID: text("hostID"), sourceAddress: text("sourceAddress"))
        destination = NotificationDestination(arn: entry.delivery.target, configurationID: text("configuration"))
    }
}
