import JSONValue

extension TemplateReader {
    /// Reads the route of an `HttpApi` or `Api` event and keeps it for its API.
    func route(to function: FunctionDefinition, isREST: Bool, _ reader: PropertyReader) -> RouteDefinition? {
        let apiKey = isREST ? "RestApiId" : "ApiId"
        var api = isREST ? ImplicitAPIs.restID : ImplicitAPIs.httpID
        if reader.mentions(apiKey) {
            guard let text = reader.string(apiKey) else { return nil }
            let wanted: ResourceType = isREST ? .serverlessAPI : .serverlessHTTPAPI
            let logicalID = evaluator.apiIDs[text] ?? text
            guard evaluator.apiOrder.contains(logicalID), evaluator.resources[logicalID]?.type == wanted else {
                reader.fault(apiKey, "\(apiKey) of \(reader.subject) must be a Ref to an \(wanted.rawValue).")
                return nil
            }
            api = logicalID
        }
        guard let (method, path) = isREST ? restKey(reader) : httpKey(reader) else { return nil }
        let auth = reader.object("Auth", schema: "Event.Auth")
        warnOfUnguarded(auth)
        let version = reader.string("PayloadFormatVersion") ?? (isREST ? "1.0" : "2.0")
        if !["1.0", "2.0"].contains(version) {
            reader.fault("PayloadFormatVersion", "PayloadFormatVersion '\(version)' must be '1.0' or '2.0'.")
        }
        let timeout = reader.int("TimeoutInMillis", in: isREST ? 50...300_000 : 50...30_000)
        let route = RouteDefinition(
            api: api, method: method, path: path, functionARN: function.arn, payloadFormatVersion: version,
            timeoutInMillis: timeout ?? (isREST ? 29_000 : 30_000), authorizer: auth?.string("Authorizer"),
            authorizationScopes: auth?.strings("AuthorizationScopes") ?? [], templatePath: reader.path)
        routes[api, default: []].append(route)
        return route
    }

    /// An event of an HTTP API with neither a path nor a method takes what no other route does.
    private func httpKey(_ reader: PropertyReader) -> (String, String)? {
        if !reader.mentions("Path"), !reader.mentions("Method") { return ("ANY", "$default") }
        if reader.string("Path") == "$default" { return ("ANY", "$default") }
        return restKey(reader)
    }

    private func restKey(_ reader: PropertyReader) -> (String, String)? {
        let path = reader.required("Path", reader.string)
        let method = reader.required("Method", reader.string)
        guard let path, let method, checkPath(path, reader), let method = checkedMethod(method, reader) else {
            return nil
        }
        return (method, path)
    }

