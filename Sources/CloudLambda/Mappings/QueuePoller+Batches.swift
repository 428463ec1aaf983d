import CloudCore
import NIOCore

/// Batches on their way: called, settled, counted.
extension QueuePoller {
    /// What was told when a batch was started.
    private struct Start: Sendable {
        var batch: Batch
        var mapping: EventSourceMapping
        var number: Int
        var round: Int
        var hold: ClockHold
    }

    /// Starts the batches that are ready, as many as may be in flight. When this returns, the clock is held for each.
    func startReady() {
        let now = clock.now
        let starts = state.withLock { state in
            var starts: [Start] = []
            while state.isOn, state.rest == nil, state.inFlight < state.scale.allowed, !state.ready.isEmpty {
                var batch = state.ready.removeFirst()
                if state.mapping.isFIFO {
                    // Messages whose group is still at work, past its visibility timeout, wait for their own to end.
                    batch.records.removeAll { record in record.groupID.map { state.busyGroups[$0] != nil } ?? false }
                    for group in batch.records.compactMap(\.groupID) { state.busyGroups[group] = state.started }
                }
                guard !batch.records.isEmpty else { continue }
                state.inFlight += 1
                starts.append(
                    Start(
                        batch: batch, mapping: state.mapping, number: state.started, round: state.scale.round,
                        hold: clock.hold()))
                state.started += 1
            }
            if state.isOn, state.inFlight >= state.scale.allowed, state.scale.canGrow, state.growth == nil {
                state.growth = clock.schedule(at: now + .seconds(1)) { [weak self] in self?.grow() }
            }
            return starts
        }
        for start in starts { Task { await run(start) } }
    }

    /// A second has passed since all that may be were in flight.
    private func grow() {
        state.withLock { state in
            state.growth = nil
            if state.isOn, state.inFlight >= state.scale.allowed { state.scale.grow() }
        }
        startReady()
        wake()
    }

    private func run(_ start: Start) async {
        let (batch, mapping) = (start.batch, start.mapping)
        var hold = start.hold
        let began = clock.now
        var problem: MappingProblem?
        var kept: [QueueRecord] = []
        var keptGroups: Set<String> = []
        let parts = QueueRecord.split(batch.records, limit: LambdaLimits.synchronousEventBytes)
        for (index, part) in parts.enumerated() {
            // A group goes on only where it got through.
            var part = part.filter { record in
                !mapping.isFIFO || !(record.groupID.map(keptGroups.contains) ?? false)
            }
            if index > 0 || began - batch.ready >= .seconds(1) { part = await renewed(part, of: mapping) }
            guard !part.isEmpty else { continue }
            let verdict = await verdict(on: part, start, &hold)
            var left: [QueueRecord] = []
            switch verdict {
            case .succeeded: break
            case .failed(let ids): left = part.filter { ids.contains($0.messageID) }
            case .failedWholly(let reason): (left, problem) = (part, reason)
            }
            kept += left
            keptGroups.formUnion(left.compactMap(\.groupID))
            state.withLock { $0.free(part, of: start.number, before: parts.dropFirst(index + 1)) }
            let done =
                left.isEmpty ? part : part.filter { record in !left.contains { $0.messageID == record.messageID } }
            guard !done.isEmpty else { continue }
            do {
                try await context.source.delete(done.map(\.receiptHandle), from: mapping.source)
            } catch {
                // They come again after their visibility timeout.
                problem = .queueUnavailable
            }
        }
        await shortenHiding(of: kept, batch, began: began, mapping)
        finish(start, problem)
        hold.release()
    }

    /// Hides messages anew that have waited, and leaves out those that are visible already.
    private func renewed(_ records: [QueueRecord], of mapping: EventSourceMapping) async -> [QueueRecord] {
        guard !records.isEmpty, let timeout = try? visibilityTimeout(of: mapping.source),
            let expired = try? await context.source.changeVisibility(
                of: records.map(\.receiptHandle), in: mapping.source, to: timeout)
        else { return [] }
        var groups: Set<String> = []
        return records.filter { record in
            // In a FIFO queue what stands behind one that is left out is left out too.
            guard expired.contains(record.receiptHandle) || (record.groupID.map(groups.contains) ?? false) else {
                return true
            }
            if mapping.isFIFO, let group = record.groupID { groups.insert(group) }
            return false
        }
    }

    /// Messages that were hidden for a window which closed early come again as if they had been received just then.
    private func shortenHiding(
        of records: [QueueRecord], _ batch: Batch, began: Timestamp, _ mapping: EventSourceMapping
    ) async {
        guard !records.isEmpty, mapping.batchingWindow > 0,
            let timeout = try? visibilityTimeout(of: mapping.source)
        else { return }
        let wanted = began + .seconds(timeout)
        guard batch.hiddenUntil - wanted >= .seconds(1) else { return }
        let left = max(0, (wanted - clock.now).wholeMilliseconds + 999) / 1000
        _ = try? await context.source.changeVisibility(
            of: records.map(\.receiptHandle), in: mapping.source, to: Int(left))
    }

    // MARK: Calling

    /// Calls the function with some messages. While it may not run, it is tried again for as long as they are hidden.
    private func verdict(
        on records: [QueueRecord], _ start: Start, _ hold: inout ClockHold
    ) async -> BatchVerdict {
        let mapping = start.mapping
        let invocation = Invocation(
            function: mapping.functionARN, payload: ByteBuffer(bytes: QueueRecord.event(records)),
            source: "sqs \(mapping.queueName)")
        var tries = 0
        while true {
            do {
                let result = try await context.functions.invoke(invocation)
                guard result.functionError == nil else { return .failedWholly(.functionFailed) }
                guard mapping.reportsBatchItemFailures else { return .succeeded }
                return BatchItemFailures.verdict(
                    of: result.payload.readableBytesView, batch: Set(records.map(\.messageID)))
            } catch {
                guard let error = error as? ServiceError, error.isTransient else {
                    let isMissing = (error as? ServiceError)?.status == 404
                    return .failedWholly(isMissing ? .functionMissing : .functionFailed)
                }
                let next = clock.now + PollerScale.rest(after: tries)
                tries += 1
                failed(in: start.round)
                guard next < start.batch.hiddenUntil, await wait(until: next, &hold) else {
                    return .failedWholly(.throttled)
                }
            }
        }
    }

    /// Waits for a moment of the clock, and holds it again from that moment on. Answers whether messages are still taken.
    private func wait(until moment: Timestamp, _ hold: inout ClockHold) async -> Bool {
        let pause = HeldPause()
        let isOn = state.withLock { state in
            if state.isOn { state.pauses.append(pause) }
            return state.isOn
        }
        guard isOn else { return false }
        let timer = clock.schedule(at: moment) { [clock] in pause.end(with: clock.hold()) }
        hold.release()
        hold = await pause.hold()
        clock.cancel(timer)
        return state.withLock { state in
            state.pauses.removeAll { $0 === pause }
            return state.isOn
        }
    }

    private func finish(_ start: Start, _ problem: MappingProblem?) {
        if problem == .functionFailed || problem == .functionMissing { failed(in: start.round) }
        leave { state in
            state.free(start.batch.records, of: start.number)
            state.problem = problem
            state.hasProcessed = true
            if problem == nil { state.scale.succeeded() }
        }
        startReady()
        wake()
    }
}
