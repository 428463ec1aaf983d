import LambdaEvents
import LambdaRuntime
import Pictures

/// An operation together with what carries it out.
struct Route: Sendable {
    /// When a session is checked against its account.
    enum Admission: Sendable {
        /// Before anything is done: for whatever changes something.
        case before
        /// Beside it, and before the answer goes out: a read then waits for one round trip instead of two.
        case beside
    }

    typealias Open = @Sendable (PictureService, Request, Context) async throws -> Response
    typealias SignedIn = @Sendable (PictureService, Request, Session, Context) async throws -> Response

    let operation: Operation
    private let act: Open

    /// A route that everybody may take.
    static func open(_ operation: Operation, _ act: @escaping Open) -> Route {
        Route(operation: operation, act: act)
    }

    /// A route that needs a session.
    static func signedIn(_ operation: Operation, _ admission: Admission, _ act: @escaping SignedIn) -> Route {
        Route(operation: operation) { service, request, context in
            let session = try service.session(of: request)
            switch admission {
            case .before:
                try await service.admit(session, context)
                return try await act(service, request, session, context)
            case .beside:
                async let admitted: Void = service.admit(session, context)
                let outcome: Result<Response, any Error>
                do { outcome = .success(try await act(service, request, session, context)) } catch {
                    outcome = .failure(error)
                }
                // Whoever is not let in learns nothing else.
                try await admitted
                return try outcome.get()
            }
        }
    }

    /// A route that needs a session of an admin.
    static func admin(_ operation: Operation, _ act: @escaping SignedIn) -> Route {
        Route(operation: operation) { service, request, context in
            let session = try service.session(of: request)
            try await service.admitAdmin(session, context)
            return try await act(service, request, session, context)
        }
    }

    /// What the router runs: every error becomes an answer.
    func action(on service: PictureService) -> Router.HTTPAction {
        { [act] request, context in
            do {
                return try await act(service, request, context)
            } catch {
                throw HTTPError(answering: error, logger: context.logger)
            }
        }
    }
}

extension Router {
    /// A router of one function.
    init(_ routes: [Route], service: PictureService) {
        self.init()
        for route in routes { self.route(route.operation.method, route.operation.path, route.action(on: service)) }
    }
}
