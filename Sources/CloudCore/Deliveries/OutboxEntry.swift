import Foundation
import GRDB
import JSONValue
import NIOCore

/// A delivery that waits in an outbox until its target has it or it is given up.
public struct OutboxEntry: Sendable {
    /// What is delivered, and to whom.
    public var delivery: Delivery
    /// How often and how long it is tried.
    public var policy: DeliveryPolicy
    /// When the event happened, from which its age counts.
    public var occurred: Timestamp
    /// The ARN of the queue for what could not be delivered; nil for none.
    public var deadLetterTarget: String?
    /// What the service needs to write the delivery's payload or its dead letter, or to tell of it.
    public var context: JSONObject
    /// When it is offered next.
    public var due: Timestamp
    /// Attempts that failed.
    public internal(set) var failures = 0
    /// Its place in the outbox, from 1; grows with each entry, also after earlier ones have gone. 0 for one that is not
    /// there yet.
    public internal(set) var id: Int64 = 0

    /// A delivery that is due when it happened.
    public init(
        _ delivery: Delivery, policy: DeliveryPolicy = DeliveryPolicy(), occurred: Timestamp,
        deadLetterTarget: String? = nil, context: JSONObject = [:]
    ) {
        self.delivery = delivery
        self.policy = policy
        self.occurred = occurred
        self.deadLetterTarget = deadLetterTarget
        self.context = context
        due = occurred
    }
}

extension OutboxEntry {
    /// The table, for the migrations of a service that has an outbox.
    public static let schema = """
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            target TEXT NOT NULL,
            payload BLOB NOT NULL,
            message TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            age INTEGER NOT NULL,
            occurred INTEGER NOT NULL,
            deadLetterTarget TEXT,
            context TEXT NOT NULL,
            due INTEGER NOT NULL,
            failures INTEGER NOT NULL
        );
        CREATE INDEX deliveriesByDue ON deliveries (due, id);
        """

    /// Puts the entry into the outbox, in the transaction of what it tells of: once that is acknowledged, no crash loses
    /// the delivery.
    public func insert(into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO deliveries (
                    target, payload, message, attempts, age, occurred, deadLetterTarget, context, due, failures)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            delivery.target, Data(delivery.payload.readableBytesView), message.text(), policy.maximumRetryAttempts,
            policy.maximumEventAge, occurred.milliseconds, deadLetterTarget, JSONValue.object(context).text(),
            due.milliseconds, failures,
        ])
    }

    init(_ row: Row) throws {
        let payload: Data = row["payload"]
        let message = try JSONValue(parsing: row["message"] as String)
        var delivery = Delivery(
            target: row["target"], payload: ByteBuffer(bytes: payload), source: message["source"]?.string ?? "",
            principal: message["principal"]?.string ?? "")
        delivery.messageAttributes = (message["attributes"]?.array ?? []).map {
            ($0[0]?.string ?? "", $0[1]?.string ?? "", $0[2]?.string ?? "")
        }
        delivery.messageGroupID = message["group"]?.string
        delivery.deduplicationID = message["deduplication"]?.string
        delivery.traceID = message["trace"]?.string
        delivery.envelope = message["envelope"].flatMap(EventEnvelope.init(stored:))
        self.init(
            delivery,
            policy: DeliveryPolicy(maximumRetryAttempts: row["attempts"], maximumEventAge: row["age"]),
            occurred: Timestamp(milliseconds: row["occurred"]), deadLetterTarget: row["deadLetterTarget"],
            context: try JSONValue(parsing: row["context"] as String).object ?? [:])
        due = Timestamp(milliseconds: row["due"])
        failures = row["failures"]
        id = row["id"]
    }

    /// What a delivery carries beside its target and its payload.
    private var message: JSONValue {
        var message: JSONObject = [
            "source": .string(delivery.source), "principal": .string(delivery.principal),
        ]
        if !delivery.messageAttributes.isEmpty {
            message["attributes"] = .array(
                delivery.messageAttributes.map { [.string($0.name), .string($0.dataType), .string($0.value)] })
        }
        message["group"] = delivery.messageGroupID.map { .string($0) }
        message["deduplication"] = delivery.deduplicationID.map { .string($0) }
        message["trace"] = delivery.traceID.map { .string($0) }
        message["envelope"] = delivery.envelope?.stored
        return .object(message)
    }
}

extension EventEnvelope {
    fileprivate init?(stored: JSONValue) {
        guard let source = stored["source"]?.string, let detailType = stored["detailType"]?.string else { return nil }
        self.init(
            source: source, detailType: detailType,
            resources: (stored["resources"]?.array ?? []).compactMap(\.string),
            time: stored["time"]?.int.map { Timestamp(milliseconds: Int64($0)) })
        id = stored["id"]?.string
        hops = stored["hops"]?.int ?? 0
    }

    fileprivate var stored: JSONValue {
        var stored: JSONObject = [
            "source": .string(source), "detailType": .string(detailType),
            "resources": .array(resources.map { .string($0) }), "hops": JSONValue(hops),
        ]
        stored["time"] = time.map { JSONValue($0.milliseconds) }
        stored["id"] = id.map { .string($0) }
        return .object(stored)
    }
}
