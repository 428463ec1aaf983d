import JSONValue

/// Which resource needs which, as CloudFormation works it out to know what to create first.
///
/// What SAM makes of a function's events is taken into account: an API leads to the functions behind it, and a bucket
/// that notifies a function waits for the permission, and so for the function. A function that names its own API or
/// its own bucket in its environment is therefore a cycle here, as it is when it is deployed.
struct DependencyGraph {
    private var edges: [String: [String]] = [:]
    private let order: [String]

    init(resources: [ResourceEntry], globals: JSONObject, implicitAPIs: ImplicitAPIs) {
        order = resources.map(\.logicalID) + implicitAPIs.logicalIDs
        let known = Set(order)
        let inherited = GlobalsMerge.sections.mapValues { section in
            var found = References()
            found.scan(globals[section] ?? .null)
            return found
        }
        for resource in resources {
            let inherits = resource.body["IgnoreGlobals"] == nil
            var found = (inherits ? resource.type.flatMap { inherited[$0] } : nil) ?? References()
            for (key, value) in resource.body where key != "Properties" && key != "Metadata" && key != "Type" {
                if key == "DependsOn" { found.add(dependsOn: value) } else { found.scan(value) }
            }
            for (key, value) in resource.properties.object ?? [:] {
                guard resource.type == .serverlessFunction, key == "Events" else {
                    found.scan(value)
                    continue
                }
                for (_, event) in value.object ?? [:] {
                    guard let source = Self.source(of: event, implicitAPIs) else { continue }
                    edges[source, default: []].append(resource.logicalID)
                }
            }
            edges[resource.logicalID, default: []] += found.names.filter(known.contains)
        }
    }

    /// What waits for the function because of one of its events.
    private static func source(of event: JSONValue, _ implicitAPIs: ImplicitAPIs) -> String? {
        let properties = event["Properties"]
        func named(_ key: String) -> String? { properties?[key]?["Ref"]?.string ?? properties?[key]?.string }
        switch event["Type"]?.string {
        case "HttpApi": return named("ApiId") ?? ImplicitAPIs.httpID
        case "Api": return named("RestApiId") ?? ImplicitAPIs.restID
        case "S3": return named("Bucket")
        default: return nil
        }
    }

    /// The resources with those that a resource needs before it, and the cycles that there are.
    ///
    /// Goes without recursion: a chain can be as long as the template.
    func sorted() -> (order: [String], cycles: [[String]]) {
        enum Mark { case open, done }
        var marks: [String: Mark] = [:]
        var result: [String] = []
        var cycles: [[String]] = []
        for start in order where marks[start] == nil {
            var path: [(node: String, next: Int)] = [(start, 0)]
            marks[start] = .open
            while let (node, next) = path.last {
                let targets = edges[node] ?? []
                guard next < targets.count else {
                    marks[node] = .done
                    result.append(node)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let target = targets[next]
                switch marks[target] {
                case nil:
                    marks[target] = .open
                    path.append((target, 0))
                case .open:
                    let from = path.lastIndex { $0.node == target } ?? 0
                    cycles.append(path[from...].map(\.node) + [target])
                case .done: break
                }
            }
        }
        return (result, cycles)
    }
}

/// Collects the names that `Ref`, `Fn::GetAtt` and `Fn::Sub` mention.
struct References {
    private(set) var names: [String] = []
    private var seen: Set<String> = []

    mutating func add(_ name: String) {
        if seen.insert(name).inserted { names.append(name) }
    }

    mutating func add(dependsOn value: JSONValue) {
        if let name = value.string { add(name) }
        for name in value.array ?? [] { name.string.map { add($0) } }
    }

    mutating func scan(_ value: JSONValue) {
        switch value {
        case .array(let elements): for element in elements { scan(element) }
        case .object(let members):
            for (key, member) in members {
                switch key {
                case "Ref": if let name = member.string { add(name) }
                case "Fn::GetAtt":
                    if let text = member.string { add(text.split(on: ".")[0]) }
                    if let name = member[0]?.string { add(name) }
                case "Fn::Sub":
                    scan(member)
                    let own = member[1]?.object
                    for case .name(let name) in SubstitutionPiece.pieces(of: member.string ?? member[0]?.string ?? "") {
                        let resource = name.split(on: ".")[0]
                        if own?.contains(name) != true { add(resource) }
                    }
                default: scan(member)
                }
            }
        default: break
        }
    }
}
