/// Under which address the gateway serves an API or a function.
///
/// Identifiers are the first label of the host, as on AWS; `*.localhost` is the loopback everywhere. The first API of a
/// template is also served under the gateway's plain address, and that is the one that references give.
struct LocalAddress {
    let id: String
    let url: String

    static func functionURL(of function: String, in cloud: DeploymentTarget) -> LocalAddress {
        let id = ResourceNaming.identifier(for: "url/\(cloud.stackName)/\(function)", length: 32)
        return LocalAddress(id: id, url: "http://\(id).lambda-url.\(cloud.region).localhost\(cloud.gatewayPort)/")
    }

    static func api(_ logicalID: String, isFirst: Bool, in cloud: DeploymentTarget) -> LocalAddress {
        let id = ResourceNaming.identifier(for: "api/\(cloud.stackName)/\(logicalID)", length: 10)
        let own = "http://\(id).execute-api.\(cloud.region).localhost\(cloud.gatewayPort)"
        return LocalAddress(id: id, url: isFirst ? cloud.gatewayURL : own)
    }
}

extension DeploymentTarget {
    /// `:3000`, or nothing when the gateway's address names no port.
    var gatewayPort: String {
        let authority = gatewayURL.split(on: "//").last?.split(on: "/").first ?? ""
        guard let colon = authority.lastIndex(of: ":"), Int(authority[colon...].dropFirst()) != nil else { return "" }
        return String(authority[colon...])
    }

    func functionARN(_ name: String) -> String { arn("lambda", "function:\(name)") }
    func tableARN(_ name: String) -> String { arn("dynamodb", "table/\(name)") }
    func streamARN(ofTable name: String) -> String { tableARN(name) + "/stream/1970-01-01T00:00:00.000" }
    func bucketARN(_ name: String) -> String { "arn:\(partition):s3:::\(name)" }
    func queueARN(_ name: String) -> String { arn("sqs", name) }
    func queueURL(_ name: String) -> String { "\(edgeURL)/\(accountID)/\(name)" }
    func ruleARN(_ name: String) -> String { arn("events", "rule/\(name)") }
    func roleARN(_ name: String) -> String { "arn:\(partition):iam::\(accountID):role/\(name)" }
}
