/// A condition as its text says it; a request's names and values make a ``Condition`` of it.
struct ParsedCondition: Sendable {
    var root: Condition
    var usage: PlaceholderUsage
    var kind: ExpressionKind

    /// Puts a request's names and values in, and checks the types that are then known.
    func bound(to attributes: inout ExpressionAttributes) throws -> Condition {
        try attributes.use(usage, in: kind)
        let binding = ExpressionBinding(attributes: attributes, kind: kind)
        return try binding.bind(root)
    }
}

/// An update as its text says it.
struct ParsedUpdate: Sendable {
    var update: Update
    var usage: PlaceholderUsage

    /// Puts a request's names and values in, and checks types and paths.
    func bound(to attributes: inout ExpressionAttributes) throws -> Update {
        try attributes.use(usage, in: .update)
        return try ExpressionBinding(attributes: attributes, kind: .update).bind(update)
    }
}

/// A projection as its text says it.
struct ParsedProjection: Sendable {
    var paths: [DocumentPath]
    var usage: PlaceholderUsage

    /// Puts a request's names in, and checks the paths against each other.
    func bound(to attributes: inout ExpressionAttributes) throws -> Projection {
        try attributes.use(usage, in: .projection)
        let binding = ExpressionBinding(attributes: attributes, kind: .projection)
        let paths = paths.map(binding.bind)
        try binding.checkCollisions(paths)
        return Projection(paths: paths)
    }
}
