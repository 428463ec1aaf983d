#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where finished log lines go. A line is handed over whole, in one call.
public struct LogSink: Sendable {
    private let take: @Sendable ([UInt8]) -> Void

    /// A sink that hands each line to a closure, which may be called from several threads at once.
    public init(_ take: @escaping @Sendable ([UInt8]) -> Void) { self.take = take }

    /// Hands over one line.
    public func callAsFunction(_ line: [UInt8]) { take(line) }

    /// The process's standard output, which Lambda collects. Each line is one `write`, unbuffered, so that lines of
    /// different threads do not mix and none is lost in a crash.
    public static let standardOutput = LogSink { line in
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = write(STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written > 0 {
                    rest = rest.dropFirst(written)
                } else if written == 0 || errno != EINTR {
                    // Nobody reads the log any more; the function itself goes on.
                    return
                }
            }
        }
    }
}
