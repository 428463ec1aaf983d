import Synchronization
import Testing

@testable import CloudCore

@Suite struct CloudClockTests {
    let start = Timestamp(seconds: 1_000_000)

    final class Journal: Sendable {
        private let entries = Mutex<[String]>([])
        func note(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    @Test func frozenClockStandsUntilTurned() async {
        let clock = CloudClock(startingAt: start, pace: .frozen)
        #expect(clock.now == start)
        await clock.advance(by: .seconds(90))
        #expect(clock.now == start + .seconds(90))
    }

    @Test func turningFiresTimersInOrderEachAtItsMoment() async {
        let clock = CloudClock(startingAt: start, pace: .frozen)
        let journal = Journal()
        for delay in [30, 10, 20, 10] {
            let label = journal.all.count
            clock.schedule(at: start + .seconds(delay)) { journal.note("\(delay)@\(clock.now - self.start)#\(label)") }
        }
        // A timer that sets its successor, as a schedule does: all within the turn fire.
        @Sendable func every15() async {
            journal.note("tick@\(clock.now - start)")
            clock.schedule(at: clock.now + .seconds(15)) { await every15() }
        }
        clock.schedule(at: start + .seconds(15)) { await every15() }
        await clock.advance(by: .seconds(40))
        #expect(
            journal.all == [
                "10@10.0 seconds#0", "10@10.0 seconds#0", "tick@15.0 seconds", "20@20.0 seconds#0",
                "30@30.0 seconds#0", "tick@30.0 seconds",
            ])
        #expect(clock.now == start + .seconds(40))
        #expect(clock.pending == [start + .seconds(45)])
    }

    @Test func aTurnThatEndsLateDoesNotTakeBackALaterOne() async {
        let clock = CloudClock(startingAt: start, pace: .frozen)
        // The second turn comes and ends while the first is still at its timer.
        clock.schedule(at: start + .seconds(10)) { await clock.set(to: self.start + .seconds(500)) }
        await clock.advance(by: .seconds(20))
        #expect(clock.now == start + .seconds(500))
        await clock.set(to: start)
        #expect(clock.now == start)
    }

    @Test func cancelledTimersStaySilent() async {
        let clock = CloudClock(startingAt: start, pace: .frozen)
        let journal = Journal()
        let id = clock.schedule(at: start + .seconds(1)) { journal.note("fired") }
        clock.cancel(id)
        await clock.advance(by: .seconds(2))
        #expect(journal.all.isEmpty)
    }

    @Test func sleepersWakeAndCanBeCancelled() async throws {
        let clock = CloudClock(startingAt: start, pace: .frozen)
        let sleeper = Task { try await clock.sleep(for: .seconds(3600)) }
        let cancelled = Task { try await clock.sleep(for: .seconds(7200)) }
        while clock.pending.count < 2 { await Task.yield() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        await clock.advance(by: .seconds(3600))
        try await sleeper.value
        #expect(clock.pending.isEmpty)
    }

    @Test func realTimeTimersFireByThemselves() async throws {
        let clock = CloudClock()
        try await clock.sleep(for: .milliseconds(2))
        let fast = CloudClock(startingAt: start, pace: .running(factor: 100_000))
        try await fast.sleep(for: .seconds(100))
        #expect(fast.now >= start + .seconds(100))
    }

    @Test func changingThePaceKeepsTheMoment() {
        let machine = Mutex(Timestamp(seconds: 0))
        let clock = CloudClock(startingAt: start, pace: .running(factor: 10)) { machine.withLock { $0 } }
        machine.withLock { $0 = Timestamp(seconds: 6) }
        #expect(clock.now == start + .seconds(60))
        clock.setPace(.frozen)
        machine.withLock { $0 = Timestamp(seconds: 100) }
        #expect(clock.now == start + .seconds(60))
        clock.setPace(.running(factor: 1))
        machine.withLock { $0 = Timestamp(seconds: 101) }
        #expect(clock.now == start + .seconds(61))
    }

    @Test func turningWaitsForWorkThatIsHeld() async {
        let clock = CloudClock(startingAt: start, pace: .frozen)
        let journal = Journal()
        clock.schedule(at: start + .seconds(10)) {
            let hold = clock.hold()
            Task {
                await Task.yield()
                journal.note("work of 10 at \(clock.now - self.start)")
                let next = clock.hold()
                hold.release()
                hold.release()
                Task {
                    await Task.yield()
                    journal.note("rest of 10 at \(clock.now - self.start)")
                    next.release()
                }
            }
        }
        clock.schedule(at: start + .seconds(20)) { journal.note("20") }
        await clock.advance(by: .seconds(30))
        #expect(journal.all == ["work of 10 at 10.0 seconds", "rest of 10 at 10.0 seconds", "20"])
    }

    @Test func aTurnWaitsNoLongerThanItsPatience() async {
        let clock = CloudClock(startingAt: start, pace: .frozen, patience: .milliseconds(5))
        let hold = clock.hold()
        await clock.advance(by: .seconds(1))
        #expect(clock.now == start + .seconds(1))
        hold.release()
    }

    @Test func aHoldThatNobodyKeepsIsLetGo() async {
        let clock = CloudClock(startingAt: start, pace: .frozen, patience: .seconds(3600))
        do { _ = clock.hold() }
        await clock.advance(by: .seconds(1))
        #expect(clock.now == start + .seconds(1))
    }

    @Test func whereTheClockIsPutIsToldBeforeWhatIsDueThereHappens() async {
        let clock = CloudClock(startingAt: start, pace: .frozen)
        let journal = Journal()
        clock.observePosition { journal.note("at \($0.moment - self.start), \($0.pace)") }
        for delay in [10, 10, 20] {
            clock.schedule(at: start + .seconds(delay)) { journal.note("\(delay)") }
        }
        await clock.advance(by: .seconds(30))
        await clock.set(to: start)
        clock.setPace(.running(factor: 60))
        #expect(
            journal.all == [
                "at 0.0 seconds, frozen", "at 10.0 seconds, frozen", "10", "10", "at 20.0 seconds, frozen", "20",
                "at 30.0 seconds, frozen", "at 0.0 seconds, frozen", "at 0.0 seconds, running(factor: 60.0)",
            ])
    }

    @Test func aPositionGoesOnAsItsPaceSays() {
        let position = { ClockPosition(moment: self.start, machine: Timestamp(seconds: 5), pace: $0) }
        let later = Timestamp(seconds: 15)
        #expect(position(.frozen).moment(at: later) == start)
        #expect(position(.running(factor: 1)).moment(at: later) == start + .seconds(10))
        #expect(position(.running(factor: 60)).moment(at: later) == start + .seconds(600))
    }
}
