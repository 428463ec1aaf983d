import CloudCore
import GRDB
import JSONValue

extension LogsService {
    // MARK: CreateLogStream, DeleteLogStream

    func createLogStream(_ input: LogsInput) async throws -> JSONObject? {
        guard let (groupName, name) = try names(input) else { return nil }
        let now = now
        try await database.write { database in
            let group = try Self.group(groupName, database)
            guard try LogsStorage.stream(name, in: group.number, database) == nil else {
                throw ServiceError.streamExists
            }
            try LogsStorage.insertStream(name, in: group.number, created: now, database)
        }
        return nil
    }

    func deleteLogStream(_ input: LogsInput) async throws -> JSONObject? {
        guard let (groupName, name) = try names(input) else { return nil }
        try await database.write { database in
            let group = try Self.group(groupName, database)
            let stream = try Self.stream(name, in: group, database)
            try database.run("DELETE FROM streams WHERE number = ?", .integer(stream.number))
            try database.run(
                "INSERT INTO removals (group_number, stream_number) VALUES (?, ?)", .integer(group.number),
                .integer(stream.number))
        }
        startPurging()
        return nil
    }

    private func names(_ input: LogsInput) throws -> (group: String, stream: String)? {
        var input = input
        let group = input.require("logGroupName", try input.groupName())
        let stream = input.require("logStreamName", try input.streamName())
        try input.finish()
        guard let group, let stream else { return nil }
        return (group, stream)
    }

    // MARK: DescribeLogStreams

    private enum StreamOrder: String, CaseIterable {
        case name = "LogStreamName"
        case lastEvent = "LastEventTime"
    }

    func describeLogStreams(_ input: LogsInput) throws -> JSONObject? {
        var input = input
        let prefix = try input.streamName("logStreamNamePrefix")
        let order = try input.choice("orderBy", StreamOrder.self) ?? .name
        let isDescending = try input.flag("descending")
        let limit = try input.integer("limit", in: 1...50) ?? 50
        let token = try input.text("nextToken")
        let groupName = try input.group(identity)
        if order == .lastEvent, prefix != nil {
            throw ServiceError.logs(
                .invalidParameter, "Cannot order by LastEventTime with a logStreamNamePrefix.")
        }
        let after = try token.map { token in
            guard let position = PageToken.position(in: token).flatMap(StreamPosition.init) else {
                throw ServiceError.invalidToken
            }
            return position
        }
        let (group, streams) = try database.read { database in
            let group = try Self.group(groupName, database)
            var streams: [LogStream] = []
            let key = order == .name ? "(name, 0)" : "(coalesce(last_event, 0), name)"
            let comparison = isDescending ? "<" : ">"
            let direction = isDescending ? "DESC" : "ASC"
            var sql = "SELECT \(LogStream.columns) FROM streams WHERE group_number = ?"
            var arguments: [PreparedStatement.Argument] = [.integer(group.number)]
            if let prefix {
                sql += " AND substr(name, 1, ?) = ?"
                arguments += [.integer(Int64(prefix.unicodeScalars.count)), .text(prefix)]
            }
            if let after {
                sql += " AND \(key) \(comparison) (?, ?)"
                arguments +=
                    order == .name
                    ? [.text(after.name), .integer(0)] : [.integer(after.lastEvent), .text(after.name)]
            }
            sql +=
                order == .name
                ? " ORDER BY name \(direction)" : " ORDER BY coalesce(last_event, 0) \(direction), name \(direction)"
            try database.each(sql, arguments) { row in
                streams.append(LogStream(row))
                return streams.count <= limit
            }
            return (group, streams)
        }
        var output: JSONObject = [
            "logStreams": .array(streams.prefix(limit).map { $0.description(identity, group: group) })
        ]
        if streams.count > limit {
            output["nextToken"] = .string(PageToken.text(after: StreamPosition(streams[limit - 1]).text))
        }
        return output
    }
}

/// Behind which stream a list goes on.
private struct StreamPosition {
    var name: String
    var lastEvent: Int64

    init(_ stream: LogStream) { (name, lastEvent) = (stream.name, stream.lastEvent ?? 0) }

    var text: String { "\(lastEvent):\(name)" }

    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let lastEvent = Int64(parts[0]) else { return nil }
        (self.name, self.lastEvent) = (String(parts[1]), lastEvent)
    }
}
