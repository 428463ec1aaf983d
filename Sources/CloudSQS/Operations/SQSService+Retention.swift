import CloudCore

/// Messages that were kept for as long as their queue keeps them.
extension SQSService {
    /// Sees to it that a queue is looked at when its oldest message has been kept long enough.
    func armRetention(_ queue: Int64) {
        guard let due = storage.catalog.withLock({ $0[queue]?.nextExpiry() }) else { return }
        let isNeeded = retention.withLock { timers in timers[queue].map { due < $0.due } ?? true }
        guard isNeeded else { return }
        let id = clock.schedule(at: Timestamp(milliseconds: due)) { [weak self] in await self?.expire(queue) }
        let outdated = retention.withLock { timers in
            defer { timers[queue] = (due, id) }
            return timers[queue]?.id
        }
        if let outdated { clock.cancel(outdated) }
    }

    private func expire(_ queue: Int64) async {
        retention.withLock { $0[queue] = nil }
        let storage = storage
        let now = now
        // What cannot be removed now is removed with the next change, or after the next start.
        try? await storage.write { database in
            let expired = storage.catalog.withLock { catalog in
                catalog[queue]?.advance(to: now)
                defer { catalog[queue]?.expired = [] }
                return catalog[queue]?.expired ?? []
            }
            for row in expired { try SQSStorage.delete(row, database) }
        }
        passOn(queue)
        armRetention(queue)
    }
}
