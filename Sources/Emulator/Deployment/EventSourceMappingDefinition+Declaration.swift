import CloudLambda
import Template

extension EventSourceMappingDefinition {
    /// The mapping as Lambda takes it over.
    var declaration: EventSourceMappingDeclaration {
        EventSourceMappingDeclaration(
            name: logicalID, function: function, source: eventSourceARN, batchSize: batchSize,
            batchingWindow: maximumBatchingWindow, maximumConcurrency: maximumConcurrency, isEnabled: isEnabled,
            filterPatterns: filters.map { $0.text() }, reportsBatchItemFailures: reportsBatchItemFailures)
    }
}
