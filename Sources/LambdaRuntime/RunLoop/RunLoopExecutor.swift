#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs tasks on the run loop's own thread, so that an invocation costs no switch of threads: the thread that received
/// the event runs the handler and sends the response.
///
/// Jobs may be enqueued from any thread (a timer, a child task elsewhere, another library's callback); one thread drains
/// them, and sleeps on a condition variable while there are none.
final class RunLoopExecutor: TaskExecutor, @unchecked Sendable {
    // @unchecked: `jobs`, `head` and `isWaiting` are touched only under `mutex`; the pointers never change.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []
    private var head = 0
    private var isWaiting = false

    init() {
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

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        let wake = isWaiting
        pthread_mutex_unlock(mutex)
        if wake { pthread_cond_signal(condition) }
    }

    /// Runs one job; waits for it if there is none.
    func runNextJob() { _ = runNextJob(until: nil) }

    /// Runs jobs until `isDone`, which is asked after each, says so.
    func run(until isDone: () -> Bool) {
        while !isDone() { runNextJob() }
    }

    /// Runs jobs until `isDone` says so or the time is over.
    ///
    /// - Returns: whether it was done in time. A single job that blocks is waited for all the same.
    func run(within budget: Duration, until isDone: () -> Bool) -> Bool {
        let end = WallClock.milliseconds() + Int64(budget / .milliseconds(1))
        let limit = timespec(tv_sec: Int(end / 1000), tv_nsec: Int(end % 1000) * 1_000_000)
        while !isDone() {
            // A task that never suspends for long always has a job ready: the clock has to be asked each time.
            guard WallClock.milliseconds() < end, runNextJob(until: limit) else { return isDone() }
        }
        return true
    }

    /// - Returns: false when the time was over before there was a job.
    private func runNextJob(until limit: timespec?) -> Bool {
        pthread_mutex_lock(mutex)
        while head == jobs.count {
            isWaiting = true
            var outcome: Int32 = 0
            if var limit {
                outcome = pthread_cond_timedwait(condition, mutex, &limit)
            } else {
                pthread_cond_wait(condition, mutex)
            }
            isWaiting = false
            if outcome == ETIMEDOUT, head == jobs.count {
                pthread_mutex_unlock(mutex)
                return false
            }
        }
        let job = jobs[head]
        head += 1
        if head == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            head = 0
        }
        pthread_mutex_unlock(mutex)
        job.runSynchronously(on: asUnownedTaskExecutor())
        return true
    }
}

extension RunLoopExecutor {
    /// Where a task leaves its result for the thread that drains the executor.
    ///
    /// @unchecked: written by the task's last job and read after it, both on the draining thread.
    private final class Outcome<Value>: @unchecked Sendable {
        var value: Value?
    }

    /// Starts a task on this thread's queue.
    ///
    /// - Returns: gives the result once the task is done, nil before. To be called only by the thread that drains.
    func start<Value: Sendable>(_ operation: @escaping @Sendable () async -> Value) -> () -> Value? {
        let outcome = Outcome<Value>()
        Task(executorPreference: self) { outcome.value = await operation() }
        return { outcome.value }
    }

    /// Runs an operation to its end on this thread.
    func runToEnd<Value: Sendable>(_ operation: @escaping @Sendable () async -> Value) -> Value {
        let result = start(operation)
        while true {
            if let value = result() { return value }
            runNextJob()
        }
    }
}
