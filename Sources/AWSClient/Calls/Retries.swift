/// What one call has tried so far, and whether it may try again.
struct Retries {
    private let policy: RetryPolicy
    private let maximumAttempts: Int
    let isIdempotent: Bool
    private let isReplayable: Bool
    private var failures = 0
    private var hasCorrectedSkew = false
    /// What the last retry took from the bucket.
    var tokensTaken = 0

    init(policy: RetryPolicy, maximumAttempts: Int?, isIdempotent: Bool, isReplayable: Bool) {
        self.policy = policy
        self.maximumAttempts = max(1, maximumAttempts ?? policy.maximumAttempts)
        self.isIdempotent = isIdempotent
        self.isReplayable = isReplayable
    }

    /// What another attempt costs after this failure; nil when there must be none.
    mutating func cost(ofRetryAfter error: any Error, isSkewCorrected: Bool) -> Int? {
        failures += 1
        guard failures < maximumAttempts, isReplayable, !Task.isCancelled else { return nil }
        switch error {
        case let error as AWSError:
            if error.isClockSkew, isSkewCorrected, !hasCorrectedSkew {
                hasCorrectedSkew = true
                return 5
            }
            // A throttled request was refused before anything was done; after a failure nobody knows.
            return error.isThrottling || (error.isTransient && isIdempotent) ? 5 : nil
        case let error as TransportError:
            switch error.kind {
            case .cancelled, .tooLarge, .tls, .bodySource, .invalidRequest: return nil
            case .connectTimeout: return 10
            case .timeout: return isIdempotent && error.mayHaveBeenExecuted ? 10 : nil
            case .unresolvedHost, .refused, .connectionLost, .incompleteAnswer, .corrupted, .other:
                return isIdempotent || !error.mayHaveBeenExecuted ? 5 : nil
            }
        default: return nil
        }
    }

    /// The pause before the next attempt: what the service asks for, or what the policy draws.
    func delay(after error: any Error, random: Double) -> Duration {
        let drawn = policy.delay(after: failures, random: random)
        guard let asked = (error as? AWSError)?.retryAfter else { return drawn }
        return min(max(asked, drawn), policy.maximumDelay)
    }
}
