import CloudCore
import JSONValue

/// The events of one `PutLogEvents`, sorted into those that are taken and those that are too old or too new.
struct EventBatch: Sendable, Equatable {
    /// What is stored.
    var accepted: ArraySlice<LogEvent>
    /// Behind the last event that was too old to be taken at all.
    var tooOldEnd: Int?
    /// Behind the last event that is older than its group keeps events.
    var expiredEnd: Int?
    /// The first event that lies too far in the future.
    var tooNewStart: Int?

    /// Checks events.
    ///
    /// - Parameters:
    ///   - now: milliseconds.
    ///   - expiry: the moment before which the group's events have expired.
    /// - Throws: ``ServiceError`` `InvalidParameterException` for what makes all of them unacceptable.
    init(_ events: [LogEvent], now: Int64, expiry: Int64?) throws(ServiceError) {
        var bytes = 0
        for event in events {
            guard event.message.utf8.count <= LogLimits.eventBytes else {
                throw .logs(
                    .invalidParameter,
                    "Log event too large: \(event.size) bytes exceeds limit of \(LogLimits.eventBytes)")
            }
            bytes += event.size
        }
        guard bytes <= LogLimits.batchBytes else {
            throw .logs(
                .invalidParameter, "Upload too large: \(bytes) bytes exceeds limit of \(LogLimits.batchBytes)")
        }
        for (earlier, later) in zip(events, events.dropFirst()) where later.timestamp < earlier.timestamp {
            throw .logs(
                .invalidParameter, "Log events in a single PutLogEvents request must be in chronological order.")
        }
        // In order of time, so that each kind stands together.
        let oldest = now - LogLimits.oldest
        let tooOld = events.firstIndex { $0.timestamp >= oldest } ?? events.count
        let expired = expiry.map { expiry in events.firstIndex { $0.timestamp >= expiry } ?? events.count } ?? 0
        let tooNew = events.firstIndex { $0.timestamp > now + LogLimits.newest } ?? events.count
        tooOldEnd = tooOld > 0 ? tooOld : nil
        expiredEnd = expired > tooOld ? expired : nil
        tooNewStart = tooNew < events.count ? tooNew : nil
        accepted = events[min(max(tooOld, expired), tooNew)..<tooNew]
        if let first = accepted.first, let last = accepted.last, last.timestamp - first.timestamp > LogLimits.span {
            throw .logs(
                .invalidParameter,
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
        }
    }

    /// `rejectedLogEventsInfo`; nil where everything is taken.
    var rejections: JSONValue? {
        var members = JSONObject()
        if let tooNewStart { members["tooNewLogEventStartIndex"] = JSONValue(tooNewStart) }
        if let tooOldEnd { members["tooOldLogEventEndIndex"] = JSONValue(tooOldEnd) }
        if let expiredEnd { members["expiredLogEventEndIndex"] = JSONValue(expiredEnd) }
        return members.isEmpty ? nil : .object(members)
    }
}
