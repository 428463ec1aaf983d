import JSONValue

/// The APIs that exist because a function has an event without one of its own: at most one of each kind.
struct ImplicitAPIs {
    static let httpID = "ServerlessHttpApi"
    static let restID = "ServerlessRestApi"

    let hasHTTP: Bool
    let hasREST: Bool

    init(of resources: some Sequence<ResourceEntry>) {
        var types: Set<String> = []
        for resource in resources where resource.type == .serverlessFunction {
            for (_, event) in resource.properties["Events"]?.object ?? [:] {
                let properties = event["Properties"]
                if properties?["ApiId"] == nil, properties?["RestApiId"] == nil, let type = event["Type"]?.string {
                    types.insert(type)
                }
            }
        }
        hasHTTP = types.contains("HttpApi")
        hasREST = types.contains("Api")
    }

    var logicalIDs: [String] { (hasHTTP ? [Self.httpID] : []) + (hasREST ? [Self.restID] : []) }
}
