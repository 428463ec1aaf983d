import COpenSSL

/// A public RSA key that checks signatures (RFC 8017, PKCS #1 version 1.5).
struct RSAPublicKey: Sendable, Equatable {
    /// RS256, RS384 and RS512, which are all that API Gateway takes.
    enum Algorithm: String, CaseIterable {
        case rs256 = "RS256"
        case rs384 = "RS384"
        case rs512 = "RS512"

        fileprivate var digest: OpaquePointer? {
            switch self {
            case .rs256: EVP_sha256()
            case .rs384: EVP_sha384()
            case .rs512: EVP_sha512()
            }
        }
    }

    /// Lengths of moduli in bytes: shorter ones can be broken, longer ones cost their checker too much.
    private static let modulusLengths = 128...1024

    /// The two numbers, little-endian as libcrypto takes them on the machines that this runs on. A value can hold
    /// these, but not libcrypto's own key.
    private let modulus: [UInt8]
    private let exponent: [UInt8]

    /// A key of its two numbers, big-endian; nil where they cannot be a key's.
    init?(modulus: [UInt8], exponent: [UInt8]) {
        self.modulus = modulus.drop { $0 == 0 }.reversed()
        self.exponent = exponent.drop { $0 == 0 }.reversed()
        guard Self.modulusLengths.contains(self.modulus.count), (1...4).contains(self.exponent.count) else {
            return nil
        }
    }

    /// Whether a signature was made over a message with the private half of this key.
    func verifies(_ signature: [UInt8], of message: [UInt8], by algorithm: Algorithm) -> Bool {
        guard let key = makeKey() else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, algorithm.digest, nil, key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// The key as libcrypto sees it, for the caller to free.
    private func makeKey() -> OpaquePointer? {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var (n, e) = (modulus, exponent)
        return n.withUnsafeMutableBufferPointer { n in
            e.withUnsafeMutableBufferPointer { e in
                "n".withCString { nName in
                    "e".withCString { eName in
                        var parameters = [
                            OSSL_PARAM_construct_BN(nName, n.baseAddress, n.count),
                            OSSL_PARAM_construct_BN(eName, e.baseAddress, e.count), OSSL_PARAM_construct_end(),
                        ]
                        var key: OpaquePointer?
                        let selection = OSSL_KEYMGMT_SELECT_ALL_PARAMETERS | OSSL_KEYMGMT_SELECT_PUBLIC_KEY
                        guard EVP_PKEY_fromdata_init(context) == 1,
                            EVP_PKEY_fromdata(context, &key, CInt(selection), &parameters) == 1
                        else { return nil }
                        return key
                    }
                }
            }
        }
    }
}
