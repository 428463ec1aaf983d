import CloudGateway
import Template

extension ServerlessTemplate {
    /// The APIs and function URLs as the gateway serves them.
    func gatewayAPIs(guardedBy guards: RouteGuards) -> [GatewayAPI] {
        var guards = guards
        guards.tokenKeys = tokenKeys
        return apis.map { [guards] in $0.gatewayAPI(guards) }
            + functions.compactMap { [guards] in $0.gatewayAPI(guards) }
    }
}

extension APIDefinition {
    fileprivate func gatewayAPI(_ guards: RouteGuards) -> GatewayAPI {
        let product: GatewayAPI.Kind = kind == .http ? .http : .rest
        // One authorizer for all routes that name it: what it remembers, it remembers for the API.
        let names = Set(routes.compactMap(authorizerName))
        let authorizers = Dictionary(
            names.map { ($0, guards.authorizer(authorizer($0), of: product)) }, uniquingKeysWith: { first, _ in first })
        return GatewayAPI(
            id: id, name: name, kind: product, stage: stageName,
            routes: routes.map { route in
                GatewayRoute(
                    method: route.method, path: route.path, function: route.functionARN,
                    payloadFormat: GatewayRoute.PayloadFormat(rawValue: route.payloadFormatVersion) ?? .v2,
                    timeout: .milliseconds(route.timeoutInMillis),
                    authorizer: guards.authorizer(
                        authorizerName(of: route).flatMap { authorizers[$0] }, requiring: route.authorizationScopes))
            },
            cors: cors.map(GatewayCORS.init), binaryMediaTypes: binaryMediaTypes, stageVariables: stageVariables,
            domainNames: domainNames, basePaths: basePaths,
            preflightAuthorizer: guardsPreflights
                ? defaultAuthorizer.flatMap { $0 == "NONE" ? nil : guards.authorizer(authorizer($0), of: product) }
                : nil,
            isOwnHostClosed: disableExecuteAPIEndpoint)
    }

    /// The authorizer that a route has by itself or by its API's default; nil where anybody may pass.
    fileprivate func authorizerName(of route: RouteDefinition) -> String? {
        let name = route.authorizer ?? defaultAuthorizer
        return name == "NONE" ? nil : name
    }

    /// What a name stands for. `AWS_IAM` need not be declared.
    fileprivate func authorizer(_ name: String) -> APIAuthorizer? {
        authorizers[name] ?? (name == "AWS_IAM" ? .iam : nil)
    }
}

extension FunctionDefinition {
    /// How much longer than its function a URL waits: time for an environment to start. Lambda itself ends the function.
    private static let startAllowance = Duration.seconds(15)

    fileprivate func gatewayAPI(_ guards: RouteGuards) -> GatewayAPI? {
        url.map { url in
            GatewayAPI(
                id: url.id, name: name, kind: .functionURL,
                routes: [
                    GatewayRoute(
                        method: "ANY", path: "$default", function: arn,
                        timeout: .seconds(timeout) + Self.startAllowance,
                        authorizer: url.authorization == .iam ? guards.authorizer(.iam, of: .functionURL) : nil)
                ],
                cors: url.cors.map(GatewayCORS.init), streamsResponses: url.invokeMode == .responseStream)
        }
    }
}

extension GatewayCORS {
    fileprivate init(_ definition: CORSDefinition) {
        self.init(
            allowOrigins: definition.allowOrigins, allowMethods: definition.allowMethods,
            allowHeaders: definition.allowHeaders, exposeHeaders: definition.exposeHeaders, maxAge: definition.maxAge,
            allowCredentials: definition.allowCredentials)
    }
}
