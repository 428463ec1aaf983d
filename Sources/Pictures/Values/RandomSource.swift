import Digests

/// Where identifiers, salts and object names take their randomness from; tests pass a source of their own.
public struct RandomSource: Sendable {
    private let draw: @Sendable (Int) -> [UInt8]

    /// A source that draws as told. It must give exactly as many bytes as asked for.
    public init(_ draw: @escaping @Sendable (Int) -> [UInt8]) { self.draw = draw }

    /// Bytes that nobody can guess, from the system's generator.
    public static let system = RandomSource { randomBytes($0) }

    /// So many random bytes.
    public func bytes(_ count: Int) -> [UInt8] { draw(count) }

    /// 128 random bits as 32 hexadecimal digits: a name that is met only once.
    public func identifier() -> String { Hex.encode(bytes(16)) }
}
