import CloudCore

extension LambdaService {
    /// From now on delivers what became of asynchronous calls to their destinations and dead-letter queues, beginning
    /// with what an earlier process left: once an event is done, no crash loses what is to be told of it.
    ///
    /// What a target will never take, or has not taken within a day, is dropped, which the function's log says.
    public func deliverResults(through targets: any TargetDelivery) {
        let manner = DeliveryOutbox.Manner { [weak self] entry, failure in self?.reportDropped(entry, failure.error) }
        let outbox = DeliveryOutbox(database: records.database, clock: clock, targets: targets, manner: manner)
        events.exchangeOutbox(for: outbox)?.end()
        outbox.wake()
    }

    private func reportDropped(_ entry: OutboxEntry, _ error: ServiceError) {
        let name = entry.context["function"]?.string ?? ""
        let requestID = entry.context["requestId"]?.string ?? ""
        sink.append(
            LogLine(
                function: name, group: function(named: name)?.configuration.logging.group ?? "/aws/lambda/" + name,
                stream: "asynchronous", requestID: nil, timestamp: clock.now, origin: .platform,
                text: "The result of \(requestID) cannot be delivered to \(entry.delivery.target): \(error)"))
    }
}

extension LambdaService: AsyncCallRunner {
    func asyncPolicy(of name: String) -> AsyncPolicy? {
        guard let function = function(named: name) else { return nil }
        let configuration = function.configuration
        return AsyncPolicy(
            functionARN: arn(name),
            configuration: function.invokeConfiguration?.configuration ?? EventInvokeConfiguration(),
            deadLetterTarget: configuration.deadLetterTarget)
    }

    func attempt(_ event: QueuedEvent) async -> AttemptOutcome {
        if ledger.reserved(for: event.function) == 0 { return .noConcurrency }
        do {
            let admitted = try admit(FunctionName(event.function, qualifier: event.qualifier))
            let invocation = Invocation(
                function: event.function, qualifier: event.qualifier, payload: event.payload, traceID: event.traceID,
                source: event.source)
            return .ran(
                try await run(
                    admitted, invocation, requestID: event.requestID, tenantID: event.tenantID,
                    attempt: event.failures + 1))
        } catch {
            if isEnding { return .leave }
            return error.status == 404 ? .unknownFunction : .refused(error)
        }
    }
}
