import CloudCore
import JSONValue

/// Looking at logs from inside this process, for tests.
extension LogsService {
    /// The messages of a log group, the oldest first, with everything that came in before this was called.
    ///
    /// - Throws: `ResourceNotFoundException`; the store's errors.
    public func messages(in group: String) async throws -> [String] {
        await intake.flush()
        var messages: [String] = []
        var position: EventPosition?
        repeat {
            let after = position
            let page = try database.read { database in
                var query = EventQuery(source: .group(try Self.group(group, database).number))
                query.after = after
                return try FilteredPage(query, .everything, limit: LogLimits.batchEvents, database)
            }
            messages += page.events.compactMap { $0["message"]?.string }
            position = page.next
        } while position != nil
        return messages
    }
}
