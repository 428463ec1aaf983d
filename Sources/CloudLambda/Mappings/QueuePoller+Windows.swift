import CloudCore

/// Batching windows: messages that wait for others. The clock is not held meanwhile, and the messages are hidden for as
/// long as the window is open on top of their queue's visibility timeout.
extension QueuePoller {
    /// Bytes that the records of one event may have, with the commas between them.
    private static let room =
        LambdaLimits.synchronousEventBytes - QueueRecord.eventHead.count - QueueRecord.eventTail.count

    /// Adds messages to the open window; what fills a batch is ready.
    func gather(
        _ records: [QueueRecord], window: Int, now: Timestamp, hiddenUntil: Timestamp, _ state: inout State
    ) {
        for record in records {
            if let gathering = state.gathering, gathering.size + record.bytes.count + 1 > Self.room {
                close(&state, now: now)
            }
            var gathering = state.gathering ?? open(window: window, now: now, hiddenUntil: hiddenUntil)
            gathering.records.append(record)
            gathering.size += record.bytes.count + 1
            gathering.hiddenUntil = min(gathering.hiddenUntil, hiddenUntil)
            state.gathering = gathering
            if gathering.records.count >= state.mapping.batchSize { close(&state, now: now) }
        }
    }

    private func open(window: Int, now: Timestamp, hiddenUntil: Timestamp) -> Gathering {
        let closes = now + .seconds(window)
        var gathering = Gathering(closes: closes, hiddenUntil: hiddenUntil)
        gathering.timer = clock.schedule(at: closes) { [weak self] in self?.windowCloses(at: closes) }
        return gathering
    }

    /// Makes what was gathered ready.
    private func close(_ state: inout State, now: Timestamp) {
        guard let gathering = state.gathering else { return }
        if let timer = gathering.timer { clock.cancel(timer) }
        state.gathering = nil
        state.ready.append(Batch(records: gathering.records, ready: now, hiddenUntil: gathering.hiddenUntil))
    }

    private func windowCloses(at moment: Timestamp) {
        let now = clock.now
        state.withLock { state in
            // Another window may have opened since.
            guard let gathering = state.gathering, gathering.closes <= moment else { return }
            state.gathering?.timer = nil
            close(&state, now: now)
        }
        startReady()
    }
}