    private func checkedMethod(_ text: String, _ reader: PropertyReader) -> String? {
        let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "ANY"]
        let method = text.lowercased() == "x-amazon-apigateway-any-method" ? "ANY" : text.uppercased()
        if methods.contains(method) { return method }
        reader.fault("Method", "'\(text)' is not a method: \(String.enumerating(methods)).")
        return nil
    }

    /// `/fixed/{one}/{rest+}`: a parameter fills a whole part, only the last may be greedy, no name comes twice.
    private func checkPath(_ path: String, _ reader: PropertyReader) -> Bool {
        func refuse(_ reason: String) -> Bool {
            reader.fault("Path", "'\(path)' is not a path of a route: \(reason).")
            return false
        }
        guard path.hasPrefix("/") else { return refuse("it must begin with '/'") }
        var names: Set<String> = []
        let parts = path.split(separator: "/")
        for (index, part) in parts.enumerated() where part.contains("{") || part.contains("}") {
            guard part.hasPrefix("{"), part.hasSuffix("}") else {
                return refuse("a parameter must fill all of '\(part)' between two slashes")
            }
            var name = part.dropFirst().dropLast()
            if name.hasSuffix("+") {
                name = name.dropLast()
                if index != parts.count - 1 { return refuse("only the last part may be greedy, as '\(part)'") }
            }
            let isName = name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & ~0x20)
                    || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":")].contains(byte)
            }
            guard !name.isEmpty, isName else { return refuse("'\(part)' is not a parameter") }
            if !names.insert(String(name)).inserted { return refuse("it has two parameters named '\(name)'") }
        }
        return true
    }

    /// Makes the APIs, explicit and implicit, with the routes that functions gave them.
    func readAPIs(_ resources: [ResourceEntry]) {
        let globals = root["Globals"]?.object ?? [:]
        for logicalID in evaluator.apiOrder {
            let entry = evaluator.resources[logicalID] ?? implicitEntry(logicalID)
            let value = GlobalsMerge.properties(of: entry, globals: globals, evaluator: evaluator)
            let reader = PropertyReader(
                value, subject: "'\(logicalID)'", schema: entry.typeName, diagnostics: diagnostics)
            var api = entry.type == .serverlessAPI ? restAPI(entry, reader) : httpAPI(entry, reader)
            api.routes = routes[logicalID] ?? []
            checkRoutes(of: api)
            checkAuthorizers(of: api, reader)
            checkTokenKeys(of: api, reader)
            template.apis.append(api)
        }
    }

    private func implicitEntry(_ logicalID: String) -> ResourceEntry {
        let type: ResourceType = logicalID == ImplicitAPIs.restID ? .serverlessAPI : .serverlessHTTPAPI
        return ResourceEntry(
            logicalID: logicalID, typeName: type.rawValue, type: type, path: "/Resources", body: [:], condition: nil)
    }

    private func httpAPI(_ entry: ResourceEntry, _ reader: PropertyReader) -> APIDefinition {
        let address = evaluator.address(ofAPI: entry.logicalID)
        let stage = reader.string("StageName") ?? "$default"
        return APIDefinition(
            logicalID: entry.logicalID, id: address.id, name: reader.string("Name") ?? cloud.stackName, kind: .http,
            stageName: stage, endpoint: stage == "$default" ? address.url : "\(address.url)/\(stage)",
            cors: httpCORS(reader), binaryMediaTypes: [], authorizers: httpAuthorizers(reader),
            defaultAuthorizer: reader.object("Auth", schema: nil)?.string("DefaultAuthorizer"),
            stageVariables: stageVariables("StageVariables", reader), domainNames: domainNames(reader),
            basePaths: basePaths(reader, isREST: false), guardsPreflights: false,
            disableExecuteAPIEndpoint: reader.bool("DisableExecuteApiEndpoint") ?? false, routes: [])
    }

    private func restAPI(_ entry: ResourceEntry, _ reader: PropertyReader) -> APIDefinition {
        let address = evaluator.address(ofAPI: entry.logicalID)
        let isImplicit = entry.logicalID == ImplicitAPIs.restID
        let stage = isImplicit ? "Prod" : reader.required("StageName", reader.string) ?? "Prod"
        // SAM writes the slash of a media type as `~1`, which it takes over from OpenAPI's pointers.
        let binary = (reader.strings("BinaryMediaTypes") ?? []).map { $0.replacing("~1", with: "/") }
        return APIDefinition(
            logicalID: entry.logicalID, id: address.id, name: reader.string("Name") ?? cloud.stackName, kind: .rest,
            stageName: stage, endpoint: "\(address.url)/\(stage)", cors: restCORS(reader), binaryMediaTypes: binary,
            authorizers: restAuthorizers(reader),
            defaultAuthorizer: reader.object("Auth", schema: nil)?.string("DefaultAuthorizer"),
            stageVariables: stageVariables("Variables", reader), domainNames: domainNames(reader),
            basePaths: basePaths(reader, isREST: true),
            guardsPreflights: reader.object("Auth", schema: nil)?.bool("AddDefaultAuthorizerToCorsPreflight") ?? true,
            disableExecuteAPIEndpoint: reader.bool("DisableExecuteApiEndpoint") ?? false, routes: [])
    }

    private func stageVariables(_ key: String, _ reader: PropertyReader) -> [String: String] {
        Dictionary((reader.stringMap(key) ?? []).map { ($0.key, $0.value) }) { $1 }
    }

    private func domainNames(_ reader: PropertyReader) -> [String] {
        guard let domain = reader.object("Domain", schema: nil) else { return [] }
        if domain.mentions("MutualTlsAuthentication") {
            domain.warn("MutualTlsAuthentication", "Callers' certificates are not asked for: whoever has none passes.")
        }
        return domain.string("DomainName").map { [$0] } ?? []
    }

    /// `BasePath` of a domain: one or several. As SAM does, a REST API's are reduced to letters and digits unless
    /// `NormalizeBasePath` is false.
    private func basePaths(_ reader: PropertyReader, isREST: Bool) -> [String] {
        guard let domain = reader.object("Domain", schema: nil), domain.mentions("BasePath") else { return [""] }
        let isReduced = isREST && domain.bool("NormalizeBasePath") ?? true
        let paths = (domain.strings("BasePath", orSingle: true) ?? []).map { text in
            if isReduced { return text.filter { $0.isLetter || $0.isNumber } }
            let steps = text.split(separator: "/").joined(separator: "/")
            return steps == "(none)" ? "" : steps
        }
        return paths.isEmpty ? [""] : paths
    }

    /// Two events for one route cannot both have it. On a REST API, parameters at one place must also have one name.
    private func checkRoutes(of api: APIDefinition) {
        var taken: [String: RouteDefinition] = [:]
        var siblings: [String: (name: String, path: String)] = [:]
        for route in api.routes {
            let parts = route.path.split(separator: "/").map(String.init)
            let shape = parts.map { $0.hasPrefix("{") ? ($0.hasSuffix("+}") ? "{+}" : "{}") : $0 }
            let key = "\(route.method) \(route.path == "$default" ? route.path : "/" + shape.joined(separator: "/"))"
            if let other = taken[key] {
                let owner = Evaluator.functionName(in: other.functionARN)
                diagnostics.error(
                    route.templatePath,
                    "Route '\(route.key)' of \(api.logicalID) is already that of function '\(owner)'"
                        + (other.key == route.key ? "." : " under '\(other.key)'."))
            } else {
                taken[key] = route
            }
            guard api.kind == .rest else { continue }
            for (index, part) in parts.enumerated() where part.hasPrefix("{") {
                let parent = parts[..<index].joined(separator: "/")
                if let other = siblings[parent], other.name != part {
                    diagnostics.error(
                        route.templatePath,
                        "A sibling (\(other.name) in '\(other.path)') of '\(part)' in '\(route.path)' already has a "
                            + "variable path part: only one is allowed.")
                } else {
                    siblings[parent] = (part, route.path)
                }
            }
        }
    }
}
