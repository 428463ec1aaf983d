import CloudCore
import Synchronization

/// When an environment is ready for its next call: once its runtime and each of its extensions wait for an event.
extension ExecutionEnvironment {
    /// What follows from a request for an event, or from a call; carried out once the lock is let go.
    struct Advance {
        /// The call that begins.
        var begins: ActiveCall?
        /// The requests that the call goes to.
        var pollers: [Poller] = []
        var event: ActiveCall?
        var told: [(ExtensionPoller, ExtensionEvent)] = []
        /// How many more calls there is room for.
        var frees = 0
    }

    /// Goes as far as what waits allows.
    func advance(_ state: inout State) -> Advance {
        var result = Advance()
        if state.extensions.isReady, state.phase == .starting || state.phase == .ready {
            if let late = state.lateReport {
                state.lateReport = nil
                // Still under the lock: nothing of the next call may stand above it.
                report(late)
            }
            if state.runtimeHasAsked { becomeFree(&state, &result) }
        }
        guard state.phase == .ready, !state.pollers.isEmpty, let id = state.undelivered.first else { return result }
        state.undelivered.removeFirst()
        guard let active = state.calls[id] else { return result }
        try? state.session.deliver(id)
        result.event = active
        result.pollers = takePollers(&state)
        return result
    }

    private func becomeFree(_ state: inout State, _ result: inout Advance) {
        state.runtimeHasAsked = false
        guard state.phase == .starting else {
            if state.undelivered.isEmpty { result.frees = 1 }
            return
        }
        state.phase = .ready
        state.startDeadline = nil
        state.extensions.close()
        for entry in state.extensions.entries { log.extensionState(entry) }
        state.initDuration = ContinuousClock.now - state.startBegan
        result.frees = capacity
        guard var bound = state.boundCall else { return }
        state.boundCall = nil
        bound.initDuration = nil
        state.initDuration = nil
        state.calls[bound.call.requestID] = bound
        state.undelivered.append(bound.call.requestID)
        result.begins = bound
        result.told = tellExtensions(of: bound, &state)
        result.frees = capacity - 1
    }

    /// Tells those extensions of a call that want to know.
    func tellExtensions(of active: ActiveCall, _ state: inout State) -> [(ExtensionPoller, ExtensionEvent)] {
        guard !state.extensions.isEmpty, state.extensions.tellsCalls else { return [] }
        let event = ExtensionEvent.invoke(
            requestID: active.call.requestID, functionARN: active.call.invokedARN, traceID: active.call.traceID,
            deadline: active.deadlineMilliseconds)
        return state.extensions.listeners(.invoke).compactMap { tell($0.identifier, event, &state) }
    }

    /// Gives an extension an event. Returns the request that it goes to, where there is one.
    func tell(
        _ identifier: String, _ event: ExtensionEvent, _ state: inout State
    ) -> (ExtensionPoller, ExtensionEvent)? {
        let index = state.extensionPollers.firstIndex { $0.identifier == identifier }
        guard state.extensions.deliver(event, to: identifier, isWaiting: index != nil), let index else { return nil }
        return (state.extensionPollers.remove(at: index), event)
    }

    func carryOut(_ advance: Advance) {
        // Before the event goes out: nothing that the function writes may stand above its start.
        if let begins = advance.begins { announce(begins.call) }
        answer(advance.told)
        if let event = advance.event {
            for poller in advance.pollers { poller.answer.resume(returning: eventResponse(event)) }
        }
        if advance.frees > 0 { owner.environment(self, canTake: advance.frees) }
    }

    func answer(_ told: [(ExtensionPoller, ExtensionEvent)]) {
        for (poller, event) in told {
            poller.answer.resume(returning: event.response(identifier: context.identifiers.uuid()))
        }
    }

    /// The requests that an event goes to. A runtime that asks again without having been answered may no longer listen
    /// to the first request; where it takes one call at a time, every request that is still open gets the same event.
    func takePollers(_ state: inout State) -> [Poller] {
        if capacity == 1 {
            defer { state.pollers = [] }
            return state.pollers
        }
        return state.pollers.isEmpty ? [] : [state.pollers.removeFirst()]
    }

    // MARK: Reports

    /// Writes the end of a call down; where extensions are still at work on it, once they have done with it.
    ///
    /// - Returns: the tail of the log as it is now.
    func conclude(_ report: CallReport, note: String? = nil, of active: ActiveCall) -> [UInt8] {
        let isLate = state.withLock { state in
            guard state.phase == .ready, state.extensions.tellsCalls, !state.extensions.isReady else { return false }
            state.lateReport = LateReport(report: report, began: active.began, deadline: active.deadline)
            return true
        }
        guard isLate else { return log.end(report, note: note) }
        armTimer()
        return log.tail(note: note)
    }

    /// Writes down a call's end that was waited for. What the extensions took is part of its time.
    func report(_ late: LateReport, _ failure: CallFailure? = nil) {
        var report = late.report
        report.duration = ContinuousClock.now - late.began
        if let failure {
            report.status = failure.status
            report.errorType = failure.type
        }
        _ = log.end(report, note: failure?.note(requestID: report.requestID, at: context.clock.now))
    }
}
