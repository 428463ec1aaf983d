import CloudCore
import CloudS3
import Foundation
import Synchronization
import Testing

@Suite struct EventTests {
    /// Takes events, or refuses them as long as it is told to.
    final class Receiver: ObjectEventReceiver {
        struct Refusal: Error {}

        private let state: Mutex<(events: [ObjectEvent], refusals: Int)>
        private let arrivals: AsyncStream<ObjectEvent>.Continuation
        let stream: AsyncStream<ObjectEvent>

        init(refusals: Int = 0) {
            state = Mutex(([], refusals))
            (stream, arrivals) = AsyncStream.makeStream()
        }

        func wants(_ event: ObjectEvent) -> Bool { event.bucket == "pictures" }

        func receive(_ event: ObjectEvent) async throws {
            let isRefused = state.withLock { state in
                guard state.refusals > 0 else { return false }
                state.refusals -= 1
                return true
            }
            if isRefused { throw Refusal() }
            arrivals.yield(event)
        }

        /// The next events.
        func next(_ count: Int) async -> [ObjectEvent] {
            var events: [ObjectEvent] = []
            for await event in stream {
                events.append(event)
                if events.count == count { break }
            }
            return events
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func changesAreTold() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let receiver = Receiver(refusals: 1)
        s3.service.deliverEvents(to: receiver)
        try await s3.service.createBucketIfMissing("unwatched")
        await s3.put("/unwatched/a", "content")
        let put = await s3.put("/pictures/a%20b", "content")
        #expect(await s3.send("PUT", "/pictures/c", ["x-amz-copy-source": "pictures/a%20b"]).status == 200)
        #expect(await s3.send("DELETE", "/pictures/a%20b").status == 204)
        #expect(await s3.send("DELETE", "/pictures/never-there").status == 204)
        let events = await receiver.next(3).sorted { $0.sequencer < $1.sequencer }
        #expect(events.map(\.name) == [.createdByPut, .createdByCopy, .removed])
        #expect(events.map(\.key) == ["a b", "c", "a b"])
        #expect(events[0].etag.map { "\"\($0)\"" } == put["etag"])
        #expect(events[0].size == 7)
        #expect(events[0].time == LocalS3.now)
        #expect(events[0].requestID == "REQUEST")
        #expect(events[2].size == nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func whatWasNotTakenIsToldAfterANewStart() async throws {
        let directory = LocalS3.temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var s3 = try await LocalS3(directory: directory)
        s3.service.deliverEvents(to: Receiver(refusals: .max))
        await s3.put("/pictures/a", "content")
        await s3.put("/pictures/b", "content")
        s3.close()
        s3 = try await LocalS3(directory: directory)
        defer { s3.close() }
        let receiver = Receiver()
        s3.service.deliverEvents(to: receiver)
        #expect(await receiver.next(2).map(\.key) == ["a", "b"])
    }
}
