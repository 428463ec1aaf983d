import Synchronization

/// How often and after which pauses a call is tried again: the "standard" mode of AWS's SDKs.
///
/// Pauses are drawn evenly between nothing and a bound that doubles each time (full jitter), so that clients that
/// failed together do not come back together.
public struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all, the first included.
    public var maximumAttempts: Int
    /// The bound of the first pause.
    public var baseDelay: Duration
    /// The bound that no pause exceeds.
    public var maximumDelay: Duration
    /// What the bucket of retry tokens holds when full. An attempt after a failure takes 5, after a timeout 10, and a
    /// success gives back what its last retry took, at least 1: when everything fails, retries stop soon.
    public var tokenCapacity: Int

    /// A policy from its parts.
    public init(
        maximumAttempts: Int = 3, baseDelay: Duration = .milliseconds(50), maximumDelay: Duration = .seconds(20),
        tokenCapacity: Int = 500
    ) {
        self.maximumAttempts = max(1, maximumAttempts)
        self.baseDelay = baseDelay
        self.maximumDelay = maximumDelay
        self.tokenCapacity = tokenCapacity
    }

    /// Three attempts, pauses of up to 50 ms and 100 ms.
    public static let standard = RetryPolicy()
    /// A single attempt.
    public static let never = RetryPolicy(maximumAttempts: 1)

    /// The pause before the next attempt.
    ///
    /// - Parameters:
    ///   - failures: attempts that failed so far, at least 1.
    ///   - random: a number from 0 up to 1.
    func delay(after failures: Int, random: Double) -> Duration {
        // Beyond 2^20 every bound that makes sense is long exceeded.
        let bound = min(maximumDelay, baseDelay * (1 << min(max(failures, 1) - 1, 20)))
        return bound * min(max(random, 0), 1)
    }
}

/// The tokens that retries cost, shared by all calls of a client.
final class RetryTokens: Sendable {
    private let tokens: Mutex<Int>
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        tokens = Mutex(capacity)
    }

    /// Takes tokens; false when there are too few.
    func take(_ count: Int) -> Bool {
        tokens.withLock {
            guard $0 >= count else { return false }
            $0 -= count
            return true
        }
    }

    func giveBack(_ count: Int) { tokens.withLock { $0 = min(capacity, $0 + count) } }

    var left: Int { tokens.withLock { $0 } }
}
