#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Brings the workers of one environment to their end together: the first that fails stops all the others.
final class WorkerGathering: @unchecked Sendable {
    // @unchecked: the counts are touched only under `mutex`; the pointers never change.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var present = 0
    private var reason = ExitReason.stopped
    private let stop: StopSignal

    init(stop: StopSignal) {
        self.stop = stop
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Counts a worker in, before it starts.
    func add() {
        pthread_mutex_lock(mutex)
        present += 1
        pthread_mutex_unlock(mutex)
    }

    /// Counts a worker out.
    func leave(_ reason: ExitReason) {
        pthread_mutex_lock(mutex)
        present -= 1
        if self.reason == .stopped { self.reason = reason }
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
        if reason != .stopped { stop.stop() }
    }

    /// Waits until all are out.
    ///
    /// - Returns: the first failure, if there was one.
    func waitForAll() -> ExitReason {
        pthread_mutex_lock(mutex)
        while present > 0 { pthread_cond_wait(condition, mutex) }
        defer { pthread_mutex_unlock(mutex) }
        return reason
    }
}
