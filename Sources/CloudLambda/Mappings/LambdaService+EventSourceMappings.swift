import CloudCore
import JSONValue

/// The API's operations on event source mappings.
extension LambdaService {
    /// Mappings that a page of a list has at most, whatever is asked for.
    static let mappingsPerPage = 100

    func createEventSourceMapping(_ request: CloudRequest, _ call: ServiceCall) async throws -> CloudResponse {
        let input = try await input(request)
        guard let function = input["FunctionName"]?.string else {
            throw LambdaErrors.validation(
                "1 validation error detected: Value null at 'functionName' failed to satisfy constraint: "
                    + "Member must not be null")
        }
        guard let source = input["EventSourceArn"]?.string else {
            throw LambdaErrors.invalidParameter("Unrecognized event source.")
        }
        var mapping = try newMapping(from: source, to: function)
        try mapping.apply(input)
        try check(mapping)
        let stored = try await insert(mapping)
        return json(.object(describe(stored, .creating, lastResult: nil)), status: 202, call)
    }

    func getEventSourceMapping(_ id: String, _ call: ServiceCall) throws -> CloudResponse {
        guard let view = mappings.view(id) else { throw Self.unknownMapping }
        return json(.object(describe(view)), call)
    }

    func listEventSourceMappings(_ request: CloudRequest, _ call: ServiceCall) throws -> CloudResponse {
        let query = request.queryItems
        var most = Self.mappingsPerPage
        if let told = query["MaxItems"] {
            guard let number = Int(told), EventSourceMapping.pageRange.contains(number) else {
                throw LambdaErrors.outOfRange("maxItems", Int(told) ?? 0, EventSourceMapping.pageRange)
            }
            most = min(number, most)
        }
        let function = try query["FunctionName"].map { name throws(ServiceError) in
            try functionARN(FunctionName(name))
        }
        let marker = try query["Marker"].map { marker throws(ServiceError) in
            guard let number = Int64(marker) else { throw LambdaErrors.invalidParameter("Invalid Marker.") }
            return number
        }
        let found = mappings.all.filter { view in
            (function == nil || view.stored.mapping.functionARN == function)
                && (query["EventSourceArn"] == nil || view.stored.mapping.source == query["EventSourceArn"])
                && view.stored.number > (marker ?? 0)
        }
        let page = found.prefix(most)
        var output: JSONObject = ["EventSourceMappings": .array(page.map { .object(describe($0)) })]
        if found.count > most, let last = page.last { output["NextMarker"] = .string(String(last.stored.number)) }
        return json(.object(output), call)
    }

    func updateEventSourceMapping(
        _ request: CloudRequest, _ id: String, _ call: ServiceCall
    ) async throws -> CloudResponse {
        let input = try await input(request)
        let known = try liveMapping(id, "update")
        // Looked at before the store is asked: a change that is refused for what it says needs no transaction.
        let wanted = try changed(known.stored.mapping, input)
        if wanted.isEnabled || wanted.functionARN != known.stored.mapping.functionARN {
            try check(wanted)
        } else {
            // Switching off must be possible whatever became of the queue and the function.
            try wanted.check()
        }
        do {
            let change = try await mappings.store.update(id, modified: clock.now) { [self] stored in
                stored.mapping = try changed(stored.mapping, input)
            }
            guard let (old, new) = change else { throw Self.unknownMapping }
            mappings.adopt(new)
            let answer = MappingState.answer(from: old.mapping, to: new.mapping)
            return json(.object(describe(new, answer, lastResult: known.lastResult)), status: 202, call)
        } catch let duplicate as EventSourceMappingStore.Duplicate {
            throw conflict(duplicate, wanted)
        }
    }

    func deleteEventSourceMapping(_ id: String, _ call: ServiceCall) async throws -> CloudResponse {
        let known = try liveMapping(id, "delete")
        guard try await mappings.store.delete(id) else { throw Self.unknownMapping }
        mappings.retire(id)
        return json(.object(describe(known.stored, .deleting, lastResult: known.lastResult)), status: 202, call)
    }

    // MARK: Checking

