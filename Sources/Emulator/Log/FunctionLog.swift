import CloudLambda
import CloudLogs

/// What functions print: shown in the cloud's log as it comes, and kept in CloudWatch Logs.
struct FunctionLog: LogSink {
    let log: ActivityLog
    let intake: LogIntake

    func append(_ line: LogLine) {
        log.functionLine(function: line.function, stream: line.stream, line: line.text, at: line.timestamp)
        // Lambda's lines keep their end.
        intake.append(
            LogEntry(group: line.group, stream: line.stream, timestamp: line.timestamp, message: line.text + "\n"),
            hasReserve: line.origin == .platform)
    }
}
