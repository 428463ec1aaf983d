import Digests
import Synchronization

/// The key that signs: derived from a secret for one scope, so that the secret itself signs nothing.
///
/// Deriving takes four HMACs and holds for a whole day; ``SigningKeyCache`` keeps what was derived.
public struct SigningKey: Sendable, Hashable {
    /// What the key is good for.
    public let scope: CredentialScope
    private let bytes: [UInt8]

    /// Derives the key of a secret for a scope.
    public init(secretAccessKey: String, scope: CredentialScope) {
        self.scope = scope
        let day = HMAC.sha256(scope.day.utf8, key: "AWS4\(secretAccessKey)".utf8)
        let region = HMAC.sha256(scope.region.utf8, key: day)
        let service = HMAC.sha256(scope.service.utf8, key: region)
        bytes = HMAC.sha256(CredentialScope.terminator.utf8, key: service)
    }

    /// The signature of a text (a string to sign, or the policy of a browser upload) in 64 hexadecimal digits.
    public func signature(of text: String) -> String { Hex.encode(HMAC.sha256(text.utf8, key: bytes)) }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// The scope alone: the key is a secret.
    public var description: String { "SigningKey(\(scope))" }
    /// The scope alone, for `dump` too.
    public var customMirror: Mirror { Mirror(self, children: ["scope": scope]) }
}

/// Keeps derived keys, a bounded number of them. Safe to use from anywhere at once.
public final class SigningKeyCache: Sendable {
    private struct Entry: Hashable {
        var secret: String
        var scope: CredentialScope
    }

    private let keys = Mutex<[Entry: SigningKey]>([:])
    private let capacity: Int

    /// A cache that starts over when it holds `capacity` keys, which happens when days or callers change.
    public init(capacity: Int = 64) { self.capacity = max(1, capacity) }

    /// The key of a secret for a scope, derived if need be.
    public func key(secretAccessKey: String, scope: CredentialScope) -> SigningKey {
        let entry = Entry(secret: secretAccessKey, scope: scope)
        if let known = keys.withLock({ $0[entry] }) { return known }
        let key = SigningKey(secretAccessKey: secretAccessKey, scope: scope)
        keys.withLock {
            if $0.count >= capacity { $0.removeAll() }
            $0[entry] = key
        }
        return key
    }
}
