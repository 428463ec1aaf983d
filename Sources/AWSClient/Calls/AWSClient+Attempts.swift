import AWSSigning

extension AWSClient {
    /// Sends a request and collects its answer, as often as the policy allows.
    func send(
        _ request: ServiceRequest, options: CallOptions, check: (HTTPResponse) throws -> Void = { _ in }
    ) async throws -> HTTPResponse {
        try await attempt(request, options) { wire, limits in
            let response = try await transport.collect(wire, limit: request.responseLimit, limits: limits)
            guard (200..<300).contains(response.head.status) else {
                throw failure(request.service, response)
            }
            try check(response)
            return response
        }
    }

    /// Sends a request and returns with the head of its answer, while the body is still to be read.
    func open(_ request: ServiceRequest, options: CallOptions) async throws -> (HTTPHead, StreamedBody) {
        try await attempt(request, options) { wire, limits in
            let (head, body) = try await transport.stream(wire, limits: limits)
            guard (200..<300).contains(head.status) else {
                let response = HTTPResponse(head: head, body: try await body.collect(limit: 1 << 20))
                throw failure(request.service, response)
            }
            return (head, body)
        }
    }

    private func failure(_ service: AWSService, _ response: HTTPResponse) -> AWSError {
        let error = AWSError(service: service, response: response)
        if error.isClockSkew, let text = response.head.headers["date"], let date = SigningDate(httpDate: text) {
            let skew = Int64(date.secondsSinceEpoch) - dependencies.now() / 1000
            // Within the services' own tolerance, the clock is not what is wrong.
            if abs(skew) > 240 { state.withLock { $0.clockSkew = skew } }
        }
        return error
    }

    private func attempt<Answer>(
        _ request: ServiceRequest, _ options: CallOptions,
        _ body: (HTTPRequest, TransferLimits) async throws -> Answer
    ) async throws -> Answer {
        var retries = Retries(
            policy: retryPolicy, maximumAttempts: options.maximumAttempts,
            isIdempotent: options.isIdempotent ?? request.isIdempotent, isReplayable: request.isReplayable)
        let deadline = deadline(of: options)
        while true {
            let skew = state.withLock { $0.clockSkew }
            do {
                let limits = TransferLimits(
                    timeout: try timeout(before: deadline),
                    stallTimeout: request.stallTimeout ?? transport.options.stallTimeout)
                let answer = try await withWire(request, retries.isIdempotent) { try await body($0, limits) }
                retryTokens.giveBack(max(1, retries.tokensTaken))
                return answer
            } catch {
                let isSkewCorrected = state.withLock { $0.clockSkew } != skew
                guard let cost = retries.cost(ofRetryAfter: error, isSkewCorrected: isSkewCorrected),
                    retryTokens.take(cost)
                else { throw error }
                retries.tokensTaken = cost
                let delay = retries.delay(after: error, random: dependencies.random())
                guard fits(delay, before: deadline) else { throw error }
                try await sleep(delay)
            }
        }
    }

    private func deadline(of options: CallOptions) -> Deadline? {
        [options.deadline, deadline].compactMap { $0 }.min()
    }

    private func fits(_ delay: Duration, before deadline: Deadline?) -> Bool {
        guard let deadline else { return true }
        return Int64(delay.milliseconds) < deadline.millisecondsSinceEpoch - dependencies.now()
    }

    private func sleep(_ delay: Duration) async throws {
        do { try await dependencies.sleep(delay) } catch {
            throw TransportError(
                kind: .cancelled, message: "cancelled between two attempts", mayHaveBeenExecuted: true)
        }
    }

    /// Waits between two calls that belong together, unless the deadline comes first.
    func pause(_ delay: Duration, options: CallOptions) async throws {
        guard fits(delay, before: deadline(of: options)) else {
            throw TransportError(
                kind: .timeout, message: "the deadline passes before the next call", mayHaveBeenExecuted: true)
        }
        try await sleep(delay)
    }

    /// What is left of the time for one attempt.
    private func timeout(before deadline: Deadline?) throws -> Duration? {
        guard let deadline else { return transport.options.totalTimeout }
        let left = deadline.millisecondsSinceEpoch - dependencies.now()
        guard left > 0 else {
            throw TransportError(
                kind: .timeout, message: "the deadline passed before the request was sent", mayHaveBeenExecuted: false)
        }
        let rest = Duration.milliseconds(left)
        return transport.options.totalTimeout.map { min($0, rest) } ?? rest
    }
}
