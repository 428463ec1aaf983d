/// What was sent to a FIFO queue within the last five minutes, by its deduplication identifier.
struct DeduplicationWindow: Sendable {
    /// A message that was sent.
    struct Sent: Sendable, Equatable {
        var messageID: String
        var ordinal: Int64
        var expires: Int64
    }

    /// Milliseconds for which a repetition is known.
    static let length: Int64 = 300_000

    private var sent: [String: Sent] = [:]
    private var order = BinaryHeap<Due>()

    private struct Due: Comparable, Sendable {
        var expires: Int64
        var key: String
        static func < (left: Due, right: Due) -> Bool { left.expires < right.expires }
    }

    /// The key of an identifier: its own, or together with its group where that is the scope.
    static func key(_ identifier: String, group: String?) -> String {
        group.map { "\($0) \(identifier)" } ?? identifier
    }

    /// What was sent under a key and is not forgotten.
    func message(_ key: String, at now: Int64) -> Sent? {
        sent[key].flatMap { $0.expires > now ? $0 : nil }
    }

    mutating func remember(_ key: String, _ message: Sent) {
        sent[key] = message
        order.push(Due(expires: message.expires, key: key))
    }

    /// Forgets what is too old. Answers whether there was anything.
    mutating func forget(before now: Int64) -> Bool {
        var forgot = false
        while let first = order.first, first.expires <= now {
            order.pop()
            if sent[first.key]?.expires == first.expires { sent[first.key] = nil }
            forgot = true
        }
        return forgot
    }
}

/// A receive of a FIFO queue that its caller may repeat to get the same answer.
struct ReceiveAttempt: Sendable {
    /// The rows and their receipts.
    var receipts: [(row: Int64, receipt: Int64)]
    /// Until when.
    var expires: Int64
}
