import CloudCore
import NIOCore
import NIOHTTP1

extension Gateway {
    /// Calls the function, and turns what it says into a response.
    func invoke(_ call: GatewayCall, _ exchange: inout GatewayExchange) async -> CloudResponse {
        let event = call.route.payloadFormat == .v1 ? call.event1() : call.event2()
        let invocation = Invocation(
            function: call.route.function, payload: ByteBuffer(bytes: event), traceID: call.traceID,
            source: "gateway \(call.request.method) \(call.request.path)")
        if call.api.streamsResponses {
            return await StreamedAnswer.respond(to: invocation, by: invoker, kind: call.api.kind)
        }
        let kind = call.api.kind
        switch await InvocationDeadline.invoke(invocation, by: invoker, within: call.route.timeout) {
        case .timedOut:
            exchange.reason = "the function took longer than \(call.route.timeout)"
            return GatewayRefusal.timedOut.response(of: kind)
        case .refused(let error):
            exchange.reason = "the function could not be called: \(error.message)"
            return Self.refusal(error).response(of: kind)
        case .answered(let result):
            guard result.functionError == nil else {
                exchange.reason = "the function ended with an error"
                return GatewayRefusal.badAnswer.response(of: kind)
            }
            guard let answer = answer(result.payload, to: call) else {
                exchange.reason =
                    "the function's answer is no response of payload format \(call.route.payloadFormat.rawValue)"
                return GatewayRefusal.badAnswer.response(of: kind)
            }
            var headers = answer.headers
            if kind == .rest {
                headers = Self.remapped(headers)
                headers.replaceOrAdd(name: "X-Amzn-Trace-Id", value: call.traceID)
            } else if kind == .functionURL {
                headers.replaceOrAdd(name: "X-Amzn-Trace-Id", value: call.traceID)
            }
            return CloudResponse(status: answer.status, headers: headers, body: .bytes(answer.body))
        }
    }

    static func refusal(_ error: ServiceError) -> GatewayRefusal {
        switch error.status {
        case 413: .tooLarge
        case 429: .throttled
        default: .cannotInvoke
        }
    }

    private func answer(_ payload: ByteBuffer, to call: GatewayCall) -> FunctionAnswer? {
        switch (call.route.payloadFormat, call.api.kind) {
        case (.v2, _): return FunctionAnswer(format2: payload)
        case (.v1, .rest):
            let accept = call.request.headers.first(name: "accept")
            let decodes = MediaTypes.matches(accept, call.api.binaryMediaTypes)
            return FunctionAnswer(format1: payload, isStrict: true, decodes: decodes)
        case (.v1, _): return FunctionAnswer(format1: payload, isStrict: false, decodes: true)
        }
    }

    /// Fields of a function's answer that a REST API passes on under another name, because it writes them itself.
    private static let remappedFields: Set<String> = [
        "authorization", "content-md5", "date", "host", "server", "user-agent", "www-authenticate",
    ]

    private static func remapped(_ headers: HTTPHeaders) -> HTTPHeaders {
        guard headers.contains(where: { remappedFields.contains($0.name.lowercased()) }) else { return headers }
        return HTTPHeaders(
            headers.map { name, value in
                (remappedFields.contains(name.lowercased()) ? "x-amzn-Remapped-\(name)" : name, value)
            })
    }
}
