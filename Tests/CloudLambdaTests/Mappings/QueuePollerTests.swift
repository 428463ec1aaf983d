import CloudCore
import Testing

@testable import CloudLambda

/// What a poller does with batches, on a clock that stands still: after `settled()` everything that the present moment
/// brings about has happened, since the poller holds the clock until then.
@Suite struct QueuePollerTests {
    @Test func aMessageIsHandedOverWithinItsMoment() async throws {
        let mapped = try Mapped()
        mapped.queue.send("a")
        await mapped.clock.settled()
        #expect(mapped.function.batches == [["a"]])
        #expect(mapped.queue.bodies.isEmpty)
        #expect(mapped.poller.lastResult == "OK")
    }

    @Test func whatWasThereBeforeIsHandedOver() async throws {
        let mapped = try Mapped { $0.isEnabled = false }
        mapped.queue.send("a", "b")
        await mapped.clock.settled()
        #expect(mapped.function.batches.isEmpty && !mapped.queue.isObserved)
        var changed = mapped
        try changed.change { $0.isEnabled = true }
        await mapped.clock.settled()
        #expect(mapped.function.batches == [["a", "b"]])
    }

    @Test func batchesAreNoLargerThanTold() async throws {
        let mapped = try Mapped { $0.batchSize = 3 }
        mapped.queue.send((0..<10).map(String.init))
        await mapped.clock.settled()
        #expect(mapped.function.batches.map(\.count).sorted() == [1, 3, 3, 3])
        #expect(Set(mapped.function.batches.flatMap { $0 }).count == 10)
    }

    @Test func nothingRunsAndNothingIsDueWhereNothingComes() async throws {
        let mapped = try Mapped()
        await mapped.clock.settled()
        let receives = mapped.queue.receives
        await mapped.clock.advance(by: .seconds(86_400 * 30))
        #expect(mapped.queue.receives == receives && mapped.clock.pending.isEmpty && !mapped.poller.isBusy)
        mapped.queue.send((0..<200).map(String.init))
        await mapped.clock.settled()
        #expect(mapped.queue.bodies.isEmpty)
        // What is left is the queue's own: visibility timeouts of messages that are gone.
        await mapped.clock.advance(by: .seconds(30))
        #expect(mapped.clock.pending.isEmpty && !mapped.poller.isBusy)
    }

    // MARK: Failures

    @Test func aFailedBatchComesAgainAfterItsVisibilityTimeout() async throws {
        let mapped = try Mapped(FakeFunction { _ in .error })
        mapped.queue.send("a", "b")
        await mapped.clock.settled()
        #expect(mapped.function.batches.count == 1 && mapped.queue.bodies == ["a", "b"])
        #expect(mapped.poller.lastResult == "PROBLEM: Function call failed")
        await mapped.clock.advance(by: .milliseconds(29_999))
        #expect(mapped.function.batches.count == 1)
        mapped.function.behave { _ in .text("null") }
        await mapped.clock.advance(by: .milliseconds(1))
        #expect(mapped.function.batches == [["a", "b"], ["a", "b"]] && mapped.queue.bodies.isEmpty)
        #expect(mapped.poller.lastResult == "OK")
    }

