import Template

extension ServerlessTemplate {
    /// Sentences on what calls functions on AWS but does not here yet.
    var unservedTriggers: [String] {
        eventSourceMappings.map { "Messages of \($0.eventSourceARN) do not reach \($0.function) here yet." }
    }
}
