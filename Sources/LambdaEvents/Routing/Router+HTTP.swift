import LambdaRuntime

extension Router {
    /// The answer to one request: never an error, whatever the handler throws.
    public func respond(to request: Request, context: Context) async -> Response {
        var response: Response
        do {
            response = try await answer(request, context)
        } catch let error as HTTPError {
            response = error.response
        } catch {
            context.logUnexpected(error, "\(request.method) \(request.rawPath) failed")
            response = Self.internalError
        }
        if request.method == "HEAD" { response.body = [] }
        return response
    }

    /// What callers are told of errors that were not meant for them.
    static var internalError: Response {
        HTTPError(500, "InternalError", "The request could not be completed because of an internal error.").response
    }

    private func answer(_ request: Request, _ context: Context) async throws -> Response {
        switch routes.find(request.method, request.segments) {
        case .found(let match):
            return try await run(match, request, context)
        case .unknownPath:
            throw HTTPError(404, "NotFound", "There is nothing at \(request.rawPath).")
        case .wrongMethod(let methods):
            let allow = Self.allow(methods)
            if request.method == "OPTIONS" { return Response(status: 204, headers: ["Allow": allow]) }
            throw HTTPError(
                405, "MethodNotAllowed", "\(request.method) is not possible here; possible are \(allow).",
                headers: ["Allow": allow])
        }
    }

    private func run(
        _ match: RouteTable<HTTPAction>.Match, _ request: Request, _ context: Context
    ) async throws -> Response {
        var request = request
        request.parameters = match.parameters
        return try await match.action(request, context)
    }

    /// The methods of the routes and those that the router adds of itself.
    private static func allow(_ methods: [String]) -> String {
        Set(methods).union(["OPTIONS"]).union(methods.contains("GET") ? ["HEAD"] : []).sorted().joined(separator: ", ")
    }
}
