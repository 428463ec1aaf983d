import AWSSigning
import Digests
import JSONValue
import URLEncoding

/// AWS Lambda, for functions that call functions.
public struct LambdaClient: Sendable {
    private let client: AWSClient

    /// A view of the client.
    public init(_ client: AWSClient) { self.client = client }

    /// How a function is called.
    public enum InvocationType: String, Sendable, Hashable {
        /// Waits for its answer.
        case requestResponse = "RequestResponse"
        /// Queues the event and returns.
        case event = "Event"
        /// Only checks whether it might be called.
        case dryRun = "DryRun"
    }

    /// What a function answered.
    public struct Answer: Sendable, Hashable {
        /// 200; 202 for a queued event, 204 for a dry run.
        public var status: Int
        /// Set when the function itself failed: `Handled` or `Unhandled`; the payload then describes the error.
        public var functionError: String?
        /// The version that ran.
        public var executedVersion: String?
        /// The last 4 KB of its log, if it was asked for.
        public var logTail: String?
        /// What it returned.
        public var payload: [UInt8]
    }

    /// Calls a function. It is not called again when nobody knows whether it ran, unless `options` say that this does
    /// no harm.
    ///
    /// - Parameters:
    ///   - function: its name or ARN.
    ///   - payload: the event, in JSON.
    ///   - qualifier: a version or an alias.
    ///   - logTail: whether to bring the end of its log.
    /// - Throws: ``AWSError`` when Lambda refuses. That the function failed is no error of the call: see
    ///   ``Answer/functionError``.
    public func invoke(
        _ function: String, payload: [UInt8], type: InvocationType = .requestResponse, qualifier: String? = nil,
        logTail: Bool = false, options: CallOptions = .none
    ) async throws -> Answer {
        var headers: [(name: String, value: String)] = [
            ("Content-Type", "application/json"), ("X-Amz-Invocation-Type", type.rawValue),
        ]
        if logTail { headers.append(("X-Amz-Log-Type", "Tail")) }
        var request = ServiceRequest(
            service: .lambda, method: "POST", endpoint: client.configuration.endpoint(for: .lambda),
            path: "/2015-03-31/functions/\(PercentEncoding.encode(function))/invocations",
            query: qualifier.map { "Qualifier=\(PercentEncoding.encode($0))" } ?? "", headers: headers,
            body: .bytes(payload), isIdempotent: type == .dryRun)
        // A function may run for 15 minutes without a sign of life.
        request.stallTimeout = .seconds(920)
        let response = try await client.send(request, options: options)
        let fields = response.head.headers
        let log = fields["x-amz-log-result"].flatMap { Base64.decode($0) }
        return Answer(
            status: response.head.status, functionError: fields["x-amz-function-error"],
            executedVersion: fields["x-amz-executed-version"], logTail: log.map { String(decoding: $0, as: UTF8.self) },
            payload: response.body)
    }
}
