import AWSClient
import LambdaRuntime
import Pictures

@testable import PictureFunctions

/// The environment that the functions run in, in tests.
enum TestSettings {
    static let secret = "a secret that is used in tests alone"
    static let adminCode = "the admin's code in tests"

    static let variables: [String: String] = [
        "PICTURES_TABLE": "Pictures", "USER_INFO_TABLE": "UserInfo", "USER_AUTH_TABLE": "UserAuth",
        "LOGIN_ATTEMPTS_TABLE": "LoginAttempts", "SETTINGS_TABLE": "Settings",
        "STATISTICS_TABLE": "Statistics",
        "PICTURES_BUCKET": "pictures", "SESSION_SECRET": secret,
        "ADMIN_USERNAME": "admin", "ADMIN_CODE": adminCode,
    ]

    /// The service on a peer of one's own. Passwords are hashed with the least work there is.
    static func service(
        on port: Int, retries: RetryPolicy = .never, _ change: (inout ServiceSettings) -> Void = { _ in }
    ) throws -> PictureService {
        var settings = try ServiceSettings(environment: Environment(variables))
        settings.passwordParameters = .quick
        change(&settings)
        let configuration = AWSConfiguration(
            region: "us-east-1", credentials: Credentials(accessKeyID: "test", secretAccessKey: "test"),
            endpoint: Endpoint(isSecure: false, host: "127.0.0.1", port: port))
        return PictureService(settings: settings, aws: AWSClient(configuration: configuration, retryPolicy: retries))
    }

    static func backup() throws -> BackupSettings { try BackupSettings(environment: [:]) }

    static func sweep() throws -> SweepSettings { try SweepSettings(environment: [:]) }

    /// A session of a user whose account has epoch 1.
    static func session(_ service: PictureService) throws -> (token: String, user: UserID) {
        let user = UserID(from: .system)
        let username = try Username("ada")
        let account = Account(
            userID: user, username: username,
            passwordHash: try PasswordHash(of: Password(new: "correct horse", for: username), parameters: .quick),
            role: .user, sessionEpoch: 1)
        let session = Session(for: account, now: service.now(), lifetime: 3_600)
        return (session.token(signedWith: service.settings.signingKeys), user)
    }
}
