import Synchronization
import Testing

@testable import CloudLambda

/// Starts nothing: the runtime of each environment is played by the test.
final class PeerLauncher: ProcessLauncher {
    private let launched: AsyncStream<Peer>
    private let feed: AsyncStream<Peer>.Continuation
    private let iterator: Mutex<Int>
    private let failures = Mutex<[ProcessLaunchError]>([])

    init() {
        (launched, feed) = AsyncStream.makeStream()
        iterator = Mutex(0)
    }

    /// Makes the next launches fail.
    func fail(with errors: [ProcessLaunchError]) { failures.withLock { $0 += errors } }

    func launch(
        _ command: ProcessCommand, onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping @Sendable (ProcessEnd) -> Void
    ) async throws -> any RunningProcess {
        if let failure = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw failure }
        let number = iterator.withLock { number in
            number += 1
            return number
        }
        let peer = Peer(number: Int32(number), command: command, onOutput: onOutput, onEnd: onEnd)
        feed.yield(peer)
        return peer
    }

    /// The next runtime that is started.
    func next() async throws -> Peer {
        for await peer in launched { return peer }
        throw CancellationError()
    }

    /// How many were started.
    var count: Int { iterator.withLock { $0 } }
}

/// A runtime that a test plays.
final class Peer: RunningProcess {
    static let base = "/2018-06-01/runtime"

    let processID: Int32
    let command: ProcessCommand
    var peakMemory: Int? { 36 * 1_048_576 }
    private let onOutput: @Sendable (UnsafeRawBufferPointer) -> Void
    private let onEnd: @Sendable (ProcessEnd) -> Void
    private let hasEnded = Mutex(false)
    private let terminated = Mutex(false)

    init(
        number: Int32, command: ProcessCommand, onOutput: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping @Sendable (ProcessEnd) -> Void
    ) {
        processID = number
        self.command = command
        self.onOutput = onOutput
        self.onEnd = onEnd
    }

    var isAlive: Bool { hasEnded.withLock { !$0 } }

    /// Whether it has been told to end.
    var isTerminated: Bool { terminated.withLock { $0 } }

    func terminate() { terminated.withLock { $0 = true } }

    func kill() { end(.signalled(9)) }

    func end(_ end: ProcessEnd) {
        let isFirst = hasEnded.withLock { hasEnded in
            defer { hasEnded = true }
            return !hasEnded
        }
        // As with a process, the end is told later and from elsewhere.
        if isFirst { Task { onEnd(end) } }
    }

    func drainOutput() {}

    func print(_ text: String) { Array(text.utf8).withUnsafeBytes { onOutput($0) } }

    func connect() async throws -> RawConnection {
        let address = try #require(command.environment["AWS_LAMBDA_RUNTIME_API"])
        let port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
        return try await RawConnection.open(port: port)
    }
}

extension RawConnection {
    func next() async throws -> Answer { try await request("GET", Peer.base + "/invocation/next") }

    func respond(_ id: String, _ body: String, headers: [(String, String)] = []) async throws -> Answer {
        try await request("POST", "\(Peer.base)/invocation/\(id)/response", body, headers: headers)
    }

    func fail(_ id: String, _ body: String, headers: [(String, String)] = []) async throws -> Answer {
        try await request("POST", "\(Peer.base)/invocation/\(id)/error", body, headers: headers)
    }
}

extension RawConnection.Answer {
    var requestID: String { headers["lambda-runtime-aws-request-id"] ?? "" }
}
