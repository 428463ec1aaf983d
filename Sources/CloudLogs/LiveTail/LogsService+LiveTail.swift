import CloudCore
import GRDB
import JSONValue
import NIOCore

extension LogsService {
    /// How often a session is told of what is new. The connection's own time, not the cloud's: a watcher looks on while
    /// the cloud's clock stands.
    private static let updateInterval = Duration.seconds(1)
    /// How long a session lasts.
    private static let sessionLength = Duration.seconds(3 * 3600)

    // MARK: StartLiveTail

    func startLiveTail(_ input: LogsInput) throws -> CloudResponse {
        var input = input
        let groups = input.require("logGroupIdentifiers", try input.texts("logGroupIdentifiers")) ?? []
        if input.value("logGroupIdentifiers") != nil {
            input.checkLength(
                "logGroupIdentifiers", groups.count, 1...10, shown: "[\(groups.joined(separator: ", "))]")
        }
        let names = try input.streamNames("logStreamNames")
        let prefixes = try input.streamNames("logStreamNamePrefixes")
        let pattern = try input.filterPattern("logEventFilterPattern") ?? .everything
        try input.finish()
        if names != nil, prefixes != nil {
            throw ServiceError.logs(
                .invalidParameter, "logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.")
        }
        if names != nil || prefixes != nil, groups.count > 1 {
            throw ServiceError.logs(
                .invalidParameter, "Log streams can only be specified together with a single log group.")
        }
        var watched: [String: String] = [:]
        for identifier in groups { watched[try LogsInput.group(identifier: identifier, identity)] = identifier }
        try database.read { database in
            for name in watched.keys { _ = try Self.group(name, database) }
        }
        let session = LiveTailSession(
            groups: watched, streams: names.map { .named(Set($0)) } ?? prefixes.map { .prefixed($0) } ?? .all,
            pattern: pattern)
        guard let number = liveTails.open(session) else {
            throw ServiceError.logs(
                .limitExceeded, "There are already \(LiveTailBoard.limit) Live Tail sessions.")
        }
        var start: JSONObject = [
            "requestId": .string(input.call.requestID), "sessionId": .string(identifiers.uuid()),
            "logGroupIdentifiers": .array(groups.map { .string($0) }),
            "logStreamNames": .array((names ?? []).map { .string($0) }),
            "logStreamNamePrefixes": .array((prefixes ?? []).map { .string($0) }),
        ]
        if let text = try input.text("logEventFilterPattern") { start["logEventFilterPattern"] = .string(text) }
        return CloudResponse(
            status: 200,
            headers: ["Content-Type": EventStreamFrame.contentType, "x-amzn-RequestId": input.call.requestID],
            body: .stream(length: nil) { [liveTails, start] writer in
                // Writing to a connection that its reader has left throws, which ends the session too.
                defer { liveTails.leave(number) }
                try await Self.run(session, start, writer)
            })
    }

    private static func run(
        _ session: LiveTailSession, _ start: JSONObject, _ writer: ResponseWriter
    ) async throws {
        try await writer.write(EventStreamFrame.initialResponse())
        try await writer.write(EventStreamFrame.event("sessionStart", start))
        let end = ContinuousClock.now + sessionLength
        while ContinuousClock.now < end {
            try await Task.sleep(for: updateInterval)
            guard let update = session.update() else { return }
            try await writer.write(EventStreamFrame.event("sessionUpdate", update))
        }
        try await writer.write(
            EventStreamFrame.exception(.logs(.sessionTimeout, "The session has been open for three hours.")))
    }
}
