import CloudCore

/// Receiving, for as long as there is something and room for it.
extension QueuePoller {
    /// Something may have arrived, or there may be room again. Quick, and called within whatever brought it about: when
    /// this returns, the clock is held if there is something to do.
    func wake() {
        let hold: ClockHold? = state.withLock { state in
            if state.isReceiving {
                state.hasNews = true
                return nil
            }
            guard state.hasRoom else { return nil }
            state.isReceiving = true
            state.hasNews = false
            return clock.hold()
        }
        guard let hold else { return }
        Task {
            await receive()
            hold.release()
        }
    }

    /// What to receive.
    private struct Demand {
        var mapping: EventSourceMapping
        var filter: MessageFilter?
        var limit: Int
        /// Seconds that the window stays open.
        var windowLeft: Int
    }

    private func receive() async {
        var isDrained = false
        var isReadable = false
        var failures = 0
        while let demand = demand(isDrained: isDrained, isReadable: isReadable) {
            let queue = demand.mapping.source
            do {
                let hidden = min(try visibilityTimeout(of: queue) + demand.windowLeft, 43_200)
                let hiddenUntil = clock.now + .seconds(hidden)
                let messages = try await context.source.receive(
                    from: queue, limit: demand.limit, visibilityTimeout: hidden)
                isDrained = messages.isEmpty
                isReadable = true
                failures = 0
                if !isDrained { await take(messages, demand, hiddenUntil: hiddenUntil) }
            } catch {
                state.withLock { $0.problem = .queueUnavailable }
                isDrained = true
                isReadable = false
                // Of a queue that is made anew the poller will hear.
                guard (try? context.source.visibilityTimeout(of: queue)) != nil else { continue }
                pause(for: PollerScale.rest(after: failures))
                failures += 1
            }
        }
    }

    /// How long messages stay hidden, in seconds: never not at all, since they would come again at once.
    func visibilityTimeout(of queue: String) throws(ServiceError) -> Int {
        max(1, try context.source.visibilityTimeout(of: queue))
    }

    /// What to receive next; nil once this receiving is over.
    ///
    /// - Parameters:
    ///   - isDrained: whether the last receive found nothing.
    ///   - isReadable: whether it found out that.
    private func demand(isDrained: Bool, isReadable: Bool) -> Demand? {
        let now = clock.now
        let (demand, waiting, growth) = state.withLock { state in
            guard state.hasRoom, !isDrained || state.hasNews else {
                state.isReceiving = false
                // That it could not be read is forgotten when it can be.
                if isReadable, state.problem == .queueUnavailable { state.problem = nil }
                let settled = Self.settle(&state)
                return (Demand?.none, settled.waiting, settled.growth)
            }
            state.hasNews = false
            let mapping = state.mapping
            let gathered = state.gathering?.records.count ?? 0
            var windowLeft = mapping.batchingWindow
            if let gathering = state.gathering {
                windowLeft = Int(max(0, (gathering.closes - now).wholeMilliseconds + 999) / 1000)
            }
            let demand = Demand(
                mapping: mapping, filter: state.filter, limit: min(10, max(1, mapping.batchSize - gathered)),
                windowLeft: windowLeft)
            return (demand, [], nil)
        }
        if let growth { clock.cancel(growth) }
        for continuation in waiting { continuation.resume() }
        return demand
    }

    private func take(_ messages: [SourceMessage], _ demand: Demand, hiddenUntil: Timestamp) async {
        let mapping = demand.mapping
        var wanted = messages
        if let filter = demand.filter {
            wanted = messages.filter { filter.matches($0, source: mapping.source) }
            if wanted.count < messages.count {
                let kept = Set(wanted.map(\.receiptHandle))
                let dropped = messages.map(\.receiptHandle).filter { !kept.contains($0) }
                // Where that fails they come again, and are looked at again.
                try? await context.source.delete(dropped, from: mapping.source)
            }
        }
        guard !wanted.isEmpty else { return }
        let tellsMissingDigest = mapping.batchingWindow > 0 || demand.filter != nil
        let records = wanted.map {
            QueueRecord($0, source: mapping.source, tellsMissingDigest: tellsMissingDigest)
        }
        let now = clock.now
        let isTaken = state.withLock { state in
            guard state.isOn else { return false }
            if mapping.batchingWindow > 0 {
                gather(records, window: mapping.batchingWindow, now: now, hiddenUntil: hiddenUntil, &state)
            } else {
                state.ready.append(Batch(records: records, ready: now, hiddenUntil: hiddenUntil))
            }
            return true
        }
        if isTaken { startReady() } else { giveBack(records, to: mapping.source) }
    }

    // MARK: Resting

    /// Takes nothing for some time of the clock. Nothing is held meanwhile.
    func pause(for duration: Duration) {
        let due = clock.now + duration
        state.withLock { state in
            guard state.isOn, state.rest == nil else { return }
            state.rest = clock.schedule(at: due) { [weak self] in
                self?.state.withLock { $0.rest = nil }
                self?.startReady()
                self?.wake()
            }
        }
    }

    /// Counts a failure, and rests if it is not the first on end.
    func failed(in round: Int) {
        if let rest = state.withLock({ $0.scale.failed(in: round) }) { pause(for: rest) }
    }
}
