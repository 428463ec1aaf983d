import AWSClient
import LambdaRuntime
import Pictures

/// What the functions are told by their environment, read once at the cold start.
public struct ServiceSettings: Sendable {
    /// The names of the tables.
    public struct Tables: Sendable, Hashable {
        /// `PICTURES_TABLE`
        public var pictures: String
        /// `USER_INFO_TABLE`
        public var userInfo: String
        /// `USER_AUTH_TABLE`
        public var userAuth: String
        /// `LOGIN_ATTEMPTS_TABLE`
        public var loginAttempts: String
        /// `SETTINGS_TABLE`
        public var settings: String
        /// `STATISTICS_TABLE`
        public var statistics: String
    }

    /// Who becomes an admin.
    public struct Admin: Sendable {
        /// `ADMIN_USERNAME`: the name that is kept for the admin.
        public var username: Username
        /// `ADMIN_CODE`: what the admin sends along at sign-up.
        public var code: String
    }

    /// The names of the tables.
    public var tables: Tables
    /// The bucket of the pictures' bytes: `PICTURES_BUCKET`.
    public var bucket: String
    /// What tokens are signed with: `SESSION_SECRET`.
    public var signingKeys: SigningKeys
    /// Seconds after which a session ends: `SESSION_SECONDS`, a week unless set.
    public var sessionLifetime: Int64
    /// How large a picture may be: `PICTURE_BYTES`, `PICTURE_SIDE`, `PICTURE_PIXELS`, `PICTURE_FRAMES`.
    public var limits: ImageLimits
    /// Who becomes an admin; nobody unless both variables are set.
    public var admin: Admin?
    /// How often log-ins may fail: `LOGIN_ATTEMPTS`, ten in five minutes for one user from one address unless set.
    public var attempts: AttemptLimits
    /// Bytes of pictures that an environment of `get` keeps: `CACHE_BYTES`, 64 MiB unless set.
    public var cacheByteCount: Int
    /// The queue that brings uploads to be recognised: `RECOGNITION_QUEUE_URL`.
    public var recognitionQueueURL: String?
    /// How often the queue hands out a message before it puts it aside: `RECOGNITION_ATTEMPTS`, 5 unless set.
    public var recognitionAttempts: Int
    /// How passwords are hashed.
    public var passwordParameters = PasswordHash.Parameters.standard
    /// Bytes of a picture that one answer of a function can carry: in base64 and with its fields, within 6 MB.
    public var answerByteCount = 4_500_000

    /// Marks the secrets that stand in `template.json` for everyone to read.
    static let publishedSecretMark = "local-development-only"

    /// Reads the environment.
    ///
    /// - Throws: `MissingVariable`, `SigningKeys.Fault`, ``SettingsFault``: each says what to set.
    public init(environment: Environment) throws {
        tables = Tables(
            pictures: try environment.require("PICTURES_TABLE"), userInfo: try environment.require("USER_INFO_TABLE"),
            userAuth: try environment.require("USER_AUTH_TABLE"),
            loginAttempts: try environment.require("LOGIN_ATTEMPTS_TABLE"),
            settings: try environment.require("SETTINGS_TABLE"),
            statistics: try environment.require("STATISTICS_TABLE"))
        bucket = try environment.require("PICTURES_BUCKET")
        let secret = environment["SESSION_SECRET"] ?? ""
        signingKeys = try SigningKeys(secret)
        try Self.refusePublished(secret, "SESSION_SECRET", environment)
        sessionLifetime = Int64(try Self.number("SESSION_SECONDS", environment) ?? 7 * 86_400)
        var limits = ImageLimits()
        limits.byteCount = try Self.number("PICTURE_BYTES", environment) ?? limits.byteCount
        limits.side = try Self.number("PICTURE_SIDE", environment) ?? limits.side
        limits.pixelCount = try Self.number("PICTURE_PIXELS", environment) ?? limits.pixelCount
        limits.frameCount = try Self.number("PICTURE_FRAMES", environment) ?? limits.frameCount
        self.limits = limits
        attempts = AttemptLimits(perUserAndAddress: try Self.number("LOGIN_ATTEMPTS", environment) ?? 10)
        cacheByteCount = try Self.number("CACHE_BYTES", environment) ?? 64 << 20
        recognitionQueueURL = environment["RECOGNITION_QUEUE_URL"].flatMap { $0.isEmpty ? nil : $0 }
        recognitionAttempts = try Self.number("RECOGNITION_ATTEMPTS", environment) ?? 5
        admin = try Self.admin(environment)
    }

    private static func admin(_ environment: Environment) throws -> Admin? {
        guard let name = environment["ADMIN_USERNAME"], !name.isEmpty, let code = environment["ADMIN_CODE"],
            !code.isEmpty
        else { return nil }
        try refusePublished(code, "ADMIN_CODE", environment)
        guard code.utf8.count >= 16 else { throw SettingsFault.shortCode }
        do {
            return Admin(username: try Username(name), code: code)
        } catch {
            throw SettingsFault.badAdminName(error.reason)
        }
    }

    private static func number(_ name: String, _ environment: Environment) throws(SettingsFault) -> Int? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard let number = Int(text), number > 0 else { throw .notANumber(name) }
        return number
    }

    /// Whoever reads `template.json` could forge sessions: its secrets serve on a cloud of one's own alone, which is one
    /// that has an endpoint of its own.
    private static func refusePublished(
        _ secret: String, _ name: String, _ environment: Environment
    ) throws(SettingsFault) {
        let bytes = Array(secret.utf8)
        guard bytes.indices.contains(where: { bytes[$0...].starts(with: publishedSecretMark.utf8) }) else { return }
        let endpoints = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB"]
        guard endpoints.contains(where: { environment[$0]?.isEmpty == false }) else { throw .publishedSecret(name) }
    }
}

/// A setting that the functions cannot work with.
public enum SettingsFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notANumber(String)
    case outOfRange(String, ClosedRange<Int>)
    case publishedSecret(String)
    case shortCode
    case badAdminName(String)

    /// What to do about it.
    public var description: String {
        switch self {
        case .notANumber(let name): "The environment variable \(name) must be a whole number above 0."
        case .outOfRange(let name, let range):
            "The environment variable \(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)."
        case .publishedSecret(let name):
            "The environment variable \(name) still has the value from template.json, which everybody knows. "
                + "Give the stack's parameter a secret of its own, for example from `openssl rand -hex 32`."
        case .shortCode: "The environment variable ADMIN_CODE must have at least 16 characters."
        case .badAdminName(let reason): "The environment variable ADMIN_USERNAME is no username: \(reason)"
        }
    }
}
