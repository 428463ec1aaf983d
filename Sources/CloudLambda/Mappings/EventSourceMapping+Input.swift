import CloudCore
import JSONValue

/// What the API and templates say of a mapping, checked as Lambda does.
extension EventSourceMapping {
    /// Numbers with their ranges, by their place in the input. Source: Lambda's service model.
    static let ranges:
        [(path: [String], range: ClosedRange<Int>, property: any WritableKeyPath<Self, Int> & Sendable)] = [
            (["BatchSize"], 1...10_000, \.batchSize),
            (["MaximumBatchingWindowInSeconds"], 0...300, \.batchingWindow),
        ]
    static let concurrencyRange = 2...1000
    static let pageRange = 1...10_000

    /// Members that belong to other kinds of sources.
    static let foreignMembers = [
        "ParallelizationFactor", "DestinationConfig", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError",
        "MaximumRetryAttempts", "TumblingWindowInSeconds", "Topics", "Queues", "SourceAccessConfigurations",
        "SelfManagedEventSource", "AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig",
        "DocumentDBEventSourceConfig", "LoggingConfig", "ProvisionedPollerConfig",
    ]

    /// Takes over what a request says.
    ///
    /// - Throws: ``ServiceError`` `ValidationException`, `InvalidParameterValueException`.
    mutating func apply(_ input: JSONObject) throws(ServiceError) {
        for (path, range, property) in Self.ranges {
            if let value = try Self.integer(path, in: .object(input), range) { self[keyPath: property] = value }
        }
        if let scaling = input["ScalingConfig"], !scaling.isNull {
            maximumConcurrency = try Self.integer(
                ["ScalingConfig", "MaximumConcurrency"], in: .object(input), Self.concurrencyRange)
        }
        if let enabled = input["Enabled"], !enabled.isNull {
            guard let flag = enabled.bool else { throw Self.mistyped("Enabled", enabled, "a boolean") }
            isEnabled = flag
        }
        if let criteria = input["FilterCriteria"], !criteria.isNull {
            filterPatterns = try Self.patterns(criteria)
        }
        if let types = input["FunctionResponseTypes"], !types.isNull {
            guard let list = types.array else { throw Self.mistyped("FunctionResponseTypes", types, "a list") }
            guard list.count <= 1, list.allSatisfy({ $0.string == "ReportBatchItemFailures" }) else {
                let told = list.map { $0.string ?? $0.text() }.joined(separator: ", ")
                throw LambdaErrors.validation(
                    "1 validation error detected: Value '[\(told.prefix(200))]' at 'functionResponseTypes' failed to "
                        + "satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: "
                        + "[ReportBatchItemFailures]]")
            }
            reportsBatchItemFailures = !list.isEmpty
        }
        if let key = input["KMSKeyArn"]?.string { keyARN = key.isEmpty ? nil : key }
        if let metrics = input["MetricsConfig"]?["Metrics"]?.array { self.metrics = metrics.compactMap(\.string) }
        if let position = input["StartingPosition"], !position.isNull {
            let known = ["LATEST", "AT_TIMESTAMP", "TRIM_HORIZON"]
            guard let name = position.string, known.contains(name) else {
                throw LambdaErrors.validation(
                    "1 validation error detected: Value '\((position.string ?? position.text()).prefix(100))' at "
                        + "'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: "
                        + "[\(known.joined(separator: ", "))]")
            }
            throw LambdaErrors.invalidParameter("StartingPosition is not valid for SQS event sources.")
        }
        for member in Self.foreignMembers where input[member].map({ !$0.isNull }) ?? false {
            throw LambdaErrors.invalidParameter(
                "Unsupported \(member) parameter for given event source mapping type.")
        }
    }

    /// Checks what hangs together.
    ///
    /// - Throws: `InvalidParameterValueException`.
    func check() throws(ServiceError) {
        if isFIFO, batchingWindow > 0 {
            throw LambdaErrors.invalidParameter("Batching window is not supported for FIFO queues")
        }
        if isFIFO, batchSize > Self.plainBatchSize {
            throw LambdaErrors.invalidParameter(
                "Batch size must be less than or equal to \(Self.plainBatchSize) for FIFO queues")
        }
        if batchSize > Self.plainBatchSize, batchingWindow == 0 {
            throw LambdaErrors.invalidParameter(
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
        }
        _ = try MessageFilter(filterPatterns ?? [])
    }

    private static func patterns(_ criteria: JSONValue) throws(ServiceError) -> [String]? {
        guard let object = criteria.object else { throw mistyped("FilterCriteria", criteria, "a structure") }
        guard let told = object["Filters"], !told.isNull else { return nil }
        guard let filters = told.array else { throw mistyped("Filters", told, "a list") }
        guard filters.count <= MessageFilter.patternLimit else {
            throw LambdaErrors.invalidParameter(
                "An event source mapping has at most \(MessageFilter.patternLimit) filters, not \(filters.count).")
        }
        var patterns: [String] = []
        for filter in filters {
            guard let pattern = filter["Pattern"]?.string else {
                throw LambdaErrors.invalidParameter("Invalid filter pattern definition.")
            }
            guard pattern.count <= MessageFilter.patternLength else {
                throw LambdaErrors.validation(
                    "1 validation error detected: Value at 'filterCriteria.filters.\(patterns.count + 1).member.pattern' "
                        + "failed to satisfy constraint: Member must have length less than or equal to "
                        + "\(MessageFilter.patternLength)")
            }
            patterns.append(pattern)
        }
        return patterns.isEmpty ? nil : patterns
    }

    private static func integer(
        _ path: [String], in input: JSONValue, _ range: ClosedRange<Int>
    ) throws(ServiceError) -> Int? {
        var value = input
        for name in path {
            guard let member = value[name], !member.isNull else { return nil }
            value = member
        }
        guard let number = value.int else { throw mistyped(path.last ?? "", value, "an integer") }
        guard range.contains(number) else {
            throw LambdaErrors.outOfRange(path.map(lowerCased).joined(separator: "."), number, range)
        }
        return number
    }

    private static func lowerCased(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }

    private static func mistyped(_ member: String, _ value: JSONValue, _ expected: String) -> ServiceError {
        ServiceError("SerializationException", "\(member) must be \(expected), not a \(value.kind).", status: 400)
    }
}
