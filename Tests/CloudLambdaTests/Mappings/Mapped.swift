import CloudCore
import Testing

@testable import CloudLambda

/// A queue, a function and the poller between them, on a clock that stands still.
struct Mapped {
    static let now = Timestamp(year: 2026, month: 3, day: 1, hour: 12)

    let clock = CloudClock(startingAt: now, pace: .frozen)
    let queue: FakeQueue
    let function: FakeFunction
    let poller: QueuePoller
    private(set) var mapping: EventSourceMapping

    init(
        fifo: Bool = false, timeout: Int = 30, _ function: FakeFunction = FakeFunction(),
        _ change: (inout EventSourceMapping) -> Void = { _ in }
    ) throws {
        queue = FakeQueue(fifo ? FakeQueue.fifo : FakeQueue.standard, clock: clock, timeout: timeout)
        self.function = function
        var mapping = EventSourceMapping(
            id: "id", source: queue.arn, functionARN: "arn:aws:lambda:us-east-1:000000000000:function:work")
        change(&mapping)
        self.mapping = mapping
        poller = QueuePoller(
            mapping, filter: try MessageFilter(mapping.filterPatterns ?? []),
            context: .init(source: queue, functions: function, clock: clock))
        poller.start()
    }

    mutating func change(_ change: (inout EventSourceMapping) -> Void) throws {
        change(&mapping)
        poller.apply(mapping, filter: try MessageFilter(mapping.filterPatterns ?? []))
    }

    /// Waits until something comes true, without letting time pass.
    func until(_ condition: @Sendable () -> Bool) async { while !condition() { await Task.yield() } }
}