    @Test func onlyWhatIsNamedComesAgain() async throws {
        let function = FakeFunction { bodies in
            bodies.contains("bad") ? .text(#"{"batchItemFailures":[{"itemIdentifier":"m2"}]}"#) : .text("null")
        }
        let mapped = try Mapped(function) { $0.reportsBatchItemFailures = true }
        mapped.queue.send("a", "bad", "c")
        await mapped.clock.settled()
        #expect(mapped.queue.bodies == ["bad"] && mapped.poller.lastResult == "OK")
        await mapped.clock.advance(by: .seconds(30))
        #expect(function.batches == [["a", "bad", "c"], ["bad"]])
    }

    @Test(arguments: BatchItemFailuresTests.failing)
    func anAnswerThatCannotBeUnderstoodFailsAll(_ answer: String) async throws {
        let mapped = try Mapped(FakeFunction { _ in .text(answer) }) { $0.reportsBatchItemFailures = true }
        mapped.queue.send("a", "b")
        await mapped.clock.settled()
        #expect(mapped.queue.bodies == ["a", "b"])
    }

    @Test(arguments: BatchItemFailuresTests.failing + [#"{"batchItemFailures":[{"itemIdentifier":"m1"}]}"#])
    func whoDoesNotReportFailuresSucceedsWithAnyAnswer(_ answer: String) async throws {
        let mapped = try Mapped(FakeFunction { _ in .text(answer) })
        mapped.queue.send("a", "b")
        await mapped.clock.settled()
        #expect(mapped.queue.bodies.isEmpty)
    }

    @Test func afterFailuresOnEndThePollerRestsWithoutHoldingTheClock() async throws {
        let mapped = try Mapped(FakeFunction { _ in .error }) { $0.batchSize = 1 }
        mapped.queue.send((0..<100).map(String.init))
        await mapped.clock.settled()
        // Five at once, then two, and after the second failure on end a rest.
        let before = mapped.function.batches.count
        #expect(before < 12)
        #expect(mapped.clock.pending.first == Mapped.now + .milliseconds(100))
        await mapped.clock.advance(by: .milliseconds(100))
        #expect(mapped.function.batches.count > before)
        await mapped.clock.advance(by: .seconds(20))
        // By now it rests for seconds after each.
        let slow = mapped.function.batches.count
        await mapped.clock.advance(by: .seconds(5))
        #expect(mapped.function.batches.count - slow <= 1)
        mapped.function.behave { _ in .text("null") }
        await mapped.clock.advance(by: .seconds(60))
        #expect(mapped.queue.bodies.isEmpty)
    }

    @Test func aThrottledBatchIsTriedAgainWhileItIsHidden() async throws {
        let mapped = try Mapped(FakeFunction { _ in .throttled })
        mapped.queue.send("a")
        await mapped.clock.settled()
        #expect(mapped.function.batches.count == 1 && mapped.queue.visible.isEmpty)
        await mapped.clock.advance(by: .seconds(5))
        let tries = mapped.function.batches.count
        #expect((4...8).contains(tries))
        mapped.function.behave { _ in .text("null") }
        await mapped.clock.advance(by: .seconds(5))
        #expect(mapped.function.batches.count == tries + 1 && mapped.queue.bodies.isEmpty)
    }

    @Test func aBatchThatIsThrottledForTooLongReturns() async throws {
        let mapped = try Mapped(timeout: 2, FakeFunction { _ in .throttled })
        mapped.queue.send("a")
        await mapped.clock.advance(by: .milliseconds(1999))
        #expect(mapped.queue.visible.isEmpty && !mapped.poller.isBusy)
        #expect(mapped.poller.lastResult == "PROBLEM: Function call was throttled")
        mapped.function.behave { _ in .text("null") }
        await mapped.clock.advance(by: .seconds(10))
        #expect(mapped.queue.bodies.isEmpty)
    }

    @Test func aFunctionThatIsGone() async throws {
        let mapped = try Mapped(FakeFunction { _ in .missing })
        mapped.queue.send("a")
        await mapped.clock.settled()
        #expect(mapped.queue.bodies == ["a"] && mapped.poller.lastResult == "PROBLEM: Function not found")
    }

    @Test func aQueueThatCannotBeReadIsTriedAgain() async throws {
        let mapped = try Mapped()
        await mapped.clock.settled()
        mapped.queue.setRefuses(true)
        mapped.queue.send("a")
        await mapped.clock.settled()
        #expect(mapped.poller.lastResult == "PROBLEM: Queue cannot be read" && !mapped.poller.isBusy)
        mapped.queue.setRefuses(false)
        await mapped.clock.advance(by: .seconds(1))
        #expect(mapped.queue.bodies.isEmpty && mapped.poller.lastResult == "OK")
    }

    @Test func aQueueThatIsDeletedCostsNothingAndMayComeBack() async throws {
        let mapped = try Mapped()
        await mapped.clock.settled()
        mapped.queue.setThere(false)
        mapped.queue.send("a")
        await mapped.clock.settled()
        #expect(mapped.clock.pending.isEmpty && !mapped.poller.isBusy)
        mapped.queue.setThere(true)
        mapped.queue.send("b")
        await mapped.clock.settled()
        #expect(mapped.queue.bodies.isEmpty)
    }

    @Test func whatCannotBeDeletedComesAgain() async throws {
        let function = FakeFunction()
        let mapped = try Mapped(function)
        function.close()
        mapped.queue.send("a")
        await mapped.until { function.running == 1 }
        mapped.queue.setRefuses(true)
        function.open()
        await mapped.clock.settled()
        mapped.queue.setRefuses(false)
        await mapped.clock.advance(by: .seconds(40))
        #expect(function.batches == [["a"], ["a"]] && mapped.queue.bodies.isEmpty)
    }

    // MARK: Filters

    @Test func whatDoesNotMatchIsDeleted() async throws {
        let mapped = try Mapped { $0.filterPatterns = [#"{"body":{"kind":["a"]}}"#] }
        mapped.queue.send(#"{"kind":"a"}"#, #"{"kind":"b"}"#, "plain")
        await mapped.clock.settled()
        #expect(mapped.function.batches == [[#"{"kind":"a"}"#]] && mapped.queue.bodies.isEmpty)
        mapped.queue.send("nothing of it")
        await mapped.clock.settled()
        #expect(mapped.function.batches.count == 1 && mapped.queue.bodies.isEmpty)
    }

    // MARK: On and off

    @Test func whatIsSwitchedOffTakesNothingAndEndsWhatItDoes() async throws {
        let function = FakeFunction()
        var mapped = try Mapped(function)
        function.close()
        mapped.queue.send("a")
        await mapped.until { function.running == 1 }
        try mapped.change { $0.isEnabled = false }
        #expect(mapped.poller.isBusy && !mapped.queue.isObserved)
        mapped.queue.send("b")
        function.open()
        await mapped.poller.settled()
        #expect(function.batches == [["a"]] && mapped.queue.bodies == ["b"])
        try mapped.change { $0.isEnabled = true }
        await mapped.clock.settled()
        #expect(function.batches == [["a"], ["b"]])
    }

    @Test func aThrottledBatchIsLetGoWhenThePollerStops() async throws {
        let mapped = try Mapped(FakeFunction { _ in .throttled })
        mapped.queue.send("a")
        await mapped.clock.settled()
        #expect(mapped.poller.isBusy)
        mapped.poller.stop()
        await mapped.poller.settled()
        await mapped.clock.settled()
        #expect(mapped.queue.bodies == ["a"] && mapped.function.batches.count == 1)
    }
}
