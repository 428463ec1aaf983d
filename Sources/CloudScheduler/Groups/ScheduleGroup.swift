import CloudCore
import JSONValue

/// A group of schedules, which are deleted together and share their tags.
struct ScheduleGroup: Sendable {
    static let defaultName = "default"

    var name: String
    var created: Timestamp
    var modified: Timestamp
    var tags: [String: String] = [:]
}
