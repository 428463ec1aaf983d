import NIOCore
import NIOEmbedded
import Testing

@testable import CloudCore

@Suite(.timeLimit(.minutes(1))) struct OpenConnectionsTests {
    @Test func whatComesOnceAllAreClosedIsClosedToo() async throws {
        let connections = OpenConnections()
        let (early, late) = (NIOAsyncTestingChannel(), NIOAsyncTestingChannel())
        connections.add(early)
        #expect(connections.count == 1)
        await connections.closeAll()
        try await early.closeFuture.get()
        #expect(connections.count == 0)
        // Its event loop goes on: nothing else would end it.
        connections.add(late)
        try await late.closeFuture.get()
        #expect(connections.count == 0)
    }
}
