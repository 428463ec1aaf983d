import JSONValue
import LambdaRuntime

extension Router {
    /// Answers one event: from the bytes of its JSON to those of the answer. For tests and for use in process.
    ///
    /// - Throws: only for what is no HTTP event: what its handler throws, ``UnroutedEvent``, ``UnreadableEvent``. An HTTP
    ///   event always has an answer.
    public func respond(to event: [UInt8], context: Context) async throws -> [UInt8] {
        let document: EventDocument
        do {
            document = try EventDocument(parsing: event)
        } catch {
            throw UnreadableEvent(description: "The event is not valid JSON: \(error).")
        }
        let kind = EventKind(of: document.value)
        switch kind {
        case .httpV1, .httpV2: return await respond(to: document, kind: kind, context: context)
        case .bareHTTP where !routes.isEmpty: return await respond(to: document, kind: kind, context: context)
        case .bareHTTP, .s3, .sqs, .eventBridge, .bare:
            let route = events.first { $0.kind == kind && $0.accepts(document.value) }
            guard let action = route?.action ?? bare else { throw UnroutedEvent(kind: kind) }
            return try await action(document.whole(), context)
        }
    }

    /// The most bytes that Lambda takes for an answer: 6 MB and 100 bytes.
    static let payloadLimit = 6_291_556

    /// Beyond the limit, Lambda fails the invocation, and all that the caller hears is "Internal server error".
    private static var tooLarge: Response {
        HTTPError(500, "ResponseTooLarge", "The response is larger than a function can send.").response
    }

    private func respond(to document: EventDocument, kind: EventKind, context: Context) async -> [UInt8] {
        let origin = kind.origin
        let response: Response
        do {
            response = await respond(to: try Request(document, kind: kind), context: context)
        } catch {
            response = error.response
        }
        do {
            let bytes = try response.encoded(for: origin)
            guard bytes.count > Self.payloadLimit else { return bytes }
            context.logger.error("the response is too large", ["bytes": .init(bytes.count)])
            return try Self.tooLarge.encoded(for: origin)
        } catch {
            context.logUnexpected(error, "the response cannot be sent")
            return (try? Self.internalError.encoded(for: origin)) ?? []
        }
    }
}

extension EventKind {
    fileprivate var origin: Request.Origin {
        switch self {
        case .httpV1: .restAPI
        case .bareHTTP: .bare
        default: .httpAPI
        }
    }
}
