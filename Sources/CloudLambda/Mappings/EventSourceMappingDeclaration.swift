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
