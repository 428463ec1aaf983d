import LambdaEvents
import LambdaRuntime
import Pictures

extension AccountsFunction {
    /// `GET /me`
    @Sendable static func me(
        _ service: PictureService, _ request: Request, _ session: Session, _ context: Context
    ) async throws -> Response {
        let profile = try await service.profiles.profile(
            of: session.userID, today: service.now().date, context.calls())
        return .document(user(session.userID, session.username, session.role, profile))
    }

    /// `PATCH /me`
    @Sendable static func changeMe(
        _ service: PictureService, _ request: Request, _ session: Session, _ context: Context
    ) async throws -> Response {
        let fields = try RequestFields(request, allowed: Profile.Field.allCases.map(\.rawValue))
        let today = service.now().date
        let given = Profile.Field.allCases.filter { fields.contains($0.rawValue) }
        guard !given.isEmpty else {
            throw HTTPError(400, "MissingField", "The body has no field to change.")
        }
        var profile = Profile()
        for field in given { try profile.set(field, to: fields.optionalString(field.rawValue), today: today) }
        let changed = try await service.profiles.change(given, to: profile, of: session, today: today, context.calls())
        return .document(user(session.userID, session.username, session.role, changed))
    }

    /// `PUT /password`
    @Sendable static func changePassword(
        _ service: PictureService, _ request: Request, _ session: Session, _ context: Context
    ) async throws -> Response {
        let fields = try RequestFields(request, allowed: ["currentPassword", "newPassword"])
        let current = try fields.string("currentPassword")
        let new = try Password(new: fields.string("newPassword"), for: session.username)
        var account = try await limitingAttempts(of: session.username.folded, service, request, context) {
            let account = try await service.accounts.account(of: session.userID, context.calls())
            guard let password = Password(attempt: current), try matches(password, account, service), let account else {
                throw HTTPError(403, "WrongPassword", "The current password is wrong.")
            }
            return account
        }
        let hash = try PasswordHash(
            of: new, parameters: service.settings.passwordParameters, random: service.random)
        guard account.sessionEpoch == session.epoch,
            try await service.accounts.change(account, to: hash, context.calls())
        else {
            throw HTTPError(409, "PasswordChanged", "The password was changed by another request. Log in again.")
        }
        account.sessionEpoch += 1
        context.logger.info("changed the password", ["userId": .string(session.userID.text)])
        return self.session(for: account, service, request)
    }
}
