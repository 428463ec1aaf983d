import JSONValue

extension Evaluator {
    /// Gives every API its identifier and its address.
    func prepareAPIs(of resources: [ResourceEntry], _ implicit: ImplicitAPIs) {
        let explicit = resources.filter { $0.type == .serverlessHTTPAPI || $0.type == .serverlessAPI }
        apiOrder = implicit.logicalIDs + explicit.map(\.logicalID)
        for logicalID in apiOrder { apiIDs[address(ofAPI: logicalID).id] = logicalID }
        if implicit.hasHTTP {
            let address = address(ofAPI: ImplicitAPIs.httpID)
            generated[ImplicitAPIs.httpID] = [
                "Ref": address.id, "ApiId": address.id, "ApiEndpoint": address.url,
            ]
            generated[ImplicitAPIs.httpID + "ApiGatewayDefaultStage"] = ["Ref": "$default"]
        }
        if implicit.hasREST {
            let id = address(ofAPI: ImplicitAPIs.restID).id
            generated[ImplicitAPIs.restID] = ["Ref": id, "RestApiId": id]
            generated[ImplicitAPIs.restID + "ProdStage"] = ["Ref": "Prod"]
        }
        for entry in explicit {
            let fallback = entry.type == .serverlessHTTPAPI ? "$default" : "Prod"
            let stage = entry.properties["StageName"]?.string ?? fallback
            generated[entry.logicalID + ".Stage"] = ["Ref": stage]
            let isDefault = stage == "$default"
            generated[entry.logicalID + (isDefault ? "ApiGatewayDefaultStage" : stage + "Stage")] = ["Ref": stage]
        }
    }

    /// The address of an API; the first of all is the one at the gateway's plain address.
    func address(ofAPI logicalID: String) -> LocalAddress {
        LocalAddress.api(logicalID, isFirst: logicalID == apiOrder.first, in: cloud)
    }

    /// The names of what SAM makes beside each function, which templates refer to.
    func prepareGenerated(for resources: [ResourceEntry], globals: JSONObject) {
        for entry in resources where entry.type == .serverlessFunction {
            let name = name(of: entry)
            let arn = cloud.functionARN(name)
            let id = entry.logicalID
            let role = ResourceNaming.derived(stack: cloud.stackName, logicalID: id + "Role", type: .role)
            let url = LocalAddress.functionURL(of: name, in: cloud)
            let alias =
                (entry.properties["AutoPublishAlias"] ?? globals["Function"]?["AutoPublishAlias"])?.string ?? "live"
            let made = [
                id + "Role": ["Ref": role, "Arn": cloud.roleARN(role)],
                id + "Url": ["Ref": arn, "FunctionUrl": url.url, "FunctionArn": arn],
                id + ".Version": ["Ref": arn + ":1"],
                id + ".Alias": ["Ref": "\(arn):\(alias)"],
                id + "Alias" + alias: ["Ref": "\(arn):\(alias)"],
            ]
            generated.merge(made) { first, _ in first }
            for (event, body) in entry.properties["Events"]?.object ?? [:] {
                guard let attributes = attributes(ofEvent: id + event, body) else { continue }
                generated[id + event] = attributes
            }
        }
        // What the template declares itself goes before what would be made.
        for name in resources.map(\.logicalID) { generated[name] = nil }
    }

    private func attributes(ofEvent logicalID: String, _ body: JSONValue) -> [String: String]? {
        let properties = body["Properties"]
        switch body["Type"]?.string {
        case "Schedule", "EventBridgeRule", "CloudWatchEvent":
            let key = body["Type"] == "Schedule" ? "Name" : "RuleName"
            let name = ruleName(logicalID, explicit: properties?[key]?.string)
            return ["Ref": name, "Arn": cloud.ruleARN(name)]
        case "ScheduleV2":
            let name = properties?["Name"]?.string ?? logicalID
            return ["Ref": name, "Arn": cloud.arn("scheduler", "schedule/default/\(name)")]
        case "SQS":
            return ["Ref": mappingID(logicalID), "Id": mappingID(logicalID)]
        default: return nil
        }
    }

    func ruleName(_ logicalID: String, explicit: String?) -> String {
        explicit ?? ResourceNaming.derived(stack: cloud.stackName, logicalID: logicalID, type: .rule)
    }

    /// The UUID of an event source mapping, always the same for the same stack and logical id.
    func mappingID(_ logicalID: String) -> String {
        let digits = Array(ResourceNaming.identifier(for: "mapping/\(cloud.stackName)/\(logicalID)", length: 32).utf8)
        let hexadecimal = digits.map { Array("0123456789abcdef".utf8)[Int($0) % 16] }
        let text = String(decoding: hexadecimal, as: UTF8.self)
        var rest = text[...]
        return [8, 4, 4, 4, 12].map { length in
            defer { rest = rest.dropFirst(length) }
            return String(rest.prefix(length))
        }.joined(separator: "-")
    }

    /// The identifier of a Cognito user pool, always the same for the same stack and logical id.
    func userPoolID(_ logicalID: String) -> String {
        "\(cloud.region)_" + ResourceNaming.identifier(for: "pool/\(cloud.stackName)/\(logicalID)", length: 9)
    }

    /// The function that an `AWS::Lambda::Url` belongs to.
    func functionName(ofURL entry: ResourceEntry) -> String {
        guard let written = entry.properties["TargetFunctionArn"] else { return entry.logicalID }
        let value = evaluate(written, at: entry.propertiesPath + "/TargetFunctionArn")
        return Self.functionName(in: value.text ?? entry.logicalID)
    }

    /// The name in an ARN of a function, or the text itself where it is none.
    static func functionName(in reference: String) -> String {
        let parts = reference.split(on: ":")
        return parts.count >= 7 && parts[5] == "function" ? parts[6] : reference
    }
}
