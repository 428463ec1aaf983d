import CloudCore
import JSONValue
import NIOCore
import NIOHTTP1

extension LambdaService {
    /// Answers a request of Lambda's API.
    public func respond(to request: CloudRequest, call: ServiceCall) async -> CloudResponse {
        do {
            return try await answer(request, call)
        } catch let error as ServiceError {
            return LambdaErrors.response(error, requestID: call.requestID)
        } catch {
            return LambdaErrors.response(
                LambdaErrors.service(UnexpectedFailure.message(for: error)), requestID: call.requestID)
        }
    }

    private func answer(_ request: CloudRequest, _ call: ServiceCall) async throws -> CloudResponse {
        guard let (operation, name, member) = LambdaOperation.find(method: request.method, path: request.path) else {
            throw LambdaErrors.unknownOperation(request.method, request.path)
        }
        switch operation {
        case .invoke: return try await invoke(request, name, call)
        case .invokeAsync: return try await invokeAsync(request, name, call)
        case .invokeWithResponseStream: return try await invokeStreaming(request, name, call)
        case .listFunctions: return try listFunctions(request, call)
        case .createFunction: return try await createFunction(request, call)
        case .getFunction: return try getFunction(request, name, call)
        case .deleteFunction: return try await deleteFunction(request, name, call)
        case .getFunctionConfiguration: return try getFunctionConfiguration(request, name, call)
        case .updateFunctionConfiguration: return try await updateConfiguration(request, name, call)
        case .updateFunctionCode: return try await updateCode(request, name, call)
        case .publishVersion: return try await publishVersion(request, name, call)
        case .listVersionsByFunction: return try listVersions(request, name, call)
        case .createAlias: return try await createAlias(request, name, call)
        case .getAlias: return try getAlias(name, member, call)
        case .updateAlias: return try await updateAlias(request, name, member, call)
        case .deleteAlias: return try await deleteAlias(name, member, call)
        case .listAliases: return try listAliases(request, name, call)
        case .putFunctionConcurrency: return try await putConcurrency(request, name, call)
        case .getFunctionConcurrency: return try getConcurrency(name, call)
        case .deleteFunctionConcurrency: return try await deleteConcurrency(name, call)
        case .getAccountSettings: return accountSettings(call)
        case .putFunctionEventInvokeConfig: return try await putInvokeConfiguration(request, name, call, merges: false)
        case .updateFunctionEventInvokeConfig:
            return try await putInvokeConfiguration(request, name, call, merges: true)
        case .getFunctionEventInvokeConfig: return try getInvokeConfiguration(name, call)
        case .deleteFunctionEventInvokeConfig: return try await deleteInvokeConfiguration(name, call)
        case .listFunctionEventInvokeConfigs: return try listInvokeConfigurations(name, call)
        }
    }

    func json(_ value: JSONValue, status: Int = 200, _ call: ServiceCall) -> CloudResponse {
        CloudResponse(
            status: status, headers: ["Content-Type": "application/json", "x-amzn-RequestId": call.requestID],
            body: .bytes(ByteBuffer(bytes: value.encoded())))
    }

    /// The JSON object in a request's body; none at all is an empty one.
    func input(_ request: CloudRequest, limit: Int = 1 << 20) async throws -> JSONObject {
        let bytes: ByteBuffer
        do {
            bytes = try await request.body.collect(upTo: limit)
        } catch RequestBodyError.tooLarge {
            throw ServiceError(
                "RequestEntityTooLargeException", "Request must be smaller than \(limit) bytes for this operation.",
                status: 413)
        } catch {
            throw LambdaErrors.invalidContent("The request ended before its body was complete.")
        }
        guard bytes.readableBytes > 0 else { return [:] }
        do {
            guard case .object(let object) = try JSONValue(parsing: bytes.readableBytesView) else {
                throw LambdaErrors.invalidContent(
                    "Could not parse request body into json: an object is expected, not another value.")
            }
            return object
        } catch let error as JSONSyntaxError {
            throw LambdaErrors.invalidContent("Could not parse request body into json: \(error)")
        }
    }
}
