import FoundationEssentials
import Glibc
import JSONValue
import LambdaRuntime
import Synchronization

/// Tells what it was told about its invocation and its environment, and which invocation of this process it is.
final class Describe: ByteHandler {
    private let invocations = Mutex(0)

    func handle(_ event: [UInt8], response: inout ResponseWriter, context: Context) async throws {
        let number = invocations.withLock { count in
            count += 1
            return count
        }
        let variables = ProcessInfo.processInfo.environment.sorted { $0.key < $1.key }
        let answer: JSONValue = [
            "requestId": .string(context.requestID),
            "deadline": JSONValue(Int(context.deadline.millisecondsSinceEpoch)),
            "remainingMilliseconds": JSONValue(Int(context.remainingTime / .milliseconds(1))),
            "invokedFunctionArn": .string(context.invokedFunctionARN),
            "traceId": context.traceID.map(JSONValue.string) ?? .null,
            "clientContext": context.clientContext ?? .null,
            "identityId": (context.identity?.identityID).map(JSONValue.string) ?? .null,
            "functionName": .string(context.functionName),
            "functionVersion": .string(context.functionVersion),
            "memorySize": JSONValue(context.memorySize),
            "process": JSONValue(Int(getpid())),
            "invocation": JSONValue(number),
            "workingDirectory": .string(FileManager.default.currentDirectoryPath),
            "environment": .object(JSONObject(variables.map { ($0.key, .string($0.value)) })),
        ]
        response.send(answer.encoded())
    }
}
