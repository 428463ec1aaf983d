import CloudCore
import JSONValue

/// The first line of a session's file: what was recorded, where, and when.
public struct SessionHeader: Sendable, Equatable {
    /// The version of the format that this program writes, and the only one that it reads.
    public static let version = 1

    /// When recording began, by the machine's clock.
    public var recorded: Timestamp
    /// The account and the region.
    public var identity: CloudIdentity
    /// The base URL of the AWS services.
    public var edge: String
    /// The base URL of the HTTP APIs.
    public var gateway: String
    /// What the cloud's clock showed when recording began.
    public var clock: Timestamp
    /// Seconds of the cloud for each second of the machine; 0 for a clock that stood still.
    public var factor: Double

    /// A header.
    public init(
        recorded: Timestamp, identity: CloudIdentity, edge: String, gateway: String, clock: Timestamp, factor: Double
    ) {
        self.recorded = recorded
        self.identity = identity
        self.edge = edge
        self.gateway = gateway
        self.clock = clock
        self.factor = factor
    }

    /// The line, without its end.
    public var value: JSONValue {
        [
            "darkroom": "session", "version": JSONValue(Self.version),
            "recorded": .string(recorded.iso8601WithMilliseconds),
            "cloud": [
                "account": .string(identity.accountID), "region": .string(identity.region), "edge": .string(edge),
                "gateway": .string(gateway),
            ],
            "clock": ["now": .string(clock.iso8601WithMilliseconds), "factor": JSONValue(factor)],
        ]
    }

    init(_ value: JSONValue) throws(SessionFault) {
        guard value["darkroom"] == "session" else {
            throw SessionFault("this is no session of 'darkroom record'")
        }
        guard value["version"]?.int == Self.version else {
            throw SessionFault(
                "the session is of version \(value["version"]?.text() ?? "none") of the format; this darkroom reads "
                    + "version \(Self.version)")
        }
        guard let recorded = value["recorded"]?.string.flatMap({ Timestamp(iso8601: $0) }),
            let cloud = value["cloud"], let account = cloud["account"]?.string, let region = cloud["region"]?.string,
            let edge = cloud["edge"]?.string, let gateway = cloud["gateway"]?.string,
            let clock = value["clock"]?["now"]?.string.flatMap({ Timestamp(iso8601: $0) }),
            let factor = value["clock"]?["factor"]?.double
        else { throw SessionFault("the header lacks one of recorded, cloud, clock") }
        self.init(
            recorded: recorded, identity: CloudIdentity(accountID: account, region: region), edge: edge,
            gateway: gateway, clock: clock, factor: factor)
    }
}