    /// A mapping with Lambda's defaults.
    ///
    /// - Throws: `InvalidParameterValueException` for what is no queue, `ValidationException` for what is no name.
    func newMapping(from source: String, to function: String) throws(ServiceError) -> EventSourceMapping {
        let parts = source.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 6, parts[0] == "arn" else {
            throw LambdaErrors.validation(
                "1 validation error detected: Value '\(source.prefix(256))' at 'eventSourceArn' failed to satisfy "
                    + "constraint: Member must satisfy regular expression pattern: "
                    + #"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*)"#)
        }
        guard parts[2] == "sqs" else {
            throw LambdaErrors.invalidParameter(
                "Unrecognized event source, only sqs queues are served here. Unsupported source arn : \(source)")
        }
        return EventSourceMapping(
            id: identifiers.uuid(), source: source, functionARN: functionARN(try FunctionName(function)))
    }

    private func functionARN(_ name: FunctionName) -> String {
        arn(name.name) + (name.qualifier.map { ":" + $0 } ?? "")
    }

    private func changed(
        _ mapping: EventSourceMapping, _ input: JSONObject
    ) throws(ServiceError) -> EventSourceMapping {
        var mapping = mapping
        if let function = input["FunctionName"]?.string {
            mapping.functionARN = functionARN(try FunctionName(function))
        }
        try mapping.apply(input)
        return mapping
    }

    /// Checks a mapping against the function and the queue that it joins.
    func check(_ mapping: EventSourceMapping) throws(ServiceError) {
        try mapping.check()
        guard let called = try? resolveVersion(FunctionName(mapping.functionARN)) else {
            throw LambdaErrors.invalidParameter("Function does not exist")
        }
        let visibilityTimeout: Int
        do throws(ServiceError) {
            visibilityTimeout = try mappings.source.visibilityTimeout(of: mapping.source)
        } catch {
            throw LambdaErrors.invalidParameter(
                "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
                    + "SQS Error Message: The specified queue does not exist.")
        }
        let timeout = called.pool.generation.configuration.timeout
        guard visibilityTimeout >= timeout else {
            throw LambdaErrors.invalidParameter(
                "Queue visibility timeout: \(visibilityTimeout) seconds is less than Function timeout: "
                    + "\(timeout) seconds")
        }
    }

    /// Stores a mapping and begins to serve it.
    func insert(
        _ mapping: EventSourceMapping, declaration: EventSourceMappingDeclaration? = nil
    ) async throws -> StoredMapping {
        do {
            let stored = try await mappings.store.insert(mapping, declaration: declaration, modified: clock.now)
            mappings.adopt(stored)
            return stored
        } catch let duplicate as EventSourceMappingStore.Duplicate {
            throw conflict(duplicate, mapping)
        }
    }

    private func conflict(
        _ duplicate: EventSourceMappingStore.Duplicate, _ mapping: EventSourceMapping
    ) -> ServiceError {
        LambdaErrors.conflict(
            "An event source mapping with SQS arn (\" \(mapping.source) \") and function (\" \(mapping.functionName) \") "
                + "already exists. Please update or delete the existing mapping with UUID \(duplicate.id)")
    }

    private func liveMapping(_ id: String, _ verb: String) throws(ServiceError) -> EventSourceMappings.View {
        guard let view = mappings.view(id) else { throw Self.unknownMapping }
        guard view.state != .deleting else {
            throw LambdaErrors.inUse("Cannot \(verb) the event source mapping because it is in use.")
        }
        return view
    }

    private static var unknownMapping: ServiceError {
        LambdaErrors.notFound("The resource you requested does not exist.")
    }

    // MARK: Describing

    private func describe(_ view: EventSourceMappings.View) -> JSONObject {
        describe(view.stored, view.state, lastResult: view.lastResult)
    }

    /// A mapping as `EventSourceMappingConfiguration` of the service's model.
    private func describe(_ stored: StoredMapping, _ state: MappingState, lastResult: String?) -> JSONObject {
        let mapping = stored.mapping
        var output: JSONObject = [
            "UUID": .string(mapping.id), "BatchSize": JSONValue(mapping.batchSize),
            "MaximumBatchingWindowInSeconds": JSONValue(mapping.batchingWindow),
            "EventSourceArn": .string(mapping.source),
        ]
        if let patterns = mapping.filterPatterns {
            output["FilterCriteria"] = ["Filters": .array(patterns.map { ["Pattern": .string($0)] })]
        }
        output["FunctionArn"] = .string(mapping.functionARN)
        output["LastModified"] = JSONValue(stored.modified.epochSeconds)
        if let lastResult { output["LastProcessingResult"] = .string(lastResult) }
        output["State"] = .string(state.rawValue)
        output["StateTransitionReason"] = "USER_INITIATED"
        output["FunctionResponseTypes"] = mapping.reportsBatchItemFailures ? ["ReportBatchItemFailures"] : []
        if let most = mapping.maximumConcurrency { output["ScalingConfig"] = ["MaximumConcurrency": JSONValue(most)] }
        if let key = mapping.keyARN { output["KMSKeyArn"] = .string(key) }
        if let metrics = mapping.metrics {
            output["MetricsConfig"] = ["Metrics": .array(metrics.map { .string($0) })]
        }
        output["EventSourceMappingArn"] = .string(identity.arn("lambda", "event-source-mapping:" + mapping.id))
        return output
    }
}
