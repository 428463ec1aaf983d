/// The name of a Cognito user pool: `arn:aws:cognito-idp:<region>:<account>:userpool/<id>`.
public struct UserPoolARN: Sendable, Hashable {
    /// The partition, as `aws`.
    public let partition: String
    /// The region that the pool is in.
    public let region: String
    /// The pool's identifier, as `us-east-1_AbCdEf123`.
    public let poolID: String

    /// Reads an ARN; nil for what is not that of a user pool.
    public init?(_ text: String) {
        let parts = text.split(on: ":")
        guard parts.count == 6, parts[0] == "arn", parts[2] == "cognito-idp", !parts[3].isEmpty else { return nil }
        let resource = parts[5].split(on: "/")
        guard resource.count == 2, resource[0] == "userpool", !resource[1].isEmpty else { return nil }
        (partition, region, poolID) = (parts[1], parts[3], resource[1])
    }

    /// Who the pool's tokens say issued them (`iss`).
    public var issuer: String { Self.issuer(ofPool: poolID, region: region, partition: partition) }

    /// The issuer of a pool by its identifier, whose first part is the region; nil where it has none.
    static func issuer(ofPool id: String, partition: String) -> String? {
        guard let mark = id.firstIndex(of: "_"), mark != id.startIndex else { return nil }
        return issuer(ofPool: id, region: String(id[..<mark]), partition: partition)
    }

    private static func issuer(ofPool id: String, region: String, partition: String) -> String {
        "https://cognito-idp.\(region).amazonaws.com\(partition == "aws-cn" ? ".cn" : "")/\(id)"
    }
}
