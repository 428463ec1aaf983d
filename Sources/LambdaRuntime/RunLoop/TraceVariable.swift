#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The variable `_X_AMZN_TRACE_ID`, through which the X-Ray and OpenTelemetry libraries learn the trace of the current
/// invocation.
///
/// `setenv` never frees what it replaces, a leak that grows with every invocation. Here two buffers take turns instead, so
/// that a thread that still reads the last invocation's value does not see it change.
struct TraceVariable: ~Copyable {
    private static let name = "_X_AMZN_TRACE_ID"
    private static let capacity = 4096
    private var inUse: UnsafeMutablePointer<CChar>
    private var spare: UnsafeMutablePointer<CChar>
    private var value: String?

    /// Unsets the variable.
    init() {
        inUse = .allocate(capacity: Self.capacity)
        spare = .allocate(capacity: Self.capacity)
        unsetenv(Self.name)
    }

    deinit {
        unsetenv(Self.name)
        inUse.deallocate()
        spare.deallocate()
    }

    /// Sets the variable, or unsets it for an invocation without a trace.
    mutating func set(_ newValue: String?) {
        guard newValue != value else { return }
        value = newValue
        guard let newValue else {
            unsetenv(Self.name)
            return
        }
        let text = Self.name + "=" + newValue
        guard text.utf8.count < Self.capacity, !text.utf8.contains(0) else {
            // No trace header is anywhere near as long.
            unsetenv(Self.name)
            return
        }
        var end = spare
        for byte in text.utf8 {
            end.initialize(to: CChar(bitPattern: byte))
            end += 1
        }
        end.initialize(to: 0)
        putenv(spare)
        swap(&inUse, &spare)
    }
}
