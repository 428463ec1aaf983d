import COpenSSL
import Digests

/// A password's scrypt hash (RFC 7914) with the salt and the parameters that it was made with.
///
/// Written as one text in the PHC form, `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`; shown only through ``encoded``.
public struct PasswordHash: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// How much work a guess costs.
    public struct Parameters: Sendable, Hashable {
        /// The binary logarithm of the cost N.
        public var logCost: Int
        /// The block size r.
        public var blockSize: Int
        /// The parallelism p.
        public var parallelism: Int

        /// Parameters; nil for what would take more than 256 MiB of memory or is not defined.
        public init?(logCost: Int, blockSize: Int, parallelism: Int) {
            guard (1...20).contains(logCost), (1...32).contains(blockSize), (1...16).contains(parallelism),
                (128 * blockSize) << logCost <= 256 << 20
            else { return nil }
            self.init(logCost, blockSize, parallelism)
        }

        private init(_ logCost: Int, _ blockSize: Int, _ parallelism: Int) {
            self.logCost = logCost
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// What the service uses: N = 2^15, r = 8, p = 1, which takes 32 MiB and about a tenth of a second.
        public static let standard = Parameters(15, 8, 1)
        /// The least work there is, for tests.
        public static let quick = Parameters(4, 8, 1)

        /// OpenSSL counts somewhat more than the 128·N·r bytes of the big array.
        var memoryLimit: UInt64 {
            UInt64((128 * blockSize) << logCost) + UInt64(256 * blockSize * parallelism) + 1 << 20
        }
    }

    /// What the hash was made with.
    public let parameters: Parameters
    private let salt: [UInt8]
    private let hash: [UInt8]

    private static let saltLength = 16
    private static let hashLength = 32

    /// Hashes a password with a salt of its own.
    ///
    /// - Throws: ``PasswordHashError`` where the machine has too little memory.
    public init(
        of password: Password, parameters: Parameters = .standard, random: RandomSource = .system
    ) throws(PasswordHashError) {
        let salt = random.bytes(Self.saltLength)
        hash = try Self.derive(password.bytes, salt, parameters)
        self.salt = salt
        self.parameters = parameters
    }

    /// Reads a stored hash; nil for anything that ``encoded`` does not write.
    public init?(encoded: String) {
        let fields = encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt",
            let parameters = Self.parameters(fields[2]),
            let salt = Base64.decode(fields[3]), salt.count == Self.saltLength,
            let hash = Base64.decode(fields[4]), hash.count == Self.hashLength
        else { return nil }
        self.parameters = parameters
        self.salt = salt
        self.hash = hash
        // One hash has one text.
        guard self.encoded == encoded else { return nil }
    }

    private static func parameters(_ text: Substring) -> Parameters? {
        var numbers: [Int] = []
        for (field, name) in zip(text.split(separator: ",", omittingEmptySubsequences: false), ["ln=", "r=", "p="]) {
            guard field.hasPrefix(name), let number = decimal(field.dropFirst(name.count).utf8) else { return nil }
            numbers.append(number)
        }
        guard numbers.count == 3, text.utf8.filter({ $0 == UInt8(ascii: ",") }).count == 2 else { return nil }
        return Parameters(logCost: numbers[0], blockSize: numbers[1], parallelism: numbers[2])
    }

    /// The hash as one text, for storage.
    public var encoded: String {
        let cost = "ln=\(parameters.logCost),r=\(parameters.blockSize),p=\(parameters.parallelism)"
        return "$scrypt$\(cost)$\(Self.unpadded(salt))$\(Self.unpadded(hash))"
    }

    private static func unpadded(_ bytes: [UInt8]) -> String {
        let text = Base64.encode(bytes)
        return String(text.prefix { $0 != "=" })
    }

    /// Whether this is the password that was hashed. Takes the same time whether it is or not.
    ///
    /// - Throws: ``PasswordHashError`` where the machine has too little memory.
    public func matches(_ password: Password) throws(PasswordHashError) -> Bool {
        equalInConstantTime(try Self.derive(password.bytes, salt, parameters), hash)
    }

    /// Whether the hash should be made anew at the next log-in, because the parameters have changed since.
    public func needsRehash(for current: Parameters) -> Bool { parameters != current }

    /// The work of a comparison without a result: for a user who does not exist, so that the time does not tell.
    ///
    /// - Throws: ``PasswordHashError`` where the machine has too little memory.
    public static func compareWithNobody(
        _ password: Password, parameters: Parameters = .standard
    ) throws(PasswordHashError) {
        _ = try derive(password.bytes, [UInt8](repeating: 0, count: saltLength), parameters)
    }

    private static func derive(
        _ password: [UInt8], _ salt: [UInt8], _ parameters: Parameters
    ) throws(PasswordHashError) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: hashLength)
        let done = password.withUnsafeBytes { password in
            // OpenSSL takes an empty password only with a pointer that is not null.
            var nothing: CChar = 0
            return withUnsafePointer(to: &nothing) { nothing in
                EVP_PBE_scrypt(
                    password.baseAddress?.assumingMemoryBound(to: CChar.self) ?? nothing, password.count,
                    salt, salt.count, 1 << UInt64(parameters.logCost), UInt64(parameters.blockSize),
                    UInt64(parameters.parallelism), parameters.memoryLimit, &hash, hashLength)
            }
        }
        guard done == 1 else { throw PasswordHashError() }
        return hash
    }

    /// A placeholder.
    public var description: String { "PasswordHash(redacted)" }
    /// A placeholder.
    public var debugDescription: String { description }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The hash function could not run: there was not enough memory for it.
public struct PasswordHashError: Error, Sendable, CustomStringConvertible {
    /// What to do about it.
    public var description: String {
        "The password could not be hashed: the function needs more memory (at least 64 MB beyond its other use)."
    }
}
