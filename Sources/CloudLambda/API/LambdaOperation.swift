import CloudCore

/// The operations of Lambda's API that are served, each with its route. The paths are those of the service's model; each
/// family of operations has the date of its introduction in front.
enum LambdaOperation: String, Sendable, CaseIterable {
    case invoke = "Invoke"
    case invokeAsync = "InvokeAsync"
    case invokeWithResponseStream = "InvokeWithResponseStream"
    case listFunctions = "ListFunctions"
    case createFunction = "CreateFunction"
    case getFunction = "GetFunction"
    case deleteFunction = "DeleteFunction"
    case getFunctionConfiguration = "GetFunctionConfiguration"
    case updateFunctionConfiguration = "UpdateFunctionConfiguration"
    case updateFunctionCode = "UpdateFunctionCode"
    case publishVersion = "PublishVersion"
    case listVersionsByFunction = "ListVersionsByFunction"
    case createAlias = "CreateAlias"
    case getAlias = "GetAlias"
    case updateAlias = "UpdateAlias"
    case deleteAlias = "DeleteAlias"
    case listAliases = "ListAliases"
    case putFunctionConcurrency = "PutFunctionConcurrency"
    case getFunctionConcurrency = "GetFunctionConcurrency"
    case deleteFunctionConcurrency = "DeleteFunctionConcurrency"
    case getAccountSettings = "GetAccountSettings"
    case putFunctionEventInvokeConfig = "PutFunctionEventInvokeConfig"
    case updateFunctionEventInvokeConfig = "UpdateFunctionEventInvokeConfig"
    case getFunctionEventInvokeConfig = "GetFunctionEventInvokeConfig"
    case deleteFunctionEventInvokeConfig = "DeleteFunctionEventInvokeConfig"
    case listFunctionEventInvokeConfigs = "ListFunctionEventInvokeConfigs"
    case createEventSourceMapping = "CreateEventSourceMapping"
    case getEventSourceMapping = "GetEventSourceMapping"
    case listEventSourceMappings = "ListEventSourceMappings"
    case updateEventSourceMapping = "UpdateEventSourceMapping"
    case deleteEventSourceMapping = "DeleteEventSourceMapping"

    /// Method and path; what stands in braces is one part, percent-encoded.
    var route: (method: String, path: String) {
        switch self {
        case .invoke: ("POST", "/2015-03-31/functions/{name}/invocations")
        case .invokeAsync: ("POST", "/2014-11-13/functions/{name}/invoke-async")
        case .invokeWithResponseStream: ("POST", "/2021-11-15/functions/{name}/response-streaming-invocations")
        case .listFunctions: ("GET", "/2015-03-31/functions")
        case .createFunction: ("POST", "/2015-03-31/functions")
        case .getFunction: ("GET", "/2015-03-31/functions/{name}")
        case .deleteFunction: ("DELETE", "/2015-03-31/functions/{name}")
        case .getFunctionConfiguration: ("GET", "/2015-03-31/functions/{name}/configuration")
        case .updateFunctionConfiguration: ("PUT", "/2015-03-31/functions/{name}/configuration")
        case .updateFunctionCode: ("PUT", "/2015-03-31/functions/{name}/code")
        case .publishVersion: ("POST", "/2015-03-31/functions/{name}/versions")
        case .createAlias: ("POST", "/2015-03-31/functions/{name}/aliases")
        case .getAlias: ("GET", "/2015-03-31/functions/{name}/aliases/{alias}")
        case .updateAlias: ("PUT", "/2015-03-31/functions/{name}/aliases/{alias}")
        case .deleteAlias: ("DELETE", "/2015-03-31/functions/{name}/aliases/{alias}")
        case .listAliases: ("GET", "/2015-03-31/functions/{name}/aliases")
        case .listVersionsByFunction: ("GET", "/2015-03-31/functions/{name}/versions")
        case .putFunctionConcurrency: ("PUT", "/2017-10-31/functions/{name}/concurrency")
        case .getFunctionConcurrency: ("GET", "/2019-09-30/functions/{name}/concurrency")
        case .deleteFunctionConcurrency: ("DELETE", "/2017-10-31/functions/{name}/concurrency")
        case .getAccountSettings: ("GET", "/2016-08-19/account-settings")
        case .putFunctionEventInvokeConfig: ("PUT", "/2019-09-25/functions/{name}/event-invoke-config")
        case .updateFunctionEventInvokeConfig: ("POST", "/2019-09-25/functions/{name}/event-invoke-config")
        case .getFunctionEventInvokeConfig: ("GET", "/2019-09-25/functions/{name}/event-invoke-config")
        case .deleteFunctionEventInvokeConfig: ("DELETE", "/2019-09-25/functions/{name}/event-invoke-config")
        case .listFunctionEventInvokeConfigs: ("GET", "/2019-09-25/functions/{name}/event-invoke-config/list")
        case .createEventSourceMapping: ("POST", "/2015-03-31/event-source-mappings")
        case .getEventSourceMapping: ("GET", "/2015-03-31/event-source-mappings/{uuid}")
        case .listEventSourceMappings: ("GET", "/2015-03-31/event-source-mappings")
        case .updateEventSourceMapping: ("PUT", "/2015-03-31/event-source-mappings/{uuid}")
        case .deleteEventSourceMapping: ("DELETE", "/2015-03-31/event-source-mappings/{uuid}")
        }
    }

    /// What the paths of all operations begin with.
    static let pathPrefixes: [String] = {
        var prefixes: [String] = []
        for operation in allCases {
            let prefix = "/" + operation.route.path.split(separator: "/").prefix(2).joined(separator: "/")
            if !prefixes.contains(prefix) { prefixes.append(prefix) }
        }
        return prefixes
    }()

    private static let table = allCases.map { operation in
        (operation: operation, method: operation.route.method, parts: operation.route.path.split(separator: "/"))
    }

    /// The operation that a request asks for, and what its path names, decoded: the function first, then what belongs to
    /// it, such as an alias; empty where the path names none. Nil where there is no such operation.
    static func find(method: String, path: String) -> (operation: LambdaOperation, name: String, member: String)? {
        let asked = path.split(separator: "/")
        for entry in table where entry.method == method && entry.parts.count == asked.count {
            var names: [String] = []
            let fits = zip(entry.parts, asked).allSatisfy { expected, part in
                guard expected.first == "{" else { return expected == part }
                names.append(PercentEncoding.decode(part))
                return true
            }
            if fits { return (entry.operation, names.first ?? "", names.dropFirst().first ?? "") }
        }
        return nil
    }
}

extension LambdaService {
    /// The function that a request to the service's API calls, by the name in its path; nil for requests of other kinds.
    public static func invokedFunction(method: String, path: String) -> String? {
        guard let found = LambdaOperation.find(method: method, path: path) else { return nil }
        switch found.operation {
        case .invoke, .invokeAsync, .invokeWithResponseStream: return found.name
        default: return nil
        }
    }
}
