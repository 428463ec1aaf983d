import CloudCore
import NIOCore

extension LambdaService: AsyncCallRunner {
    func asyncPolicy(of name: String) -> AsyncPolicy? {
        guard let function = function(named: name) else { return nil }
        let configuration = function.configuration
        return AsyncPolicy(
            functionARN: arn(name),
            configuration: function.invokeConfiguration?.configuration ?? EventInvokeConfiguration(),
            deadLetterTarget: configuration.deadLetterTarget,
            enqueue: { [weak self] target, payload, traceID in
                guard let self else { return }
                _ = try await enqueue(
                    Invocation(
                        function: target, payload: payload, traceID: traceID, source: "destination of \(name)"))
            },
            report: { [sink, clock] text in
                sink.append(
                    LogLine(
                        function: name, group: configuration.logging.group ?? "/aws/lambda/" + name,
                        stream: "asynchronous", requestID: nil, timestamp: clock.now, origin: .platform, text: text))
            })
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
                    admitted, invocation, requestID: event.requestID, attempt: event.failures + 1))
        } catch {
            if isEnding { return .leave }
            return error.status == 404 ? .unknownFunction : .refused(error)
        }
    }
}
