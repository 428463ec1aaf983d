/// The path of a route: `/pictures/{key}`, `/files/{path+}`.
struct RoutePattern: Sendable, Equatable {
    /// What one segment of the path must be.
    enum Segment: Sendable, Equatable {
        /// Exactly this.
        case literal(String)
        /// Anything but nothing.
        case parameter(String)
        /// One segment or more, up to the end.
        case greedy(String)
    }

    let segments: [Segment]

    /// - Throws: ``RoutePatternError`` where the pattern is not one.
    init(_ pattern: String) throws(RoutePatternError) {
        func broken(_ reason: String) -> RoutePatternError { RoutePatternError(pattern: pattern, reason: reason) }
        guard pattern.hasPrefix("/") else { throw broken("it does not begin with a slash") }
        var parts = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        var segments: [Segment] = []
        var names: Set<String> = []
        for (index, part) in parts.enumerated() {
            guard !part.isEmpty else { throw broken("it has an empty segment") }
            guard part.hasPrefix("{"), part.hasSuffix("}") else {
                guard !part.contains("{"), !part.contains("}") else {
                    throw broken("a parameter must be a whole segment")
                }
                segments.append(.literal(String(part)))
                continue
            }
            let isGreedy = part.hasSuffix("+}")
            let name = String(part.dropFirst().dropLast(isGreedy ? 2 : 1))
            guard !name.isEmpty, !name.contains("{"), !name.contains("}") else {
                throw broken("a parameter has no name")
            }
            guard names.insert(name).inserted else { throw broken("two parameters are named \(name)") }
            guard !isGreedy || index == parts.count - 1 else { throw broken("{\(name)+} is not its last segment") }
            segments.append(isGreedy ? .greedy(name) : .parameter(name))
        }
        self.segments = segments
    }

    /// The names of the parameters, in order.
    var parameterNames: [String] {
        segments.compactMap { segment in
            switch segment {
            case .literal: nil
            case .parameter(let name), .greedy(let name): name
            }
        }
    }
}

/// A path that no route can have.
struct RoutePatternError: Error, Equatable, CustomStringConvertible {
    var pattern: String
    var reason: String
    var description: String { "The route \(pattern) is not possible: \(reason)." }
}
