import JSONValue

/// Reads one template, from its text to the model. Made once for each reading, and used by one thread.
final class TemplateReader {
    let document: JSONDocument
    let root: JSONObject
    let cloud: DeploymentTarget
    let overrides: [String: String]
    let diagnostics: DiagnosticCollector
    let evaluator: Evaluator

    var template = ServerlessTemplate()
    /// Where each thing of the model stands, by its logical id, for checks between them.
    var places: [String: String] = [:]
    /// What functions' events add to buckets, by the bucket's name.
    var bucketEvents: [String: [(notification: BucketNotification, path: String)]] = [:]
    /// What functions' events add to APIs, by the API's logical id.
    var routes: [String: [RouteDefinition]] = [:]
    /// Settings of functions that stand in resources of their own, by the function's name.
    var functionURLs: [String: FunctionURL] = [:]
    var invokeConfigs: [String: EventInvokeConfig] = [:]
    /// Filled on first use.
    var knownFunctionNames: Set<String>?

    init(document: JSONDocument, parameters: [String: String], cloud: DeploymentTarget) {
        self.document = document
        self.cloud = cloud
        overrides = parameters
        root = document.value.object ?? [:]
        diagnostics = DiagnosticCollector(document: document)
        evaluator = Evaluator(root: root, cloud: cloud, diagnostics: diagnostics)
    }

    func read() -> ServerlessTemplate {
        guard document.value.object != nil else {
            diagnostics.error("", "A template must be an object, not \(document.value.located(at: "").kind).")
            return template
        }
        checkSections()
        template.description = root["Description"]?.string
        template.metadata = root["Metadata"]?.object ?? [:]
        let parameters = ParameterReader(
            declarations: root["Parameters"]?.object ?? [:], overrides: overrides, diagnostics: diagnostics
        ).read()
        template.parameters = parameters.values
        evaluator.parameters = parameters.located
        evaluator.decideAll()

        let resources = entries()
        prepareReferences(to: resources)
        for resource in resources { read(resource) }
        attachBucketEvents()
        attachFunctionSettings()
        assignLocalPrograms(resources)
        readTokenKeys()
        readAPIs(resources)
        checkNames()
        readOutputs()
        return template
    }

    private func checkSections() {
        let sections = PropertyReader(
            document.value.located(at: "").shallow, subject: "the template", schema: "Template",
            diagnostics: diagnostics)
        for section in ["Parameters", "Mappings", "Conditions", "Globals", "Resources", "Outputs", "Metadata"] {
            guard let value = root[section], value.object == nil else { continue }
            sections.fault(section, "\(section) must be an object, not \(value.located(at: "").kind).")
        }
        checkGlobals()
    }

    private func checkGlobals() {
        let path = "/Globals"
        for (section, value) in root["Globals"]?.object ?? [:] {
            let place = path.appending(step: section)
            guard let known = KnownProperties.table["Globals." + section] else {
                diagnostics.error(place, "'\(section)' is not a section of Globals.")
                continue
            }
            guard let members = value.object else {
                diagnostics.error(place, "\(section) of Globals must be an object.")
                continue
            }
            for key in members.keys where !known.contains(key) {
                // SAM refuses these, unlike unknown properties of a resource, so the template would not deploy.
                let hint = Spelling.nearest(to: key, in: known).map { "; did you mean '\($0)'?" } ?? "."
                diagnostics.error(
                    place.appending(step: key), "'\(key)' is not a supported property of Globals.\(section)\(hint)")
            }
        }
    }

    /// The resources that exist under the given parameters, in the order of the template.
    private func entries() -> [ResourceEntry] {
        guard let resources = root["Resources"]?.object, !resources.isEmpty else {
            if root["Resources"] == nil || root["Resources"]?.object != nil {
                diagnostics.error("/Resources", "At least one resource must be defined in Resources.")
            }
            return []
        }
        if resources.count > 500 {
            diagnostics.warning(
                "/Resources", "AWS takes at most 500 resources in a stack, and there are \(resources.count).")
        }
        var entries: [ResourceEntry] = []
        for (logicalID, value) in resources {
            let path = "/Resources".appending(step: logicalID)
            guard let entry = entry(logicalID, value, path) else { continue }
            evaluator.resources[logicalID] = entry
            entries.append(entry)
        }
        let usesSAM = entries.contains { $0.typeName.hasPrefix("AWS::Serverless::") }
        if usesSAM, root["Transform"] == nil {
            diagnostics.warning(
                "", "Without \"Transform\": \"AWS::Serverless-2016-10-31\" AWS knows no serverless types.")
        }
        return entries.filter(evaluator.exists)
    }

