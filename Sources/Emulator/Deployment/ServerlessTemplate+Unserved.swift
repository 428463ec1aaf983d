import Template

extension ServerlessTemplate {
    /// Sentences on what calls functions on AWS but does not here yet.
    var unservedTriggers: [String] {
        eventSourceMappings.map { "Messages of \($0.eventSourceARN) do not reach \($0.function) here yet." }
            + rules.map { "The rule \($0.name) does not fire here yet." }
            + schedules.map { "The schedule \($0.name) does not fire here yet." }
    }
}
