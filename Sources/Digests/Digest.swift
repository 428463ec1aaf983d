import COpenSSL

/// A hash function of the kind that cryptography or storage protocols ask for.
public enum DigestAlgorithm: Sendable, Hashable, CaseIterable {
    case md5, sha1, sha256

    /// Bytes in a digest.
    public var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        }
    }

    var function: OpaquePointer? {
        switch self {
        case .md5: EVP_md5()
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        }
    }
}

/// A digest computed piece by piece, for contents that come in parts.
///
/// A value of this type is used from one place at a time; it is not shared.
public final class Digest {
    private let algorithm: DigestAlgorithm
    private let context: OpaquePointer?

    /// Starts an empty digest.
    public init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, algorithm.function, nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes in more bytes.
    public func update(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

    /// Takes in more bytes.
    public func update(_ bytes: some Sequence<UInt8>) {
        if bytes.withContiguousStorageIfAvailable({ update(UnsafeRawBufferPointer($0)) }) == nil {
            Array(bytes).withUnsafeBytes { update($0) }
        }
    }

    /// The digest of all that was taken in. Ends the computation; call it once.
    public func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: algorithm.byteCount) { buffer, count in
            EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            count = algorithm.byteCount
        }
    }

    /// The digest of bytes that are all at hand.
    public static func of(_ bytes: some Sequence<UInt8>, _ algorithm: DigestAlgorithm) -> [UInt8] {
        let digest = Digest(algorithm)
        digest.update(bytes)
        return digest.finalize()
    }
}

/// Keyed hashes (RFC 2104).
public enum HMAC {
    /// HMAC-SHA-256 of a message: 32 bytes.
    public static func sha256(_ message: some Sequence<UInt8>, key: some Sequence<UInt8>) -> [UInt8] {
        authenticate(message, key: key, .sha256)
    }

    /// HMAC of a message with the hash function that a protocol names.
    public static func authenticate(
        _ message: some Sequence<UInt8>, key: some Sequence<UInt8>, _ algorithm: DigestAlgorithm
    ) -> [UInt8] {
        let message = Array(message)
        let key = Array(key)
        return [UInt8](unsafeUninitializedCapacity: algorithm.byteCount) { buffer, count in
            var length: UInt32 = 0
            _ = COpenSSL.HMAC(
                algorithm.function, key.isEmpty ? [0] : key, Int32(key.count), message, message.count,
                buffer.baseAddress, &length)
            count = Int(length)
        }
    }
}

/// Comparison of secrets in a time that does not tell where they differ.
public func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

/// Bytes that nobody can guess, from the system's generator.
public func randomBytes(_ count: Int) -> [UInt8] {
    // The generator asks the kernel for eight bytes at a time, however few of them are used.
    var generator = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 7)
    while bytes.count < count {
        withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
}
