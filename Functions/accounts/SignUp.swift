import AWSClient
import Digests
import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures

extension AccountsFunction {
    /// `POST /signup`
    @Sendable static func signUp(_ service: PictureService, _ request: Request, _ context: Context) async throws
        -> Response
    {
        let fields = try RequestFields(
            request, allowed: ["username", "password", "adminCode"] + Profile.Field.allCases.map(\.rawValue))
        let username = try Username(fields.string("username"))
        let password = try Password(new: fields.string("password"), for: username)
        var profile = Profile()
        for field in Profile.Field.allCases {
            try profile.set(field, to: fields.optionalString(field.rawValue), today: service.now().date)
        }
        let role = try role(of: username, code: fields.optionalString("adminCode"), service)
        // Hashing is dear: a name that is long taken is not worth it. Whose the name is, only the write decides.
        guard try await service.accounts.owner(of: username, context.calls()) == nil else { throw taken(username) }
        let account = Account(
            userID: UserID(from: service.random), username: username,
            passwordHash: try PasswordHash(
                of: password, parameters: service.settings.passwordParameters, random: service.random),
            role: role, sessionEpoch: 1)
        guard try await create(account, profile, service, context) else { throw taken(username) }
        context.logger.info("signed up", ["userId": .string(account.userID.text)])
        return .document(user(account.userID, username, role, profile), status: 201)
    }

    /// Stores an account. Where others write the same name at the same moment, DynamoDB calls all of them off: a short
    /// pause of chance length, and one gets through.
    private static func create(
        _ account: Account, _ profile: Profile, _ service: PictureService, _ context: Context
    ) async throws -> Bool {
        for attempt in 1... {
            do {
                return try await service.accounts.create(account, profile, at: service.now(), context.calls())
            } catch let error as AWSError where error.isTransactionConflict && attempt < 10 {
                guard try await service.accounts.owner(of: account.username, context.calls()) == nil else {
                    return false
                }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...(10 << min(attempt, 5)))))
            }
        }
        return false
    }

    private static func role(of username: Username, code: String?, _ service: PictureService) throws -> Role {
        guard let admin = service.settings.admin, admin.username == username else {
            guard code == nil else {
                throw HTTPError(400, "UnknownField", "The field 'adminCode' is for the admin's username alone.")
            }
            return .user
        }
        // Digests have one length whatever the codes', so that the time tells nothing.
        let (given, wanted) = (Digest.of((code ?? "").utf8, .sha256), Digest.of(admin.code.utf8, .sha256))
        guard equalInConstantTime(given, wanted) else {
            throw HTTPError(
                403, "ReservedUsername", "This username is kept for the admin: it needs the right 'adminCode'.")
        }
        return .admin
    }

    private static func taken(_ username: Username) -> HTTPError {
        HTTPError(409, "UsernameTaken", "The username '\(username.text)' is taken.")
    }

    /// What people are told of themselves.
    static func user(_ id: UserID, _ username: Username, _ role: Role, _ profile: Profile) -> JSONValue {
        var object: JSONObject = [
            "userId": .string(id.text), "username": .string(username.text), "role": .string(role.rawValue),
        ]
        for field in Profile.Field.allCases { object.add(field.rawValue, profile[field]) }
        return .object(object)
    }
}

extension AWSError {
    /// Whether a transaction was called off for nothing but another one on the same rows.
    fileprivate var isTransactionConflict: Bool {
        code == .transactionCanceled && cancellationReasons.contains { $0.code == "TransactionConflict" }
    }
}
