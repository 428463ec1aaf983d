import CloudCore
import JSONValue

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

/// A mapping as a template declares it.
public struct EventSourceMappingDeclaration: Sendable, Equatable, Codable {
    /// The name of the resource in the template: the mapping keeps its identifier as long as this stays the same.
    public var name: String
    /// The function's name or ARN.
    public var function: String
    /// The queue's ARN.
    public var source: String
    /// Messages in one event at most, 1 to 10,000.
    public var batchSize: Int
    /// Seconds for which messages are gathered, 0 to 300.
    public var batchingWindow: Int
    /// Batches at once at most, 2 to 1,000.
    public var maximumConcurrency: Int?
    /// Whether messages are taken.
    public var isEnabled: Bool
    /// Patterns as JSON text, one of which a message must match; none to take all.
    public var filterPatterns: [String]
    /// Whether the function names the messages that failed.
    public var reportsBatchItemFailures: Bool

    /// A mapping.
    public init(
        name: String, function: String, source: String, batchSize: Int = 10, batchingWindow: Int = 0,
        maximumConcurrency: Int? = nil, isEnabled: Bool = true, filterPatterns: [String] = [],
        reportsBatchItemFailures: Bool = false
    ) {
        self.name = name
        self.function = function
        self.source = source
        self.batchSize = batchSize
        self.batchingWindow = batchingWindow
        self.maximumConcurrency = maximumConcurrency
        self.isEnabled = isEnabled
        self.filterPatterns = filterPatterns
        self.reportsBatchItemFailures = reportsBatchItemFailures
    }
}

/// What a mapping is doing, as the API tells it.
enum MappingState: String, Sendable, CaseIterable {
    case creating = "Creating"
    case enabling = "Enabling"
    case enabled = "Enabled"
    case disabling = "Disabling"
    case disabled = "Disabled"
    case updating = "Updating"
    case deleting = "Deleting"

    /// What is told to whoever changes a mapping.
    static func answer(from old: EventSourceMapping, to new: EventSourceMapping) -> MappingState {
        switch (old.isEnabled, new.isEnabled) {
        case (false, true): .enabling
        case (true, false): .disabling
        default: .updating
        }
    }

    /// What is told to whoever looks.
    static func current(isEnabled: Bool, isDeleted: Bool, isBusy: Bool) -> MappingState {
        if isDeleted { return .deleting }
        if isEnabled { return .enabled }
        return isBusy ? .disabling : .disabled
    }
}
