import CloudCore
import Digests
import JSONValue
import NIOCore
import NIOHTTP1

extension LambdaService {
    // MARK: Invoke

    func invoke(_ request: CloudRequest, _ name: String, _ call: ServiceCall) async throws -> CloudResponse {
        let name = try FunctionName(name, qualifier: request.queryItems["Qualifier"])
        let wantsTail = try Self.wantsTail(request)
        switch request.header("X-Amz-Invocation-Type") ?? "RequestResponse" {
        case "RequestResponse": return try await invokeAndWait(request, name, wantsTail: wantsTail, call)
        case "Event":
            let limit = LambdaLimits.asynchronousEventBytes
            _ = try resolve(name)
            let payload = try await payload(of: request, limit: limit, invocationType: "Event")
            try await enqueue(
                invocation(of: name, request, payload, clientContext: nil), requestID: call.requestID,
                tenantID: request.header("X-Amz-Tenant-Id"), limit: limit)
            return CloudResponse(status: 202, headers: ["x-amzn-RequestId": call.requestID])
        case "DryRun":
            _ = try resolve(name)
            return CloudResponse(status: 204, headers: ["x-amzn-RequestId": call.requestID])
        case let other:
            throw LambdaErrors.notOneOf("invocationType", other, ["Event", "RequestResponse", "DryRun"])
        }
    }

    private func invokeAndWait(
        _ request: CloudRequest, _ name: FunctionName, wantsTail: Bool, _ call: ServiceCall
    ) async throws -> CloudResponse {
        _ = try resolve(name)
        let clientContext = try Self.clientContext(request)
        let payload = try await payload(
            of: request, limit: LambdaLimits.synchronousEventBytes, invocationType: "RequestResponse")
        let invocation = invocation(of: name, request, payload, clientContext: clientContext)
        let result = try await run(
            admit(name), invocation, requestID: call.requestID, tenantID: request.header("X-Amz-Tenant-Id"))
        var headers = HTTPHeaders()
        headers.reserveCapacity(6)
        headers.add(name: "Content-Type", value: "application/json")
        headers.add(name: "x-amzn-RequestId", value: result.requestID)
        headers.add(name: "X-Amz-Executed-Version", value: result.executedVersion)
        if let trace = invocation.traceID { headers.add(name: "X-Amzn-Trace-Id", value: trace) }
        if let error = result.functionError { headers.add(name: "X-Amz-Function-Error", value: error) }
        if wantsTail {
            headers.add(name: "X-Amz-Log-Result", value: Base64.encode(result.logTail))
        }
        return CloudResponse(status: 200, headers: headers, body: .bytes(result.payload))
    }

    // MARK: InvokeAsync

    /// The older asynchronous call: no headers, and events of up to 256 KB.
    func invokeAsync(_ request: CloudRequest, _ name: String, _ call: ServiceCall) async throws -> CloudResponse {
        let name = try FunctionName(name)
        _ = try resolve(name)
        let limit = LambdaLimits.olderAsynchronousEventBytes
        let payload = try await payload(of: request, limit: limit, invocationType: "Event")
        try await enqueue(
            invocation(of: name, request, payload, clientContext: nil), requestID: call.requestID, limit: limit)
        return json(["Status": 202], status: 202, call)
    }

    // MARK: What the three have in common

    func invocation(
        of name: FunctionName, _ request: CloudRequest, _ payload: ByteBuffer, clientContext: String?
    ) -> Invocation {
        Invocation(
            function: name.name, qualifier: name.qualifier, payload: payload, clientContext: clientContext,
            traceID: traceID(request.header("X-Amzn-Trace-Id")), source: "api")
    }

    func payload(of request: CloudRequest, limit: Int, invocationType: String) async throws -> ByteBuffer {
        let payload: ByteBuffer
        do {
            payload = try await request.body.collect(upTo: limit)
        } catch RequestBodyError.tooLarge {
            // Read on for a while, so that a caller that is still writing sees the answer and not a closed connection.
            var dropped = 0
            while dropped < 8 * LambdaLimits.responseBytes, let piece = try? await request.body.next() {
                dropped += piece.readableBytes
            }
            throw LambdaErrors.tooLarge(
                request.contentLength ?? limit + 1, invocationType: invocationType, limit: limit)
        } catch {
            throw LambdaErrors.invalidContent("The request ended before its body was complete.")
        }
        guard payload.readableBytes > 0 else { return ByteBuffer(string: "{}") }
        guard JSONSyntax.isValid(payload.readableBytesView) else {
            var reason = "the text is nested too deeply"
            do {
                _ = try JSONValue(parsing: payload.readableBytesView)
            } catch { reason = "\(error)" }
            throw LambdaErrors.invalidContent(
                "Could not parse request body into json: Could not parse payload into json: \(reason)")
        }
        return payload
    }

    /// Whether the end of the log is to come with the answer.
    static func wantsTail(_ request: CloudRequest) throws(ServiceError) -> Bool {
        switch request.header("X-Amz-Log-Type") {
        case nil, "None": false
        case "Tail": true
        case let other?: throw LambdaErrors.notOneOf("logType", other, ["None", "Tail"])
        }
    }

    static func clientContext(_ request: CloudRequest) throws(ServiceError) -> String? {
        guard let header = request.header("X-Amz-Client-Context"), !header.isEmpty else { return nil }
        guard header.utf8.count <= LambdaLimits.clientContextBytes else {
            throw LambdaErrors.invalidContent(
                "Client context must be at most \(LambdaLimits.clientContextBytes) bytes, encoded in Base64.")
        }
        guard let bytes = Base64.decode(header), JSONSyntax.isValid(bytes),
            bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{")
        else { throw LambdaErrors.invalidContent("Client context must be a valid Base64-encoded JSON object.") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