    private func entry(_ logicalID: String, _ value: JSONValue, _ path: String) -> ResourceEntry? {
        guard let body = value.object else {
            diagnostics.error(path, "Resource '\(logicalID)' must be an object.")
            return nil
        }
        let isPlain = logicalID.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        if !isPlain || logicalID.isEmpty || logicalID.utf8.count > 255 {
            diagnostics.error(path, "Resource name '\(logicalID)' must be of letters and digits only, at most 255.")
        }
        guard let typeName = body["Type"]?.string else {
            diagnostics.error(path, "Resource '\(logicalID)' needs a property 'Type', which is a string.")
            return nil
        }
        for key in body.keys where KnownProperties.table["Resource"]?.contains(key) == false {
            let hint = Spelling.nearest(to: key, in: KnownProperties.table["Resource"] ?? [])
            diagnostics.warning(
                path.appending(step: key),
                "'\(key)' is not an attribute of resources" + (hint.map { "; did you mean '\($0)'?" } ?? "."))
        }
        var condition = body["Condition"]?.string
        if body["Condition"] != nil, condition == nil {
            diagnostics.error(path + "/Condition", "Condition of '\(logicalID)' must be the name of a condition.")
            condition = nil
        }
        return ResourceEntry(
            logicalID: logicalID, typeName: typeName, type: ResourceType(rawValue: typeName), path: path, body: body,
            condition: condition)
    }

    private func prepareReferences(to resources: [ResourceEntry]) {
        let implicit = ImplicitAPIs(of: resources)
        evaluator.prepareAPIs(of: resources, implicit)
        evaluator.prepareGenerated(for: resources, globals: root["Globals"]?.object ?? [:])
        let globals = root["Globals"]?.object ?? [:]
        let graph = DependencyGraph(resources: resources, globals: globals, implicitAPIs: implicit).sorted()
        for cycle in graph.cycles {
            let place = cycle.first { evaluator.resources[$0] != nil }.flatMap { evaluator.resources[$0]?.path }
            diagnostics.error(
                place ?? "/Resources",
                "Circular dependency between resources: \(cycle.joined(separator: " → ")).")
        }
        // In this order, so that a name that is made from another finds it ready, however long the chain is.
        for logicalID in graph.order {
            if let entry = evaluator.resources[logicalID] { _ = evaluator.name(of: entry) }
        }
    }

    private func read(_ entry: ResourceEntry) {
        places[entry.logicalID] = entry.path
        guard let type = entry.type else { return skip(entry, isMissed: true) }
        guard type.isModelled else { return skip(entry, isMissed: type.isMissed) }
        let value = GlobalsMerge.properties(of: entry, globals: root["Globals"]?.object ?? [:], evaluator: evaluator)
        let reader = PropertyReader(
            value, subject: "'\(entry.logicalID)'", schema: entry.typeName, diagnostics: diagnostics)
        switch type {
        case .serverlessFunction, .function: readFunction(entry, reader)
        case .functionURL: readFunctionURL(entry, reader)
        case .eventInvokeConfig: readEventInvokeConfig(reader)
        case .eventSourceMapping: readEventSourceMapping(entry, reader)
        case .permission: readPermission(entry, reader)
        case .simpleTable: readSimpleTable(entry, reader)
        case .table: readTable(entry, reader)
        case .bucket: readBucket(entry, reader)
        case .queue: readQueue(entry, reader)
        case .rule: readRule(entry, reader)
        case .schedule: readSchedule(entry, reader)
        default: break  // APIs are read last, when every function has said its routes.
        }
    }

    /// What to do about a resource that is not emulated, where there is something.
    private func advice(on entry: ResourceEntry) -> String {
        let isWebSocket =
            entry.typeName == "AWS::Serverless::WebSocketApi"
            || entry.typeName == "AWS::ApiGatewayV2::Api" && entry.properties["ProtocolType"] == "WEBSOCKET"
        if isWebSocket { return " WebSocket APIs are not served, so nobody can connect to it." }
        switch entry.typeName {
        case "AWS::ApiGatewayV2::Api": return " Declared as an AWS::Serverless::HttpApi it is served."
        case "AWS::ApiGateway::RestApi": return " Declared as an AWS::Serverless::Api it is served."
        case "AWS::ApiGateway::DomainName", "AWS::ApiGateway::BasePathMapping", "AWS::ApiGatewayV2::DomainName",
            "AWS::ApiGatewayV2::ApiMapping":
            return " The Domain of a serverless API is served."
        default: return ""
        }
    }

    private func skip(_ entry: ResourceEntry, isMissed: Bool) {
        template.skipped.append(SkippedResource(logicalID: entry.logicalID, type: entry.typeName))
        guard isMissed else { return }
        let known = ResourceType.allCases.map(\.rawValue)
        let hint = entry.type == nil ? Spelling.nearest(to: entry.typeName, in: known) : nil
        let isReal = ["AWS::", "Custom::", "Alexa::"].contains { entry.typeName.hasPrefix($0) } && hint == nil
        diagnostics.warning(
            entry.path + "/Type",
            isReal
                ? "\(entry.typeName) is not emulated: '\(entry.logicalID)' is skipped.\(advice(on: entry))"
                : "'\(entry.typeName)' is not a type of resources: '\(entry.logicalID)' is skipped"
                    + (hint.map { "; did you mean '\($0)'?" } ?? "."))
    }
}

extension LocatedValue {
    /// The members' names without what is in them, where only the names are looked at.
    fileprivate var shallow: LocatedValue {
        guard let map else { return self }
        return LocatedValue(
            content: .map(map.map { ($0.key, LocatedValue(content: .null, path: $0.value.path)) }), path: path)
    }
}
