import JSONValue

extension TemplateReader {
    func readQueue(_ entry: ResourceEntry, _ reader: PropertyReader) {
        let name = evaluator.name(of: entry)
        let isFIFO = reader.bool("FifoQueue") ?? false
        if isFIFO != name.hasSuffix(".fifo") {
            reader.fault(
                "QueueName",
                isFIFO
                    ? "The name of a FIFO queue must end with '.fifo', and '\(name)' does not."
                    : "'\(name)' ends with '.fifo', but FifoQueue of \(reader.subject) is not true.")
        }
        if !isFIFO {
            for key in ["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"]
            where reader.mentions(key) {
                reader.fault(key, "\(key) of \(reader.subject) is for FIFO queues only.")
            }
        }
        template.queues.append(
            QueueDefinition(
                logicalID: entry.logicalID, name: name, arn: cloud.queueARN(name), url: cloud.queueURL(name),
                isFIFO: isFIFO, contentBasedDeduplication: reader.bool("ContentBasedDeduplication") ?? false,
                deduplicationScope: reader.string("DeduplicationScope"),
                fifoThroughputLimit: reader.string("FifoThroughputLimit"),
                delaySeconds: reader.int("DelaySeconds", in: 0...900) ?? 0,
                maximumMessageSize: reader.int("MaximumMessageSize", in: 1024...1_048_576) ?? 1_048_576,
                messageRetentionPeriod: reader.int("MessageRetentionPeriod", in: 60...1_209_600) ?? 345_600,
                receiveMessageWaitTime: reader.int("ReceiveMessageWaitTimeSeconds", in: 0...20) ?? 0,
                visibilityTimeout: reader.int("VisibilityTimeout", in: 0...43_200) ?? 30,
                redrive: redrive(reader), redriveAllowPolicy: reader.json("RedriveAllowPolicy"),
                kmsKeyID: reader.string("KmsMasterKeyId"), tags: tags(reader)))
    }

    private func redrive(_ reader: PropertyReader) -> QueueDefinition.Redrive? {
        guard let policy = reader.object("RedrivePolicy", schema: "Queue.RedrivePolicy"),
            let target = policy.required("deadLetterTargetArn", policy.string),
            let count = policy.required("maxReceiveCount", { policy.int($0, in: 1...1000) })
        else { return nil }
        return QueueDefinition.Redrive(deadLetterTargetARN: target, maxReceiveCount: count)
    }

    func readEventSourceMapping(_ entry: ResourceEntry, _ reader: PropertyReader) {
        guard let function = reader.required("FunctionName", reader.string) else { return }
        requireFunction(function, reader, "FunctionName")
        guard let source = reader.required("EventSourceArn", reader.string) else { return }
        let name = Evaluator.functionName(in: function)
        if let mapping = mapping(entry.logicalID, function: name, source: source, "EventSourceArn", reader) {
            template.eventSourceMappings.append(mapping)
        }
    }

    /// What `AWS::Lambda::EventSourceMapping` and an `SQS` event have in common.
    func mapping(
        _ logicalID: String, function: String, source: String, _ sourceKey: String, _ reader: PropertyReader
    ) -> EventSourceMappingDefinition? {
        places[logicalID] = reader.path
        let parts = source.split(on: ":")
        guard parts.count == 6, parts[0] == "arn" else {
            reader.fault(sourceKey, "\(sourceKey) of \(reader.subject) is '\(source)' and must be a queue's ARN.")
            return nil
        }
        guard parts[2] == "sqs" else {
            reader.warn(sourceKey, "Events of \(parts[2]) are not emulated: \(reader.subject) is skipped.")
            return nil
        }
        let isFIFO = source.hasSuffix(".fifo")
        let batchSize = reader.int("BatchSize", in: 1...(isFIFO ? 10 : 10_000)) ?? 10
        let window = reader.int("MaximumBatchingWindowInSeconds", in: 0...300) ?? 0
        if batchSize > 10, window == 0 {
            reader.fault(
                "BatchSize",
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10 "
                    + "(\(reader.subject)).")
        }
        let responses = reader.strings("FunctionResponseTypes") ?? []
        if let unknown = responses.first(where: { $0 != "ReportBatchItemFailures" }) {
            reader.fault("FunctionResponseTypes", "'\(unknown)' must be 'ReportBatchItemFailures'.")
        }
        return EventSourceMappingDefinition(
            logicalID: logicalID, function: function, eventSourceARN: source, batchSize: batchSize,
            maximumBatchingWindow: window,
            maximumConcurrency: reader.object("ScalingConfig", schema: "Event.ScalingConfig")?
                .int("MaximumConcurrency", in: 2...1000),
            isEnabled: reader.bool("Enabled") ?? true, filters: filters(reader),
            reportsBatchItemFailures: !responses.isEmpty)
    }

    /// Patterns are JSON text within JSON; an object is taken for what it would be as text.
    private func filters(_ reader: PropertyReader) -> [JSONValue] {
        guard let criteria = reader.object("FilterCriteria", schema: "Event.FilterCriteria") else { return [] }
        return criteria.objects("Filters", schema: nil).compactMap { filter in
            guard let written = filter.required("Pattern", filter.raw) else { return nil }
            let pattern = written.text.flatMap { try? JSONValue(parsing: $0) } ?? written.json
            if pattern.object == nil { filter.fault("Pattern", "A filter's Pattern must be a JSON object, as text.") }
            return pattern.object == nil ? nil : pattern
        }
    }

    func readPermission(_ entry: ResourceEntry, _ reader: PropertyReader) {
        guard let function = reader.required("FunctionName", reader.string),
            let action = reader.required("Action", reader.string),
            let principal = reader.required("Principal", reader.string)
        else { return }
        requireFunction(function, reader, "FunctionName")
        template.permissions.append(
            PermissionDefinition(
                logicalID: entry.logicalID, function: function, action: action, principal: principal,
                sourceARN: reader.string("SourceArn"), sourceAccount: reader.string("SourceAccount")))
    }
}
