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
        /// Whether the caller's path named the stage.
        var namesStage: Bool
    }

    /// What a host leads to.
    enum Lookup {
        case found(Target)
        /// The API that would answer has no such stage or there is no API at all.
        case missing(GatewayAPI?)
        /// The host is that of a function URL that does not exist.
        case unknownURL
        /// The host is that of an API that is only served under other names.
        case closed(GatewayAPI)
        /// The host is that of an API that does not exist.
        case unknownAPI
    }

    private let entries: [Entry]
    private let byID: [String: Int]
    private let byDomain: [String: Int]

    init(_ apis: [GatewayAPI]) {
        entries = apis.map(Entry.init)
        byID = Dictionary(apis.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        byDomain = Dictionary(
            apis.enumerated().flatMap { index, api in api.domainNames.map { ($0.lowercased(), index) } }
        ) { first, _ in first }
    }

    /// - Parameter host: the `Host` field without its port, in lower case.
    func lookup(host: String, method: String, path: String) -> Lookup {
        if let index = byDomain[host] {
            return .found(Target(entry: entries[index], path: path[...], namesStage: false))
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

    /// Takes the stage off a path. A path without it is taken as it is, as other local gateways do: a stage is then
    /// understood.
    private func target(_ entry: Entry, _ path: String) -> Lookup {
        let stage = entry.api.stage
        guard stage != "$default", path.hasPrefix("/" + stage) else {
            return .found(Target(entry: entry, path: path[...], namesStage: false))
        }
        let rest = path.dropFirst(stage.count + 1)
        if rest.isEmpty { return .found(Target(entry: entry, path: "/", namesStage: true)) }
        guard rest.hasPrefix("/") else {
            return .found(Target(entry: entry, path: path[...], namesStage: false))
        }
        return .found(Target(entry: entry, path: rest, namesStage: true))
    }
}
