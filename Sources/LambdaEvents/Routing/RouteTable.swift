/// Routes by pattern and method.
///
/// A tree of segments. Where several routes fit a path, a literal goes before a parameter and a parameter before a
/// greedy one, segment by segment from the left; a route that fits by path but not by method gives way to the next that
/// fits by both, as on API Gateway.
struct RouteTable<Action: Sendable>: Sendable {
    /// A route that fits, with the values of its parameters.
    struct Match {
        var action: Action
        var parameters: [String: String]
    }

    enum Outcome {
        case found(Match)
        /// The path is known, but not with this method. The methods that it has, sorted.
        case wrongMethod(allowed: [String])
        case unknownPath
    }

    private struct Route: Sendable {
        var names: [String]
        var action: Action
    }

    private struct Node: Sendable {
        /// Routes that end here, by method; `*` stands for any.
        var routes: [String: Route] = [:]
        var greedy: [String: Route] = [:]
        var literals: [String: Int] = [:]
        var parameter: Int?
    }

    /// Stands for every method.
    static var anyMethod: String { "*" }

    private var nodes = [Node()]

    /// Whether there are no routes.
    private(set) var isEmpty = true

    /// Puts a route in. False where there is one of this method and shape already.
    mutating func insert(_ pattern: RoutePattern, method: String, action: Action) -> Bool {
        isEmpty = false
        let route = Route(names: pattern.parameterNames, action: action)
        var node = 0
        for segment in pattern.segments {
            switch segment {
            case .literal(let text):
                node = child(of: node, at: \.literals[text])
            case .parameter:
                node = child(of: node, at: \.parameter)
            case .greedy:
                return nodes[node].greedy.updateValue(route, forKey: method) == nil
            }
        }
        return nodes[node].routes.updateValue(route, forKey: method) == nil
    }

    private mutating func child(of node: Int, at place: WritableKeyPath<Node, Int?>) -> Int {
        if let next = nodes[node][keyPath: place] { return next }
        nodes.append(Node())
        nodes[node][keyPath: place] = nodes.count - 1
        return nodes.count - 1
    }

    /// The route for a method and the decoded segments of a path.
    func find(_ method: String, _ segments: [String]) -> Outcome {
        var walk = Walk(table: self, method: method, segments: segments)
        if let match = walk.step(0, depth: 0, values: []) { return .found(match) }
        return walk.allowed.isEmpty ? .unknownPath : .wrongMethod(allowed: walk.allowed.sorted())
    }

    private struct Walk {
        let table: RouteTable
        let method: String
        let segments: [String]
        var allowed: Set<String> = []

        mutating func step(_ node: Int, depth: Int, values: [String]) -> Match? {
            let here = table.nodes[node]
            guard depth < segments.count else { return match(here.routes, values) }
            let segment = segments[depth]
            if let next = here.literals[segment], let match = step(next, depth: depth + 1, values: values) {
                return match
            }
            if !segment.isEmpty, let next = here.parameter,
                let match = step(next, depth: depth + 1, values: values + [segment])
            {
                return match
            }
            guard !here.greedy.isEmpty else { return nil }
            return match(here.greedy, values + [segments[depth...].joined(separator: "/")])
        }

        private mutating func match(_ routes: [String: Route], _ values: [String]) -> Match? {
            // What has a GET answers HEAD as well, and before a route for any method does.
            let head = method == "HEAD" ? routes["GET"] : nil
            guard let route = routes[method] ?? head ?? routes[RouteTable.anyMethod] else {
                allowed.formUnion(routes.keys)
                return nil
            }
            let parameters = Dictionary(zip(route.names, values)) { first, _ in first }
            return Match(action: route.action, parameters: parameters)
        }
    }
}
