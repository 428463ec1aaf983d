/// Names whose values are another each time, and so say nothing of whether an answer is the same.
enum VolatileNames {
    /// Header fields: the identifiers of requests and traces, what the connection sets, and what depends on which process
    /// of a function has answered.
    static let fields: Set<String> = [
        "age", "apigw-requestid", "connection", "content-length", "date", "keep-alive", "server", "server-timing",
        "transfer-encoding", "via", "x-amz-cf-id", "x-amz-id-2", "x-amz-log-result", "x-amz-request-id",
        "x-amzn-requestid", "x-amzn-trace-id", "x-cache", "x-request-id", "x-response-time", "x-runtime",
    ]

    /// Members that are measured: any number will do.
    private static let measured: Set<String> = [
        "duration", "durationms", "elapsed", "elapsedms", "latency", "latencyms", "milliseconds", "ms", "runtimems",
        "took", "tookms", "uptime", "uptimeseconds",
    ]

    /// Whether a member's value is measured.
    static func isMeasured(_ name: String) -> Bool {
        measured.contains(
            String(decoding: name.utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }, as: UTF8.self)
                .lowercased())
    }
}
