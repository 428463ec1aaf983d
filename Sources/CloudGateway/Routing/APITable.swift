import CloudCore

/// All APIs by the hosts under which they are found.
struct APITable: Sendable {
    /// An API with its routes ready to be found.
    struct Entry: Sendable {
        let api: GatewayAPI
        let routes: RouteTable

        init(_ api: GatewayAPI) {
            self.api = api
            routes = RouteTable(api.routes, ignoresTrailingSlash: api.kind == .rest)
        }
    }

    /// Which API, and which part of the path is within it.
    struct Target {
        var entry: Entry
        /// The path below the stage, percent-encoded.
        var path: Substring
        /// What stood before that part.
        var prefix: PathPrefix
    }

    /// What a host leads to.
    enum Lookup {
        case found(Target)
        /// The API that would answer has no such stage or there is no API at all.
        case missing(GatewayAPI?)
        /// The host is that of a function URL that does not exist.
        case unknownURL
        /// The host is that of an API that is only served under other names, or under other paths.
        case closed(GatewayAPI)
        /// The host is that of an API that does not exist.
        case unknownAPI
    }

    private let entries: [Entry]
    private let byID: [String: Int]
    /// By host, the longest base path first.
    private let byDomain: [String: [Mapping]]

    /// A base path of a host, with a slash before it unless it is empty, and the place of its API.
    private struct Mapping: Sendable {
        var basePath: String
        var index: Int
    }

    init(_ apis: [GatewayAPI]) {
        entries = apis.map(Entry.init)
        byID = Dictionary(apis.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        var mappings: [String: [Mapping]] = [:]
        for (index, api) in apis.enumerated() {
            let basePaths = api.basePaths.map { $0.isEmpty ? "" : "/" + $0 }
            for domain in api.domainNames {
                mappings[domain.lowercased(), default: []] += basePaths.map { Mapping(basePath: $0, index: index) }
            }
        }
        // The order of the APIs decides between the same base paths.
        byDomain = mappings.mapValues { list in
            list.enumerated().sorted {
                let (a, b) = ($0.element.basePath.utf8.count, $1.element.basePath.utf8.count)
                return a != b ? a > b : $0.offset < $1.offset
            }.map(\.element)
        }
    }

    /// - Parameter host: the `Host` field without its port, in lower case.
    func lookup(host: String, method: String, path: String) -> Lookup {
        if let mappings = byDomain[host], let last = mappings.last {
            for mapping in mappings where Self.holds(mapping.basePath, path) {
                let rest = path.dropFirst(mapping.basePath.count)
                return .found(
                    Target(entry: entries[mapping.index], path: rest.isEmpty ? "/" : rest, prefix: .basePath))
            }
            return .closed(entries[last.index].api)
        }
        let labels = host.split(separator: ".", maxSplits: 2)
        if let id = labels.first, let index = byID[String(id)] {
            let entry = entries[index]
            return entry.api.isOwnHostClosed ? .closed(entry.api) : target(entry, path)
        }
        if labels.count > 1, labels[1] == "lambda-url" { return .unknownURL }
        if labels.count > 1, labels[1] == "execute-api" { return .unknownAPI }
        // At the plain address every API can be reached; the first that has the route takes the request, and where none
        // has, the first of all says so. A function's URL is found by its host only.
        var first: Lookup?
        for entry in entries where entry.api.kind != .functionURL {
            let found = target(entry, path)
            if case .found(let target) = found, entry.routes.match(method: method, path: target.path) != nil {
                return found
            }
            first = first ?? found
        }
        return first ?? .missing(nil)
    }

    private static func holds(_ basePath: String, _ path: String) -> Bool {
        guard path.hasPrefix(basePath) else { return false }
        return path.utf8.count == basePath.utf8.count || path.utf8.dropFirst(basePath.utf8.count).first == 0x2F
    }

    /// Takes the stage off a path. A path without it is taken as it is, as other local gateways do: a stage is then
    /// understood.
    private func target(_ entry: Entry, _ path: String) -> Lookup {
        let stage = entry.api.stage
        guard stage != "$default", path.hasPrefix("/" + stage) else {
            return .found(Target(entry: entry, path: path[...], prefix: .none))
        }
        let rest = path.dropFirst(stage.count + 1)
        if rest.isEmpty { return .found(Target(entry: entry, path: "/", prefix: .stage)) }
        guard rest.hasPrefix("/") else {
            return .found(Target(entry: entry, path: path[...], prefix: .none))
        }
        return .found(Target(entry: entry, path: rest, prefix: .stage))
    }
}

/// What stands in a caller's path before the part that an API's routes are about.
enum PathPrefix: Sendable, Equatable {
    /// Nothing.
    case none
    /// The stage.
    case stage
    /// The base path of a custom domain, which may be empty.
    case basePath
}
