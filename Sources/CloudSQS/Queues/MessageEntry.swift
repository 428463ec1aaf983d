/// What is in memory of a message: all that decides who may receive it when, and nothing of its content.
struct MessageEntry: Sendable {
    /// Where a message is on its way.
    enum Phase: Int64, Sendable {
        /// May be received.
        case ready = 0
        /// Sent, and not to be seen before its delay has passed.
        case delayed = 1
        /// Received, and hidden until its visibility timeout.
        case inFlight = 2
    }

    /// The row in the store.
    let row: Int64
    /// The place in the order of sending; sequence numbers are made of it.
    var ordinal: Int64
    /// Milliseconds since the epoch, as all moments here.
    var sent: Int64
    /// From when the retention period counts.
    var retained: Int64
    /// From when it may be received.
    var visible: Int64
    var phase: Phase
    /// How often it was received, across all queues.
    var receives: Int64 = 0
    /// Which receipt is the current one: counts up with each receive, and is part of the handle.
    var receipt: Int64 = 0
    var firstReceived: Int64?
    var received: Int64?
    /// The group, in a FIFO queue.
    var group: String?
    /// The ARN of the queue that it came from as a dead letter.
    var source: String?
}

/// The messages of one group of a FIFO queue, in order.
struct MessageGroup: Sendable {
    /// Rows; 0 for those that were taken out behind the head.
    private var rows: [Int64] = []
    private var start = 0
    private var live = 0
    /// How many were received and are hidden. While there is one, no other message of the group is handed out.
    var inFlight = 0

    var isEmpty: Bool { live == 0 }

    mutating func append(_ row: Int64) {
        rows.append(row)
        live += 1
    }

    /// The rows from the head on.
    var ordered: some Sequence<Int64> { rows[start...].lazy.filter { $0 != 0 } }

    var head: Int64? { start < rows.count ? rows[start] : nil }

    mutating func remove(_ row: Int64) {
        // What is taken out was at the head a moment ago, so that the search is short.
        guard let index = rows[start...].firstIndex(of: row) else { return }
        rows[index] = 0
        live -= 1
        while start < rows.count, rows[start] == 0 { start += 1 }
        if start > 64, start > rows.count / 2 {
            rows.removeFirst(start)
            start = 0
        }
    }
}
