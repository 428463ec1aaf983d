import AWSSigning
import CloudCore
import JSONValue

/// The one port where every AWS service is: finds out whose a request is, checks its signature, hands it over.
final class EdgeRouter: Sendable {
    private let services: [any CloudService]
    private let byTarget: [String: any CloudService]
    private let byScope: [String: any CloudService]
    private let byPath: [(prefix: String, service: any CloudService)]
    private let storage: (any CloudService)?
    private let authorization: EdgeAuthorization
    private let identity: CloudIdentity
    private let identifiers: IdentifierSource
    private let control: ControlEndpoints
    private let log: ActivityLog

    init(
        services: [any CloudService], authorization: EdgeAuthorization, identity: CloudIdentity,
        identifiers: IdentifierSource, control: ControlEndpoints, log: ActivityLog
    ) {
        self.services = services
        self.authorization = authorization
        self.identity = identity
        self.identifiers = identifiers
        self.control = control
        self.log = log
        var byTarget: [String: any CloudService] = [:]
        var byScope: [String: any CloudService] = [:]
        var byPath: [(prefix: String, service: any CloudService)] = []
        for service in services {
            for prefix in service.address.targetPrefixes { byTarget[prefix] = service }
            for name in service.address.signingNames { byScope[name] = service }
            for prefix in service.address.pathPrefixes { byPath.append((prefix, service)) }
        }
        self.byTarget = byTarget
        self.byScope = byScope
        // The longest prefix is the most exact.
        self.byPath = byPath.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
        storage = byScope["s3"]
    }

    @Sendable func respond(to request: CloudRequest) async -> CloudResponse {
        if request.path.hasPrefix(ControlEndpoints.prefix) { return await control.respond(to: request) }
        var request = request
        let start = ContinuousClock.now
        var call = ServiceCall(
            requestID: identifiers.uuid(), accountID: identity.accountID, region: identity.region)
        let (service, response) = await answer(&request, &call)
        log.request(
            service: service, operation: Self.operation(of: request), status: response.status,
            duration: ContinuousClock.now - start, requestID: call.requestID)
        return response
    }

    private func answer(_ request: inout CloudRequest, _ call: inout ServiceCall) async -> (String, CloudResponse) {
        let signature: ReceivedSignature?
        do {
            signature = try authorization.signature(of: request)
        } catch {
            return ("edge", refusal(error, by: nil, request, call))
        }
        if let scope = signature?.scope { call.region = scope.region }
        call.accessKeyID = signature?.accessKeyID
        guard let service = service(for: request, scope: signature?.scope?.service, signature: signature) else {
            return ("edge", Self.unknownService(request, scope: signature?.scope?.service, call))
        }
        let isS3 = service.address.signingNames.contains("s3")
        do {
            call.verifiedSecret = try await authorization.check(&request, signature, isS3: isS3)
        } catch {
            return (service.address.name, refusal(error, by: service, request, call))
        }
        return (service.address.name, await service.respond(to: request, call: call))
    }

    /// Whose a request is: the target is the clearest sign, then what the caller signed for, then the path. What has none
    /// of these is S3's, whose objects may be read by anybody.
    func service(for request: CloudRequest, scope: String?, signature: ReceivedSignature?) -> (any CloudService)? {
        if let target = request.headers.first(name: "x-amz-target"), let dot = target.lastIndex(of: ".") {
            return byTarget[String(target[..<dot])]
        }
        if let scope { return byScope[scope] }
        if let match = byPath.first(where: { request.path.hasPrefix($0.prefix) }) { return match.service }
        return storage
    }

    private func refusal(
        _ error: any Error, by service: (any CloudService)?, _ request: CloudRequest, _ call: ServiceCall
    ) -> CloudResponse {
        let error =
            error as? ServiceError
            ?? ServiceError("InternalFailure", UnexpectedFailure.message(for: error), status: 500)
        guard let service = service ?? self.service(for: request, scope: nil, signature: nil) else {
            return AWSJSON.response(error: error, version: .v1_0, requestID: call.requestID)
        }
        return service.response(to: error, for: request, call: call)
    }

    private static func unknownService(_ request: CloudRequest, scope: String?, _ call: ServiceCall) -> CloudResponse {
        let name = request.header("x-amz-target").map { "the target \($0)" } ?? "the service \(scope ?? "")"
        let error = ServiceError(
            "UnknownOperationException", "This local cloud does not serve \(name).", status: 501)
        return AWSJSON.response(error: error, version: .v1_1, requestID: call.requestID)
    }

    /// What a request asks for, in the log: the operation's name where it is sent, else method and path.
    private static func operation(of request: CloudRequest) -> String {
        AWSJSON.operation(of: request) ?? "\(request.method) \(request.path)"
    }
}
