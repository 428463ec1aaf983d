import AWSClient
import JSONValue

/// Calls of functions.
extension TestCloud {
    /// Calls a function and waits for its output.
    ///
    /// - Parameters:
    ///   - function: its name, or its logical id in the template.
    ///   - event: what the handler gets.
    /// - Returns: what came of it; that the function failed is no error of the call.
    /// - Throws: `AWSError` where Lambda refuses the call.
    public func invoke(_ function: String, _ event: JSONValue = [:]) async throws -> TestInvocation {
        let answer = try await LambdaClient(aws).invoke(
            functionName(function), payload: event.encoded(), logTail: true)
        return TestInvocation(
            payload: answer.payload, functionError: answer.functionError, log: answer.logTail ?? "")
    }

    /// Has a function called asynchronously, and returns once the call is accepted.
    ///
    /// - Throws: `AWSError` where Lambda refuses the call.
    public func enqueue(_ function: String, _ event: JSONValue = [:]) async throws {
        _ = try await LambdaClient(aws).invoke(functionName(function), payload: event.encoded(), type: .event)
    }

    private func functionName(_ function: String) -> String {
        cloud.template.functions.first { $0.logicalID == function }?.name ?? function
    }
}

/// What came of a call.
public struct TestInvocation: Sendable {
    /// The output, or what is said of the failure.
    public var payload: [UInt8]
    /// `Handled` or `Unhandled` where the function failed; nil where it did not.
    public var functionError: String?
    /// The end of the call's log, at most 4 KB.
    public var log: String

    /// The payload as JSON; null where it is none.
    public var json: JSONValue { (try? JSONValue(parsing: payload)) ?? .null }
}
