import CloudGateway
import Template

extension ServerlessTemplate {
    /// The APIs and function URLs as the gateway serves them.
    var gatewayAPIs: [GatewayAPI] {
        apis.map(\.gatewayAPI) + functions.compactMap(\.gatewayAPI)
    }

    /// Sentences on routes whose authorizers are not served: such routes refuse every request.
    var unservedAuthorizers: [String] {
        apis.flatMap { api in
            api.routes.compactMap { route in
                api.authorizerName(of: route).map {
                    "The route \(route.key) is closed: its authorizer \($0) is not served by the local cloud."
                }
            }
        }
    }
}

extension APIDefinition {
    fileprivate var gatewayAPI: GatewayAPI {
        GatewayAPI(
            id: id, name: name, kind: kind == .http ? .http : .rest, stage: stageName,
            routes: routes.map { route in
                GatewayRoute(
                    method: route.method, path: route.path, function: route.functionARN,
                    payloadFormat: GatewayRoute.PayloadFormat(rawValue: route.payloadFormatVersion) ?? .v2,
                    timeout: .milliseconds(route.timeoutInMillis),
                    authorizer: authorizerName(of: route).map { _ in ClosedRoute() })
            },
            cors: cors.map(GatewayCORS.init), binaryMediaTypes: binaryMediaTypes, stageVariables: stageVariables,
            domainNames: domainNames)
    }

    /// The authorizer that a route has by itself or by its API's default; nil where anybody may pass.
    fileprivate func authorizerName(of route: RouteDefinition) -> String? {
        let name = route.authorizer ?? defaultAuthorizer
        return name == "NONE" ? nil : name
    }
}

extension FunctionDefinition {
    fileprivate var gatewayAPI: GatewayAPI? {
        url.map { url in
            GatewayAPI(
                id: url.id, name: name, kind: .functionURL,
                routes: [GatewayRoute(method: "ANY", path: "$default", function: arn)],
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

/// Stands where an authorizer is declared that cannot be asked: nobody passes.
private struct ClosedRoute: GatewayAuthorizer {
    func authorize(_ request: AuthorizedRequest) async -> AuthorizationDecision { .failed }
}
