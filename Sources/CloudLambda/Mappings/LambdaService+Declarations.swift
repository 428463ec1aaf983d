import CloudCore

/// Event source mappings that a template declares.
extension LambdaService {
    /// Takes over the mappings of a template, once its functions and queues are there, and begins to serve these and all
    /// that were made through the API.
    ///
    /// A mapping keeps its identifier as long as it is declared under the same name. What was changed through the API stays
    /// as it is until the declaration changes; a mapping that is no longer declared is deleted.
    ///
    /// - Returns: what cannot be served, each with its reason.
    /// - Throws: the store's errors.
    @discardableResult
    public func deployEventSourceMappings(
        _ declarations: [EventSourceMappingDeclaration]
    ) async throws -> [(name: String, reason: ServiceError)] {
        let declared = Set(declarations.map(\.name))
        for view in mappings.all {
            guard let name = view.stored.declaration?.name, !declared.contains(name) else { continue }
            _ = try await mappings.store.delete(view.stored.mapping.id)
            mappings.retire(view.stored.mapping.id)
        }
        var refused: [(name: String, reason: ServiceError)] = []
        for declaration in declarations {
            do {
                try await deploy(declaration)
            } catch let error as ServiceError {
                refused.append((declaration.name, error))
            }
        }
        mappings.start()
        return refused
    }

    private func deploy(_ declaration: EventSourceMappingDeclaration) async throws {
        var mapping = try newMapping(from: declaration.source, to: declaration.function)
        let known = mappings.all.first { view in
            // One that was made through the API and is declared now becomes the template's.
            view.stored.declaration?.name == declaration.name
                || view.stored.declaration == nil && view.stored.mapping.source == mapping.source
                    && view.stored.mapping.functionARN == mapping.functionARN
        }
        if known?.stored.declaration == declaration { return }
        mapping.id = known?.stored.mapping.id ?? mapping.id
        mapping.batchSize = declaration.batchSize
        mapping.batchingWindow = declaration.batchingWindow
        mapping.maximumConcurrency = declaration.maximumConcurrency
        mapping.isEnabled = declaration.isEnabled
        mapping.filterPatterns = declaration.filterPatterns.isEmpty ? nil : declaration.filterPatterns
        mapping.reportsBatchItemFailures = declaration.reportsBatchItemFailures
        try check(mapping)
        guard known != nil else {
            _ = try await insert(mapping, declaration: declaration)
            return
        }
        let (changed, moment) = (mapping, clock.now)
        let change = try await mappings.store.update(mapping.id, modified: moment) { stored in
            stored.mapping = changed
            stored.declaration = declaration
        }
        if let change { mappings.adopt(change.new) }
    }
}
