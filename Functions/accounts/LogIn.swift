import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures

extension AccountsFunction {
    /// `POST /login`
    @Sendable static func logIn(_ service: PictureService, _ request: Request, _ context: Context) async throws
        -> Response
    {
        let fields = try RequestFields(request, allowed: ["username", "password"])
        let name = try fields.string("username")
        let text = try fields.string("password")
        // A name that nobody can have is tried all the same: the answer and its time are those of a wrong password.
        let username = try? Username(name)
        let account = try await limitingAttempts(of: username?.folded ?? "", service, request, context) {
            let account: Account? =
                if let username { try await service.accounts.account(named: username, context.calls()) } else { nil }
            guard let password = Password(attempt: text), try matches(password, account, service), let account else {
                throw HTTPError.sessionRequired("WrongCredentials", "The username or the password is wrong.")
            }
            return account
        }
        await renewHash(of: account, text, service, context)
        return session(for: account, service, request)
    }

    /// `POST /logout`
    @Sendable static func logOut(_ service: PictureService, _ request: Request, _ context: Context) async throws
        -> Response
    {
        if try request.query("everywhere", as: Bool.self) == true {
            let session = try service.session(of: request)
            try await service.admit(session, context)
            try await service.accounts.endSessions(of: session, context.calls())
        }
        return Response(status: 204, cookies: [service.removingCookie(for: request)])
    }

    /// Compares a password; with nobody's in as much time, where there is no account.
    static func matches(_ password: Password, _ account: Account?, _ service: PictureService) throws -> Bool {
        guard let account else {
            try PasswordHash.compareWithNobody(password, parameters: service.settings.passwordParameters)
            return false
        }
        return try account.passwordHash.matches(password)
    }

    /// Runs an attempt at a password, counted before it begins and taken back where it was none to be counted: where it
    /// succeeds, or fails for another reason than the password.
    ///
    /// - Throws: `HTTPError` 429 with `Retry-After` after too many that failed.
    static func limitingAttempts<Outcome: Sendable>(
        of username: String, _ service: PictureService, _ request: Request, _ context: Context,
        _ attempt: () async throws -> Outcome
    ) async throws -> Outcome {
        let (limits, now) = (service.settings.attempts, service.now())
        let subjects = AttemptTable.subjects(username, address: request.sourceIP ?? "unknown", limits)
        if let wait = try await service.attempts.begin(subjects, window: limits.window, now: now, context.calls()) {
            throw HTTPError(
                429, "TooManyAttempts", "There were too many attempts. Try again in \(wait) seconds.",
                headers: ["Retry-After": String(wait)])
        }
        let outcome: Result<Outcome, any Error>
        do { outcome = .success(try await attempt()) } catch { outcome = .failure(error) }
        if case .failure(let error as HTTPError) = outcome, error.status == 401 || error.status == 403 { throw error }
        do {
            try await service.attempts.end(subjects, window: limits.window, now: now, context.calls())
        } catch {
            // The count stays too high until its window ends. That is no reason to keep anybody out.
            context.logger.warn("an attempt could not be taken back", ["reason": .string("\(error)")])
        }
        return try outcome.get()
    }

    /// Makes a hash anew whose parameters are no longer the service's, now that the password is at hand.
    private static func renewHash(
        of account: Account, _ text: String, _ service: PictureService, _ context: Context
    ) async {
        let parameters = service.settings.passwordParameters
        guard account.passwordHash.needsRehash(for: parameters), let password = Password(attempt: text) else { return }
        do {
            let hash = try PasswordHash(of: password, parameters: parameters, random: service.random)
            _ = try await service.accounts.rehash(account, hash, context.calls())
        } catch {
            context.logger.warn("a password's hash could not be renewed", ["reason": .string("\(error)")])
        }
    }

    /// The answer that begins a session.
    static func session(for account: Account, _ service: PictureService, _ request: Request) -> Response {
        let session = Session(for: account, now: service.now(), lifetime: service.settings.sessionLifetime)
        let token = session.token(signedWith: service.settings.signingKeys)
        var response = Response.document([
            "token": .string(token), "expires": .string(Timestamp(seconds: session.expires).description),
            "userId": .string(account.userID.text), "username": .string(account.username.text),
            "role": .string(account.role.rawValue),
        ])
        response.cookies = [service.cookie(token, for: request)]
        return response
    }
}
