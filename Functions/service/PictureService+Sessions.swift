import LambdaEvents
import LambdaRuntime
import Pictures

extension PictureService {
    /// The name of the cookie that carries a session.
    static let sessionCookie = "session"

    /// The session that a request carries, in `Authorization: Bearer` or in the cookie; the header comes first.
    ///
    /// - Throws: `HTTPError` 401.
    func session(of request: Request) throws -> Session {
        let token: String
        if let header = request.headers["Authorization"] {
            let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else {
                throw HTTPError.sessionRequired(
                    "InvalidSession", "The Authorization header must be 'Bearer' and the token from log-in.")
            }
            token = parts[1].filter { $0 != " " }
        } else if let cookie = request.cookie(Self.sessionCookie), !cookie.isEmpty {
            token = cookie
        } else {
            throw HTTPError.sessionRequired("SessionRequired", "Log in first: this needs a session.")
        }
        return try Session(token: token, keys: settings.signingKeys, now: now())
    }

    /// Checks that a session's account still is and has not ended its sessions since.
    ///
    /// - Throws: `HTTPError` 401.
    func admit(_ session: Session, _ context: Context) async throws {
        guard try await accounts.epoch(of: session.userID, context.calls()) == session.epoch else {
            throw HTTPError.sessionRequired("EndedSession", "The session has ended. Log in again.")
        }
    }

    /// Checks that a session is one of an account that is an admin's, at log-in and now.
    ///
    /// - Throws: `HTTPError` 401, 403.
    func admitAdmin(_ session: Session, _ context: Context) async throws {
        guard let account = try await accounts.account(of: session.userID, context.calls()),
            account.sessionEpoch == session.epoch
        else { throw HTTPError.sessionRequired("EndedSession", "The session has ended. Log in again.") }
        guard session.role == .admin, account.role == .admin else {
            throw HTTPError(403, "AdminRequired", "This is for admins alone.")
        }
    }

    /// A cookie that carries a token until its session ends. Over HTTPS it is for HTTPS alone; a cloud on one's own
    /// machine has none.
    func cookie(_ token: String, for request: Request) -> Cookie {
        Cookie(
            name: Self.sessionCookie, value: token, maxAge: Int(settings.sessionLifetime),
            secure: Self.isSecure(request))
    }

    /// A cookie that makes a browser forget its session.
    func removingCookie(for request: Request) -> Cookie {
        var cookie = Cookie.removing(Self.sessionCookie)
        cookie.secure = Self.isSecure(request)
        return cookie
    }

    private static func isSecure(_ request: Request) -> Bool {
        request.headers["X-Forwarded-Proto"]?.lowercased() == "https"
    }
}
