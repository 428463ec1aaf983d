import Synchronization
import Testing

@testable import Recognition

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Threads for long work")
struct WorkThreadsTests {
    /// Opens once, for all who wait.
    private final class Gate: Sendable {
        private let opened = Atomic(false)

        var isOpen: Bool { opened.load(ordering: .acquiring) }
        func open() { opened.store(true, ordering: .releasing) }
        /// Blocks the calling thread, which is one of those that are tested.
        func wait() { while !isOpen { sched_yield() } }
    }

    @Test("As many run at once as may, and no more")
    func atOnce() async throws {
        let threads = WorkThreads(count: 2, limit: 100)
        let running = Atomic(0)
        let most = Atomic(0)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<40 {
                group.addTask {
                    try await threads.run {
                        let now = running.add(1, ordering: .relaxed).newValue
                        most.max(now, ordering: .relaxed)
                        sched_yield()
                        running.subtract(1, ordering: .relaxed)
                        return number
                    }
                }
            }
            #expect(try await group.reduce(0, +) == 780)
        }
        #expect(most.load(ordering: .relaxed) <= 2)
    }

    @Test("Who comes when too many wait is refused, and who waits may leave")
    func bounded() async throws {
        let threads = WorkThreads(count: 1, limit: 1)
        let gate = Gate()
        let started = Gate()
        let first = Task {
            try await threads.run {
                started.open()
                gate.wait()
                return 1
            }
        }
        while !started.isOpen { await Task.yield() }
        let second = Task { try await threads.run { 2 } }
        while threads.waiting == 0 { await Task.yield() }
        await #expect(throws: RecognitionError.busy) { try await threads.run { 3 } }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        gate.open()
        #expect(try await first.value == 1)
        #expect(try await threads.run { 4 } == 4)
    }

    @Test("What the work throws is thrown")
    func throwing() async {
        let threads = WorkThreads(count: 1, limit: 1)
        await #expect(throws: RecognitionError.notAnImage) {
            try await threads.run { () throws -> Int in throw RecognitionError.notAnImage }
        }
    }
}
