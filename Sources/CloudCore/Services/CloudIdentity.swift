import Digests

/// Whose cloud this is and where it would stand: what ARNs are made of.
public struct CloudIdentity: Sendable, Equatable {
    /// The account that local clouds use by convention.
    public static let defaultAccountID = "000000000000"
    /// The region that is used where nobody says another.
    public static let defaultRegion = "us-east-1"

    /// Twelve digits.
    public var accountID: String
    /// Such as `us-east-1`.
    public var region: String

    /// An account in a region.
    public init(accountID: String = defaultAccountID, region: String = defaultRegion) {
        self.accountID = accountID
        self.region = region
    }

    /// The ARN of a resource: `arn:aws:<service>:<region>:<account>:<resource>`.
    public func arn(_ service: String, _ resource: String) -> String {
        "arn:aws:\(service):\(region):\(accountID):\(resource)"
    }
}

/// Where identifiers come from: random in service, counted in tests and replays that must come out the same.
public struct IdentifierSource: Sendable {
    /// `count` bytes, of which nobody has had the same before.
    public var bytes: @Sendable (_ count: Int) -> [UInt8]
    private let branch: (@Sendable (_ name: String) -> IdentifierSource)?

    /// A source.
    ///
    /// - Parameter branch: makes the source that ``branch(_:)`` answers; nil where all may draw from this one.
    public init(
        bytes: @escaping @Sendable (_ count: Int) -> [UInt8],
        branch: (@Sendable (_ name: String) -> IdentifierSource)? = nil
    ) {
        self.bytes = bytes
        self.branch = branch
    }

    /// A source for one of those who draw. What it gives does not depend on how often the others have drawn, which is
    /// not the same twice where requests are sent again or at the same time.
    public func branch(_ name: String) -> IdentifierSource { branch?(name) ?? self }

    /// Random identifiers.
    public static let random = IdentifierSource(bytes: { randomBytes($0) })

    /// A version 4 UUID, in lower case with dashes.
    public func uuid() -> String {
        var bytes = bytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Hex.encode(bytes)
        var text = ""
        text.reserveCapacity(36)
        for (index, digit) in digits.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append("-") }
            text.append(digit)
        }
        return text
    }

    /// Lower-case hexadecimal digits, two for each of `bytes` bytes.
    public func hex(bytes count: Int) -> String { Hex.encode(bytes(count)) }

    /// Capital letters and digits, as S3 and DynamoDB write request identifiers.
    public func token(length: Int) -> String {
        let characters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        return String(decoding: bytes(length).map { characters[Int($0) % characters.count] }, as: UTF8.self)
    }
}
