/// By which names values are known to be secrets: members of JSON bodies, fields of forms, parameters of queries, header
/// fields. Names are compared without case and punctuation, so that `refresh_token` and `refreshToken` are one.
public struct SecretNames: Sendable {
    /// What a value of a name is.
    enum Kind: Sendable, Equatable {
        /// Something that a person knows: replaced by one that is made up, the same everywhere.
        case password
        /// Something that a program was given: tokens, keys, signatures.
        case token
        /// A number or a word that is good once; the same name is used for codes that are no secret at all.
        case code
        /// A header's value with a scheme in front: `Bearer …`.
        case authorization
        /// A header's value that is made up of `name=value`: each value is a secret.
        case cookies
    }

    private static let exact: [String: Kind] = [
        "password": .password, "passwd": .password, "pwd": .password, "pass": .password, "passphrase": .password,
        "authorization": .authorization, "proxyauthorization": .authorization, "cookie": .cookies,
        "cookies": .cookies, "setcookie": .cookies,
        "token": .token, "jwt": .token, "session": .token, "sessionid": .token, "sid": .token, "sessionkey": .token,
        "secret": .token, "apikey": .token, "xapikey": .token, "accesskey": .token, "privatekey": .token,
        "secretkey": .token, "secretaccesskey": .token, "credential": .token, "credentials": .token,
        "signature": .token, "xamzsignature": .token, "xamzsecuritytoken": .token, "sig": .token, "csrf": .token,
        "assertion": .token, "nonce": .token,
        "code": .code, "otp": .code, "pin": .code, "totp": .code, "mfacode": .code, "authcode": .code,
        "admincode": .code, "verificationcode": .code, "confirmationcode": .code, "invitecode": .code,
        "invitationcode": .code, "resetcode": .code, "recoverycode": .code, "accesscode": .code,
    ]
    private static let endings: [(text: String, kind: Kind)] = [
        ("password", .password), ("passwd", .password), ("passphrase", .password), ("passwordconfirmation", .password),
        ("token", .token), ("secret", .token), ("apikey", .token), ("privatekey", .token), ("jwt", .token),
    ]

    /// Names beside those of the tables, as people say them.
    private let more: Set<String>

    /// The tables, and names that are secret here.
    public init(more: [String] = []) { self.more = Set(more.map(Self.plain)) }

    /// What values of a name are; nil where the name says nothing.
    func kind(of name: String) -> Kind? {
        let plain = Self.plain(name)
        if let kind = Self.exact[plain] { return kind }
        if more.contains(plain) { return .token }
        return Self.endings.first { plain.hasSuffix($0.text) }?.kind
    }

    private static func plain(_ name: String) -> String {
        String(decoding: name.utf8.lazy.compactMap(\.lowercasedLetterOrDigit), as: UTF8.self)
    }
}

extension UInt8 {
    /// The byte in lower case where it is a letter or digit of ASCII; those beyond ASCII as they are.
    fileprivate var lowercasedLetterOrDigit: UInt8? {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): self | 0x20
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...: self
        default: nil
        }
    }
}
