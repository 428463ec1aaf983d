/// What a client takes from the world around it, so that tests can give it another.
public struct ClientDependencies: Sendable {
    /// The time, in milliseconds since 1970.
    public var now: @Sendable () -> Int64
    /// A pause; ends early by throwing when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// A random number from 0 up to 1.
    public var random: @Sendable () -> Double
    /// A new identifier that nobody has used, for idempotency tokens.
    public var identifier: @Sendable () -> String

    /// Dependencies; each has the real thing as its default.
    public init(
        now: @escaping @Sendable () -> Int64 = ClientDependencies.systemTime,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        identifier: @escaping @Sendable () -> String = randomIdentifier
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
        self.identifier = identifier
    }

    /// The system's clock.
    @Sendable public static func systemTime() -> Int64 { wallClockMilliseconds() }
}
