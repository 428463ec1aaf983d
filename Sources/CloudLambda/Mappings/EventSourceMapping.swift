/// Messages of a queue that a function is given: one mapping, as it is set.
struct EventSourceMapping: Sendable, Equatable, Codable {
    /// Messages that a batch may have without a window, and always from a FIFO queue.
    static let plainBatchSize = 10

    /// The identifier, a UUID.
    var id: String
    /// The queue's ARN.
    var source: String
    /// The function's ARN, with a qualifier where one was told.
    var functionARN: String
    /// Messages in one event at most, 1 to 10,000.
    var batchSize = plainBatchSize
    /// Seconds for which messages are gathered, 0 to 300.
    var batchingWindow = 0
    /// Batches at once at most, 2 to 1,000.
    var maximumConcurrency: Int?
    /// Whether messages are taken.
    var isEnabled = true
    /// Patterns as they were told, one of which a message must match; nil for no criteria.
    var filterPatterns: [String]?
    /// Whether the function names the messages that failed.
    var reportsBatchItemFailures = false
    /// The key that the patterns would be encrypted with; shown, not used.
    var keyARN: String?
    /// The metrics that are asked for; shown, not used.
    var metrics: [String]?

    /// Whether the queue is a FIFO queue.
    var isFIFO: Bool { source.hasSuffix(".fifo") }

    /// The queue's name.
    var queueName: String { String(source.split(separator: ":").last ?? "") }

    /// The function's name, without a qualifier.
    var functionName: String {
        let parts = functionARN.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 6 ? String(parts[6]) : functionARN
    }
}
