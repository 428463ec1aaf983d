/// What a signing key is good for: one day, one region, one service.
public struct CredentialScope: Sendable, Hashable, CustomStringConvertible {
    /// The day in UTC: `20150830`.
    public var day: String
    /// The region: `eu-central-1`.
    public var region: String
    /// The service's signing name: `s3`, `dynamodb`, `monitoring` for CloudWatch, …
    public var service: String

    /// The word that every scope of version 4 ends with.
    static let terminator = "aws4_request"

    /// The scope of a request that is made at `date`.
    public init(date: SigningDate, region: String, service: String) {
        self.init(day: date.day, region: region, service: service)
    }

    /// A scope from its parts.
    public init(day: String, region: String, service: String) {
        self.day = day
        self.region = region
        self.service = service
    }

    /// `20150830/us-east-1/service/aws4_request`
    public var description: String { "\(day)/\(region)/\(service)/\(Self.terminator)" }
}
