#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The word that an environment is to end, in a form that a thread can wait for together with a socket: a pipe that
/// becomes readable. Once given it stays given, for every thread that asks.
final class StopSignal: Sendable {
    /// Readable from the moment of the stop on.
    let descriptor: Int32
    private let source: Int32

    /// A signal of its own; nil when the process has no descriptors left.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        source = ends[1]
    }

    deinit {
        close(descriptor)
        close(source)
    }

    /// Tells everyone to stop.
    func stop() { Self.write(to: source) }

    /// Whether the word has been given.
    var isGiven: Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    /// Has SIGTERM give the word. The signal lives as long as the process from here on.
    func stopOnTermination() {
        _ = Unmanaged.passRetained(self)
        terminationDescriptor = source
        var action = sigaction()
        #if canImport(Darwin)
            action.__sigaction_u.__sa_handler = { _ in StopSignal.write(to: terminationDescriptor) }
        #else
            action.__sigaction_handler.sa_handler = { _ in StopSignal.write(to: terminationDescriptor) }
        #endif
        // Calls of the handler's that the signal interrupts go on by themselves.
        action.sa_flags = SA_RESTART
        sigaction(SIGTERM, &action, nil)
    }

    private static func write(to descriptor: Int32) {
        let before = errno
        var byte: UInt8 = 0
        #if canImport(Glibc)
            _ = Glibc.write(descriptor, &byte, 1)
        #elseif canImport(Musl)
            _ = Musl.write(descriptor, &byte, 1)
        #elseif canImport(Darwin)
            _ = Darwin.write(descriptor, &byte, 1)
        #endif
        errno = before
    }
}

/// Set once, before the handler that reads it is installed: a signal handler can neither capture nor lock.
nonisolated(unsafe) private var terminationDescriptor: Int32 = -1
