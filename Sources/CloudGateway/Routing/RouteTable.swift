import CloudCore

/// The routes of one API, ready to be found: a tree of path segments.
///
/// Among the routes that fit, the one with the most fixed segments from the left wins, then a parameter, then a greedy
/// one, then `$default`; at one path an exact method goes before `ANY`.
struct RouteTable: Sendable {
    /// A route that fits a request, with what its parameters stand for: the part of the path as it was sent.
    struct Match {
        var route: GatewayRoute
        var parameters: [(name: String, value: Substring)]
    }

    private struct Node: Sendable {
        var fixed: [String: Int] = [:]
        var parameter: Int?
        /// Routes that end here, with their parameters' names, by method.
        var routes: [String: Int] = [:]
        /// Routes whose greedy parameter starts here, by method.
        var greedy: [String: Int] = [:]
    }

    private struct Entry: Sendable {
        var route: GatewayRoute
        /// Where in the path each parameter stands.
        var parameters: [(name: String, segment: Int)]
    }

    private var nodes: [Node] = [Node()]
    private var entries: [Entry] = []
    private var fallback: Int?
    private let ignoresTrailingSlash: Bool

    init(_ routes: [GatewayRoute], ignoresTrailingSlash: Bool) {
        self.ignoresTrailingSlash = ignoresTrailingSlash
        for route in routes { insert(route) }
    }

    private mutating func insert(_ route: GatewayRoute) {
        var entry = Entry(route: route, parameters: [])
        if route.path == "$default" {
            fallback = entries.count
            entries.append(entry)
            return
        }
        var at = 0
        var greedyName: Substring?
        for (index, segment) in segments(of: route.path[...]).enumerated() {
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else {
                at = child(of: at, segment: String(segment))
                continue
            }
            let name = segment.dropFirst().dropLast()
            if name.hasSuffix("+") {
                greedyName = name.dropLast()
                entry.parameters.append((String(name.dropLast()), index))
                break
            }
            entry.parameters.append((String(name), index))
            at = parameterChild(of: at)
        }
        if greedyName == nil {
            nodes[at].routes[route.method] = nodes[at].routes[route.method] ?? entries.count
        } else {
            nodes[at].greedy[route.method] = nodes[at].greedy[route.method] ?? entries.count
        }
        entries.append(entry)
    }

    private mutating func child(of node: Int, segment: String) -> Int {
        if let known = nodes[node].fixed[segment] { return known }
        nodes.append(Node())
        nodes[node].fixed[segment] = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func parameterChild(of node: Int) -> Int {
        if let known = nodes[node].parameter { return known }
        nodes.append(Node())
        nodes[node].parameter = nodes.count - 1
        return nodes.count - 1
    }

    /// What stands between the slashes of a path, which begins with one. `/` has one segment, which is empty.
    private func segments(of path: Substring) -> [Substring] {
        var path = path.dropFirst()
        if ignoresTrailingSlash, path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
        return path.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// The route that takes a request. `path` is percent-encoded, as it was sent.
    func match(method: String, path: Substring) -> Match? {
        let segments = segments(of: path)
        guard let found = find(from: 0, segments, at: 0, method) else {
            return fallback.map { Match(route: entries[$0].route, parameters: []) }
        }
        let entry = entries[found]
        let parameters = entry.parameters.map { name, segment in
            let end = entry.route.path.hasSuffix("+}") && segment == entry.parameters.last?.segment
            let value = segments[segment].startIndex..<(end ? segments[segments.count - 1] : segments[segment]).endIndex
            return (name: name, value: path[value])
        }
        return Match(route: entry.route, parameters: parameters)
    }

    /// Every method for which some route takes this path.
    func methods(of path: Substring) -> [String] {
        ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"].filter {
            find(from: 0, segments(of: path), at: 0, $0) != nil
        }
    }

    /// A node stands at one depth, so a search looks at each at most once, however the segments repeat.
    private func find(from index: Int, _ segments: [Substring], at place: Int, _ method: String) -> Int? {
        let node = nodes[index]
        guard place < segments.count else { return node.routes[method] ?? node.routes["ANY"] }
        let segment = segments[place]
        if let next = node.fixed[String(segment)] ?? node.fixed[PercentEncoding.decode(segment)],
            let found = find(from: next, segments, at: place + 1, method)
        {
            return found
        }
        if !segment.isEmpty, let next = node.parameter, let found = find(from: next, segments, at: place + 1, method) {
            return found
        }
        // A greedy parameter takes one character at least.
        guard !segment.isEmpty || place + 1 < segments.count else { return nil }
        return node.greedy[method] ?? node.greedy["ANY"]
    }
}
