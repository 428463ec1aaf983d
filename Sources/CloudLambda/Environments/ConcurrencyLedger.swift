import CloudCore
import Synchronization

/// How many calls are in flight, in the account and of each function, and how many may be.
final class ConcurrencyLedger: Sendable {
    /// Calls at once that the account keeps for functions without a share of their own.
    static let unreservedMinimum = 100

    private struct State {
        var reserved: [String: Int] = [:]
        var inFlight: [String: Int] = [:]
        var unreservedInFlight = 0
    }

    /// The account's limit.
    let accountLimit: Int
    private let state = Mutex(State())

    init(accountLimit: Int) { self.accountLimit = accountLimit }

    /// Calls at once that are left for functions without a share of their own.
    var unreserved: Int { state.withLock { accountLimit - $0.reserved.values.reduce(0, +) } }

    /// The share that a function has for itself.
    func reserved(for function: String) -> Int? { state.withLock { $0.reserved[function] } }

    /// Gives a function a share, or takes it back.
    ///
    /// - Throws: `InvalidParameterValueException` where too little would be left for the others.
    func reserve(_ count: Int?, for function: String) throws(ServiceError) {
        let isPossible = state.withLock { state in
            let others = state.reserved.reduce(0) { $0 + ($1.key == function ? 0 : $1.value) }
            if let count, accountLimit - others - count < min(Self.unreservedMinimum, accountLimit) { return false }
            let before = state.reserved[function]
            state.reserved[function] = count
            // Calls in flight move over to the other account with their function.
            let inFlight = state.inFlight[function] ?? 0
            if before == nil, count != nil { state.unreservedInFlight -= inFlight }
            if before != nil, count == nil { state.unreservedInFlight += inFlight }
            return true
        }
        guard isPossible else {
            throw LambdaErrors.invalidParameter(
                "Specified ReservedConcurrentExecutions for function decreases account's "
                    + "UnreservedConcurrentExecution below its minimum value of [\(Self.unreservedMinimum)].")
        }
    }

    /// Takes a call in, or says why not.
    func admit(_ function: String) throws(ServiceError) {
        let refusal: ThrottleReason? = state.withLock { state in
            let inFlight = state.inFlight[function] ?? 0
            if let reserved = state.reserved[function] {
                if inFlight >= reserved { return .reserved }
            } else {
                let limit = accountLimit - state.reserved.values.reduce(0, +)
                if state.unreservedInFlight >= limit { return .account }
                state.unreservedInFlight += 1
            }
            state.inFlight[function] = inFlight + 1
            return nil
        }
        if let refusal { throw LambdaErrors.throttled(refusal) }
    }

    /// Lets a call go.
    func release(_ function: String) {
        state.withLock { state in
            state.inFlight[function] = max(0, (state.inFlight[function] ?? 0) - 1)
            if state.reserved[function] == nil { state.unreservedInFlight -= 1 }
        }
    }

    /// How many calls of a function are in flight.
    func inFlight(_ function: String) -> Int { state.withLock { $0.inFlight[function] ?? 0 } }
}
