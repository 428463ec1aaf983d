/// How patient the transport is, and what it may hold.
public struct TransportOptions: Sendable, Hashable {
    /// How long a connection may take to come about, TLS included.
    public var connectTimeout: Duration
    /// How long one attempt may take from its start to the last byte of the answer; nil for no limit.
    public var totalTimeout: Duration?
    /// How long nothing may move before an attempt is given up. Time in which the caller itself is waited for, as the
    /// reader of an answer or the source of a body, does not count.
    public var stallTimeout: Duration
    /// How long a connection may lie idle and still be used again.
    public var idleConnectionLifetime: Duration
    /// How many connections are kept for the next call.
    public var pooledConnections: Int
    /// How many bytes of a streamed answer may wait for their reader before the sender is told to wait.
    public var streamBuffer: Int

    /// Options; each has a default that fits a function close to its services.
    public init(
        connectTimeout: Duration = .seconds(3), totalTimeout: Duration? = nil, stallTimeout: Duration = .seconds(20),
        idleConnectionLifetime: Duration = .seconds(60), pooledConnections: Int = 64, streamBuffer: Int = 256 * 1024
    ) {
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.stallTimeout = stallTimeout
        self.idleConnectionLifetime = idleConnectionLifetime
        self.pooledConnections = pooledConnections
        self.streamBuffer = streamBuffer
    }
}

extension Duration {
    /// Whole milliseconds, at least 1, as far as a C `long` holds them.
    var positiveMilliseconds: Int { max(1, milliseconds) }

    /// Whole milliseconds.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds > 0 ? Int(Int32.max) : 0 }
        return Int(clamping: min(product + attoseconds / 1_000_000_000_000_000, Int64(Int32.max)))
    }
}
