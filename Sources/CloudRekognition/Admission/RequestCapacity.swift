/// How much the service takes on at a time.
public struct RequestCapacity: Sendable, Hashable {
    /// Pictures that are worked on at once.
    public var atOnce: Int
    /// Requests that may wait for their turn.
    public var waiting: Int
    /// Bytes of requests that are held at once.
    public var bytes: Int

    /// A capacity; that of two processors unless given.
    public init(atOnce: Int = 2, waiting: Int = 62, bytes: Int = 96 << 20) {
        self.atOnce = max(1, atOnce)
        self.waiting = max(0, waiting)
        self.bytes = max(1, bytes)
    }
}
