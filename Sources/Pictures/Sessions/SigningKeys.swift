import Digests

/// The secrets that the service signs its tokens with. The first signs; all of them are taken, so that a secret can be
/// changed while sessions last.
public struct SigningKeys: Sendable, CustomStringConvertible, CustomReflectable {
    /// What a token is for. It is signed along, so that a token of one kind never passes for another.
    public enum Purpose: String, Sendable, CaseIterable {
        case session, cursor, upload
    }

    /// Why a secret cannot be used.
    public enum Fault: Error, Sendable, Equatable, CustomStringConvertible {
        case missing
        case short(bytes: Int)

        /// What to do about it.
        public var description: String {
            switch self {
            case .missing:
                "SESSION_SECRET is not set: give at least \(minimumLength) random bytes, "
                    + "for example from `openssl rand -hex 32`."
            case .short(let bytes):
                "SESSION_SECRET holds a secret of \(bytes) bytes: it must have at least \(minimumLength), "
                    + "for example from `openssl rand -hex 32`."
            }
        }
    }

    /// Bytes that a secret must have.
    public static let minimumLength = 32

    private let secrets: [[UInt8]]

    /// Reads secrets that stand in one text with commas or line ends between them: the current one first.
    ///
    /// - Throws: ``Fault``.
    public init(_ text: String) throws(Fault) {
        let secrets = text.utf8.split { $0 == UInt8(ascii: ",") || $0 == 0x0A || $0 == 0x0D }
            .map { Self.trimmed($0) }.filter { !$0.isEmpty }
        guard !secrets.isEmpty else { throw .missing }
        for secret in secrets where secret.count < Self.minimumLength { throw .short(bytes: secret.count) }
        self.secrets = secrets
    }

    private static func trimmed(_ secret: Substring.UTF8View) -> [UInt8] {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        return Array(secret.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }

    /// A token that carries a payload: `<payload>.<signature>`, both in base64url.
    public func sign(_ payload: String, for purpose: Purpose) -> String {
        let body = Base64.encode(Array(payload.utf8), .url)
        return "\(body).\(Base64.encode(signature(of: body, purpose, secrets[0]), .url))"
    }

    /// The payload of a token that ``sign(_:for:)`` made.
    ///
    /// - Throws: ``TokenFault``.
    public func open(_ token: String, for purpose: Purpose) throws(TokenFault) -> String {
        guard token.utf8.count <= 4_096 else { throw .malformed }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let payload = Base64.decode(parts[0]), let mark = Base64.decode(parts[1]),
            // One token has one text: no padding, no other alphabet, no stray bits behind the last byte.
            Base64.encode(payload, .url) == parts[0], Base64.encode(mark, .url) == parts[1],
            let text = String(validating: payload, as: UTF8.self)
        else { throw .malformed }
        for secret in secrets where equalInConstantTime(mark, signature(of: String(parts[0]), purpose, secret)) {
            return text
        }
        throw .forged
    }

    private func signature(of body: String, _ purpose: Purpose, _ secret: [UInt8]) -> [UInt8] {
        HMAC.sha256("darkroom.\(purpose.rawValue).\(body)".utf8, key: secret)
    }

    /// A placeholder.
    public var description: String { "SigningKeys(redacted)" }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Why a token is not taken.
public enum TokenFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// It has not the form of a token.
    case malformed
    /// It was not signed by this service, or was changed since.
    case forged
    /// Its time is over.
    case expired

    /// A sentence for the person.
    public var description: String {
        switch self {
        case .malformed: "The token is malformed."
        case .forged: "The token's signature is wrong."
        case .expired: "The token has expired."
        }
    }
}
