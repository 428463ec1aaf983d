import JSONValue

/// An Amazon EventBridge event with its detail.
///
/// Source: Amazon EventBridge User Guide, "Event structure".
public struct EventBridgeEvent<Detail: Sendable>: Sendable {
    /// The version of the structure: `0`.
    public var version: String
    /// The event's identifier.
    public var id: String
    /// What happened, in the source's words: `Scheduled Event`, `Object Created`, …
    public var detailType: String
    /// Where: `aws.events`, `aws.s3`, or a name of one's own.
    public var source: String
    /// The account.
    public var account: String
    /// When, ISO 8601 in UTC: `2026-01-31T08:00:00Z`.
    public var time: String
    /// The region.
    public var region: String
    /// The ARNs of what is concerned; of a scheduled event, that of the rule.
    public var resources: [String]
    /// The particulars.
    public var detail: Detail

    /// An event of these parts.
    public init(
        version: String = "0", id: String, detailType: String, source: String, account: String, time: String,
        region: String, resources: [String] = [], detail: Detail
    ) {
        self.version = version
        self.id = id
        self.detailType = detailType
        self.source = source
        self.account = account
        self.time = time
        self.region = region
        self.resources = resources
        self.detail = detail
    }

    enum CodingKeys: String, CodingKey {
        case version, id, source, account, time, region, resources, detail
        case detailType = "detail-type"
    }
}

extension EventBridgeEvent: Decodable where Detail: Decodable {
    /// Reads an event; one made by hand may leave out all but source, detail type and detail.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String { try members.decodeIfPresent(String.self, forKey: key) ?? "" }
        try self.init(
            version: text(.version), id: text(.id), detailType: members.decode(String.self, forKey: .detailType),
            source: members.decode(String.self, forKey: .source), account: text(.account), time: text(.time),
            region: text(.region), resources: members.decodeIfPresent([String].self, forKey: .resources) ?? [],
            detail: members.decode(Detail.self, forKey: .detail))
    }
}

extension EventBridgeEvent: Encodable where Detail: Encodable {}
extension EventBridgeEvent: Equatable where Detail: Equatable {}

/// The event of a schedule; its detail is empty.
public typealias ScheduledEvent = EventBridgeEvent<JSONValue>

extension EventBridgeEvent where Detail == JSONValue {
    /// The detail type of schedules' events.
    public static var scheduledDetailType: String { "Scheduled Event" }

    /// Whether a schedule sent this event.
    public var isScheduled: Bool { source == "aws.events" && detailType == Self.scheduledDetailType }
}
