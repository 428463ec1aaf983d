import JSONValue

extension TemplateReader {
    func httpAuthorizers(_ reader: PropertyReader) -> [String: APIAuthorizer] {
        guard let auth = reader.object("Auth", schema: "HttpApi.Auth") else { return [:] }
        var authorizers: [String: APIAuthorizer] = [:]
        if auth.bool("EnableIamAuthorizer") == true { authorizers["AWS_IAM"] = .iam }
        for (name, value) in auth.map("Authorizers") ?? [] {
            let part = PropertyReader(
                value, subject: "authorizer '\(name)' of \(reader.subject)", schema: "HttpApi.Authorizer",
                diagnostics: diagnostics)
            if part.mentions("FunctionArn") {
                authorizers[name] = functionAuthorizer(part, defaultVersion: nil).map { .request($0) }
            } else {
                authorizers[name] = jwtAuthorizer(part)
            }
        }
        return authorizers
    }

    private func jwtAuthorizer(_ reader: PropertyReader) -> APIAuthorizer? {
        guard let configuration = reader.required("JwtConfiguration", { reader.object($0, schema: nil) }),
            let source = reader.required("IdentitySource", reader.string)
        else { return nil }
        // SAM takes the names of OpenAPI (`issuer`) and those of CloudFormation (`Issuer`).
        let issuer = configuration.string("issuer") ?? configuration.string("Issuer")
        let audience =
            configuration.strings("audience", orSingle: true) ?? configuration.strings("Audience", orSingle: true)
        guard let issuer else {
            diagnostics.error(configuration.path, "\(configuration.subject.capitalisedFirst) needs an 'issuer'.")
            return nil
        }
        return .jwt(
            issuer: issuer, audience: audience ?? [], identitySource: source,
            scopes: reader.strings("AuthorizationScopes") ?? [])
    }

    /// Says what guards routes on AWS and nobody here.
    func warnOfUnguarded(_ auth: PropertyReader?) {
        guard let auth else { return }
        if auth.bool("ApiKeyRequired") == true {
            auth.warn("ApiKeyRequired", "API keys are not emulated: requests without one pass.")
        }
        if auth.mentions("ResourcePolicy") {
            auth.warn("ResourcePolicy", "Resource policies of APIs are not evaluated: requests that they deny pass.")
        }
    }

    func restAuthorizers(_ reader: PropertyReader) -> [String: APIAuthorizer] {
        guard let auth = reader.object("Auth", schema: "Api.Auth") else { return [:] }
        warnOfUnguarded(auth)
        var authorizers: [String: APIAuthorizer] = [:]
        for (name, value) in auth.map("Authorizers") ?? [] {
            let part = PropertyReader(
                value, subject: "authorizer '\(name)' of \(reader.subject)", schema: nil, diagnostics: diagnostics)
            let identity = part.object("Identity", schema: nil)
            let header = identity?.string("Header") ?? "Authorization"
            if part.mentions("UserPoolArn") {
                authorizers[name] = .cognito(
                    userPools: userPools(part), header: header,
                    validation: identity?.string("ValidationExpression"),
                    scopes: part.strings("AuthorizationScopes") ?? [])
            } else if let function = functionAuthorizer(part, defaultVersion: "1.0") {
                let isRequest = part.string("FunctionPayloadType") == "REQUEST"
                if isRequest, function.identitySources.isEmpty, identity == nil || function.cacheSeconds > 0 {
                    part.fault(
                        "Identity",
                        "\(part.subject.capitalisedFirst) needs an Identity with Headers, QueryStrings, StageVariables or "
                            + "Context; only with a ReauthorizeEvery of 0 may they be missing.")
                }
                authorizers[name] =
                    isRequest
                    ? .request(function)
                    : .token(function, header: header, validation: identity?.string("ValidationExpression"))
            }
        }
        return authorizers
    }

    private func userPools(_ reader: PropertyReader) -> [UserPoolARN] {
        let texts = reader.strings("UserPoolArn", orSingle: true) ?? []
        let pools = texts.compactMap(UserPoolARN.init)
        if let wrong = texts.first(where: { UserPoolARN($0) == nil }) {
            reader.fault(
                "UserPoolArn",
                "'\(wrong)' is not the ARN of a user pool: arn:aws:cognito-idp:<region>:<account>:userpool/<id>.")
        } else if texts.isEmpty, reader.raw("UserPoolArn")?.list != nil {
            reader.fault("UserPoolArn", "\(reader.subject.capitalisedFirst) names no user pool.")
        }
        return pools
    }

    private func functionAuthorizer(
        _ reader: PropertyReader, defaultVersion: String?
    ) -> APIAuthorizer.FunctionAuthorizer? {
        guard let arn = reader.required("FunctionArn", reader.string) else { return nil }
        requireFunction(arn, reader, "FunctionArn")
        let version =
            defaultVersion ?? reader.required("AuthorizerPayloadFormatVersion", reader.string) ?? "2.0"
        if !["1.0", "2.0"].contains(version) {
            reader.fault(
                "AuthorizerPayloadFormatVersion",
                "AuthorizerPayloadFormatVersion '\(version)' must be '1.0' or '2.0'.")
        }
        if version == "1.0", reader.bool("EnableSimpleResponses") == true {
            reader.fault(
                "EnableSimpleResponses",
                "EnableSimpleResponses of \(reader.subject) takes an AuthorizerPayloadFormatVersion of '2.0'.")
        }
        let identity = reader.object("Identity", schema: nil)
        let prefix = defaultVersion == nil ? "$request." : "method.request."
        let stage = defaultVersion == nil ? "$stageVariables." : "stageVariables."
        let context = defaultVersion == nil ? "$context." : "context."
        var sources = (identity?.strings("Headers") ?? []).map { "\(prefix)header.\($0)" }
        sources += (identity?.strings("QueryStrings") ?? []).map { "\(prefix)querystring.\($0)" }
        sources += (identity?.strings("StageVariables") ?? []).map { stage + $0 }
        sources += (identity?.strings("Context") ?? []).map { context + $0 }
        let cache = identity?.int("ReauthorizeEvery", in: 0...3600)
        return APIAuthorizer.FunctionAuthorizer(
            functionARN: arn, payloadFormatVersion: version,
            simpleResponses: reader.bool("EnableSimpleResponses") ?? false, identitySources: sources,
            cacheSeconds: cache ?? (defaultVersion == nil ? 0 : 300))
    }

    /// The names that routes and the API give must be those of authorizers.
    func checkAuthorizers(of api: APIDefinition, _ reader: PropertyReader) {
        let known = Set(api.authorizers.keys).union(["NONE", "AWS_IAM"])
        if let name = api.defaultAuthorizer, !known.contains(name) {
            let path = reader.object("Auth", schema: nil)?.path(of: "DefaultAuthorizer") ?? reader.path
            diagnostics.error(path, "DefaultAuthorizer '\(name)' of \(reader.subject) is not one of its Authorizers.")
        }
        for route in api.routes {
            guard let name = route.authorizer, !known.contains(name) else { continue }
            diagnostics.error(
                route.templatePath,
                "Authorizer '\(name)' of route '\(route.key)' is not one of the Authorizers of \(reader.subject).")
        }
    }
}
