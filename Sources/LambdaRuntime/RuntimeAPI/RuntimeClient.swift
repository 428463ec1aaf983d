/// The Lambda Runtime API (2018-06-01) as calls. One client serves one thread.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
final class RuntimeClient {
    /// An event with what `/next` says about it.
    struct Invocation {
        var headers: InvocationHeaders
        var requestID: String
        var event: [UInt8]
    }

    private let endpoint: RuntimeEndpoint
    private let nextURL: String
    private let connection: Connection
    private let stop: StopSignal
    private let eventLimit: Int
    private let nextHeaders = HeaderList(["Accept:"])
    private let jsonHeaders = HeaderList(RuntimeClient.headers(contentType: "application/json"))

    /// An answer to a POST says `{"status":"OK"}` or what was wrong; more is not kept.
    private static let answerLimit = 16 * 1024
    /// How long a response may still be on its way once the environment ends.
    private static let patience = Duration.milliseconds(250)

    /// A client; nil when libcurl has no memory for a handle.
    init?(endpoint: RuntimeEndpoint, stop: StopSignal, eventLimit: Int) {
        guard let connection = Connection(userAgent: "darkroom-lambda-runtime/1.0") else {
            return nil
        }
        self.endpoint = endpoint
        self.nextURL = endpoint.next
        self.connection = connection
        self.stop = stop
        self.eventLimit = eventLimit
    }

    /// Waits for the next event, as long as it takes.
    func next() throws(RuntimeAPIError) -> Invocation {
        let (status, reply) = try connection.call(
            nextURL, headers: nextHeaders, payload: .none, limit: eventLimit, stop: stop, patience: .zero)
        try Self.check(status, reply)
        guard let requestID = reply.headers.requestID else { throw .missingRequestID }
        guard !reply.isTruncated else { throw .eventTooLarge(requestID: requestID, limit: eventLimit) }
        return Invocation(headers: reply.headers, requestID: requestID, event: reply.takeBody())
    }

    /// Sends a whole response.
    func respond(to requestID: String, with body: [UInt8], contentType: String) throws(RuntimeAPIError) {
        let isJSON = contentType == "application/json"
        let headers = isJSON ? jsonHeaders : HeaderList(Self.headers(contentType: contentType))
        try post(body, to: endpoint.response(to: requestID), headers)
    }

    /// Sends a response in pieces until the handler is done, running the handler's jobs in between.
    func stream(
        _ response: StreamedResponse, to requestID: String, executor: RunLoopExecutor
    ) throws(RuntimeAPIError) {
        let headers = HeaderList(
            Self.headers(contentType: response.contentType ?? "application/octet-stream") + [
                "Lambda-Runtime-Function-Response-Mode: streaming",
                "Transfer-Encoding: chunked",
                "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
            ])
        let upload = Upload(response: response, executor: executor)
        let (status, reply) = try connection.call(
            endpoint.response(to: requestID), headers: headers, payload: .pieces(upload), limit: Self.answerLimit,
            stop: stop, patience: Self.patience)
        try Self.check(status, reply)
    }

    /// Reports that an invocation failed.
    func report(_ report: ErrorReport, for requestID: String) throws(RuntimeAPIError) {
        try post(report.json, to: endpoint.error(for: requestID), Self.headers(for: report))
    }

    /// Reports that the function could not be made ready. Allowed only before the first `next`.
    func reportInitError(_ report: ErrorReport) throws(RuntimeAPIError) {
        try post(report.json, to: endpoint.initError, Self.headers(for: report))
    }

    private func post(_ body: [UInt8], to url: String, _ headers: HeaderList) throws(RuntimeAPIError) {
        do {
            try postOnce(body, to: url, headers)
        } catch .unreachable {
            // A connection that the server has closed in the meantime shows only now. Whatever happened to the first
            // attempt, a second one does no harm: the server takes one answer an invocation and refuses another.
            try postOnce(body, to: url, headers)
        }
    }

    private func postOnce(_ body: [UInt8], to url: String, _ headers: HeaderList) throws(RuntimeAPIError) {
        let outcome = body.withUnsafeBytes { bytes -> Result<Void, RuntimeAPIError> in
            do throws(RuntimeAPIError) {
                let (status, reply) = try connection.call(
                    url, headers: headers, payload: .whole(bytes), limit: Self.answerLimit, stop: stop,
                    patience: Self.patience)
                try Self.check(status, reply)
                return .success(())
            } catch { return .failure(error) }
        }
        try outcome.get()
    }

    private static func check(_ status: Int, _ reply: Reply) throws(RuntimeAPIError) {
        switch status {
        case 200..<300: return
        case 500: throw .containerError(answer: String(decoding: reply.body.prefix(1024), as: UTF8.self))
        default: throw .refused(status: status, answer: String(decoding: reply.body.prefix(1024), as: UTF8.self))
        }
    }

    private static func headers(for report: ErrorReport) -> HeaderList {
        HeaderList(
            headers(contentType: "application/json") + ["Lambda-Runtime-Function-Error-Type: \(report.headerValue)"])
    }

    /// "Expect" is taken out: libcurl would wait for a go-ahead that the Runtime API never gives.
    private static func headers(contentType: String) -> [String] {
        // Line breaks in a content type would start headers of their own.
        let value = String(decoding: contentType.utf8.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
        return ["Content-Type: \(value)", "Expect:", "Accept:"]
    }
}
