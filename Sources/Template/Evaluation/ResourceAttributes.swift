/// What `Ref` and `Fn::GetAtt` give for a resource, by its type.
struct ResourceAttributes {
    /// What `Ref` gives.
    let reference: String
    private let attributes: [String: String]
    private let entry: ResourceEntry
    private let cloud: DeploymentTarget

    init(of entry: ResourceEntry, evaluator: Evaluator) {
        let cloud = evaluator.cloud
        let name = evaluator.name(of: entry)
        self.entry = entry
        self.cloud = cloud
        switch entry.type {
        case .serverlessFunction, .function:
            reference = name
            attributes = ["Arn": cloud.functionARN(name)]
        case .functionURL:
            let target = evaluator.functionName(ofURL: entry)
            let url = LocalAddress.functionURL(of: target, in: cloud)
            reference = cloud.functionARN(target)
            attributes = ["FunctionUrl": url.url, "FunctionArn": cloud.functionARN(target)]
        case .simpleTable, .table:
            reference = name
            attributes = ["Arn": cloud.tableARN(name), "StreamArn": cloud.streamARN(ofTable: name)]
        case .bucket:
            reference = name
            attributes = [
                "Arn": cloud.bucketARN(name),
                "DomainName": "\(name).s3.\(cloud.urlSuffix)",
                "RegionalDomainName": "\(name).s3.\(cloud.region).\(cloud.urlSuffix)",
                "DualStackDomainName": "\(name).s3.dualstack.\(cloud.region).\(cloud.urlSuffix)",
                "WebsiteURL": "\(cloud.edgeURL)/\(name)",
            ]
        case .queue:
            reference = cloud.queueURL(name)
            attributes = ["Arn": cloud.queueARN(name), "QueueName": name, "QueueUrl": cloud.queueURL(name)]
        case .rule:
            reference = name
            attributes = ["Arn": cloud.ruleARN(name)]
        case .schedule:
            reference = name
            attributes = ["Arn": cloud.arn("scheduler", "schedule/default/\(name)")]
        case .serverlessHTTPAPI, .serverlessAPI:
            let address = evaluator.address(ofAPI: entry.logicalID)
            reference = address.id
            attributes =
                entry.type == .serverlessHTTPAPI
                ? ["ApiId": address.id, "ApiEndpoint": address.url]
                : ["RestApiId": address.id, "RootResourceId": ResourceNaming.identifier(for: address.id, length: 10)]
        case .role:
            reference = name
            attributes = ["Arn": cloud.roleARN(name), "RoleId": "AROA" + name.uppercased()]
        case .managedPolicy:
            reference = "arn:\(cloud.partition):iam::\(cloud.accountID):policy/\(name)"
            attributes = ["PolicyArn": reference]
        case .topic:
            reference = cloud.arn("sns", name)
            attributes = ["TopicArn": reference, "TopicName": name]
        case .layer, .serverlessLayer:
            reference = cloud.arn("lambda", "layer:\(name):1")
            attributes = ["LayerVersionArn": reference]
        case .logGroup:
            reference = name
            attributes = ["Arn": cloud.arn("logs", "log-group:\(name):*")]
        case .userPool:
            let id = evaluator.userPoolID(entry.logicalID)
            let arn = cloud.arn("cognito-idp", "userpool/\(id)")
            let issuer = UserPoolARN(arn)?.issuer ?? ""
            reference = id
            attributes = [
                "Arn": arn, "UserPoolId": id, "ProviderURL": issuer,
                "ProviderName": String(issuer.dropFirst("https://".utf8.count)),
            ]
        case .userPoolClient:
            reference = ResourceNaming.identifier(for: "client/\(cloud.stackName)/\(entry.logicalID)", length: 26)
            attributes = [
                "ClientId": reference, "Name": name,
                "ClientSecret": ResourceNaming.identifier(for: "secret/\(reference)", length: 51),
            ]
        case .alarm:
            reference = name
            attributes = ["Arn": cloud.arn("cloudwatch", "alarm:\(name)")]
        case .eventSourceMapping, .eventInvokeConfig, .permission, .bucketPolicy, .queuePolicy, .policy, .dashboard,
            nil:
            reference = name
            attributes = [:]
        }
    }

    subscript(attribute: String) -> String? { attributes[attribute] }

    var names: [String] { attributes.keys.sorted() }

    /// A value for an attribute of a type that is not known: of the right form where the name tells it.
    func invented(_ attribute: String) -> String {
        let service = entry.typeName.split(on: "::").dropFirst().first?.lowercased() ?? "unknown"
        return attribute.hasSuffix("Arn") ? cloud.arn(service, reference) : "\(reference)-\(attribute)"
    }
}
