import CloudCore
import Digests
import Foundation
import JSONValue
import NIOCore

extension LambdaService {
    // MARK: Looking

    func listFunctions(_ request: CloudRequest, _ call: ServiceCall) throws -> CloudResponse {
        let query = request.queryItems
        let most = min(max(query["MaxItems"].flatMap { Int($0) } ?? 50, 1), 50)
        let marker = query["Marker"]
        let all = allFunctions.filter { function in marker.map { function.configuration.name > $0 } ?? true }
        let page = all.prefix(most)
        var output: JSONObject = ["Functions": .array(page.map { .object(describe($0)) })]
        if all.count > most, let last = page.last { output["NextMarker"] = .string(last.configuration.name) }
        return json(.object(output), call)
    }

    func getFunction(_ request: CloudRequest, _ name: String, _ call: ServiceCall) throws -> CloudResponse {
        let name = try FunctionName(name, qualifier: request.queryItems["Qualifier"])
        let function = try resolve(name)
        let configuration = shown(function, name.qualifier).configuration
        var output: JSONObject = [
            "Configuration": .object(describe(function, qualifier: name.qualifier)),
            "Code": [
                "RepositoryType": "S3",
                "Location": .string(URL(fileURLWithPath: configuration.code.path).absoluteString),
            ],
        ]
        if !configuration.tags.isEmpty {
            output["Tags"] = .object(
                JSONObject(configuration.tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        if let reserved = ledger.reserved(for: name.name) {
            output["Concurrency"] = ["ReservedConcurrentExecutions": JSONValue(reserved)]
        }
        return json(.object(output), call)
    }

    func getFunctionConfiguration(
        _ request: CloudRequest, _ name: String, _ call: ServiceCall
    ) throws -> CloudResponse {
        let name = try FunctionName(name, qualifier: request.queryItems["Qualifier"])
        return json(.object(describe(try resolve(name), qualifier: name.qualifier)), call)
    }

    /// What is shown of a function under a qualifier: that of the version that the qualifier stands for.
    private func shown(
        _ function: LambdaFunction, _ qualifier: String?
    ) -> (configuration: FunctionConfiguration, code: FunctionCode, modified: Timestamp, revision: String) {
        let number = qualifier.flatMap { Int(function.alias($0)?.version ?? $0) }
        guard let version = number.flatMap({ function.version($0) }) else {
            return (function.configuration, function.pool.generation.code, function.modified, function.revision)
        }
        return (version.configuration, version.pool.generation.code, version.published, version.revision)
    }

    /// A function as `FunctionConfiguration` of the service's model.
    func describe(_ function: LambdaFunction, qualifier: String? = nil) -> JSONObject {
        let (configuration, code, modified, revision) = shown(function, qualifier)
        let moment = modified.iso8601WithMilliseconds.dropLast() + "+0000"
        var output: JSONObject = [
            "FunctionName": .string(configuration.name),
            "FunctionArn": .string(arn(configuration.name) + (qualifier.map { ":" + $0 } ?? "")),
            "Runtime": .string(configuration.runtime), "Role": .string(configuration.role),
            "Handler": .string(configuration.handler), "CodeSize": JSONValue(code.size),
            "Description": .string(configuration.description), "Timeout": JSONValue(configuration.timeout),
            "MemorySize": JSONValue(configuration.memorySize), "LastModified": .string(String(moment)),
            "CodeSha256": .string(code.sha256), "Version": .string(configuration.version),
            "TracingConfig": ["Mode": "PassThrough"], "RevisionId": .string(revision), "State": "Active",
            "LastUpdateStatus": "Successful", "PackageType": "Zip",
            "Architectures": [.string(configuration.architecture)],
            "EphemeralStorage": ["Size": JSONValue(configuration.ephemeralStorage ?? 512)],
            "SnapStart": ["ApplyOn": "None", "OptimizationStatus": "Off"],
        ]
        if !configuration.environment.isEmpty {
            output["Environment"] = [
                "Variables": .object(
                    JSONObject(
                        configuration.environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
            ]
        }
        if let target = configuration.deadLetterTarget { output["DeadLetterConfig"] = ["TargetArn": .string(target)] }
        var logging: JSONObject = [
            "LogFormat": .string(configuration.logging.format.rawValue),
            "LogGroup": .string(configuration.logging.group ?? "/aws/lambda/" + configuration.name),
        ]
        if configuration.logging.format == .json {
            logging["ApplicationLogLevel"] = .string(configuration.logging.applicationLevel ?? "INFO")
            logging["SystemLogLevel"] = .string(configuration.logging.systemLevel ?? "INFO")
        }
        output["LoggingConfig"] = .object(logging)
        return output
    }

    // MARK: Making and changing

    func createFunction(_ request: CloudRequest, _ call: ServiceCall) async throws -> CloudResponse {
        let input = try await input(request, limit: LambdaLimits.archiveBytes * 4 / 3 + (1 << 20))
        guard let name = input["FunctionName"]?.string else {
            throw LambdaErrors.validation(
                "1 validation error detected: Value null at 'functionName' failed to satisfy constraint: "
                    + "Member must not be null")
        }
        let plain = try FunctionName(name).name
        guard function(named: plain) == nil else {
            throw LambdaErrors.conflict("Function already exist: \(plain)")
        }
        guard input["PackageType"]?.string ?? "Zip" == "Zip" else {
            throw LambdaErrors.invalidParameter("Functions from container images do not run here: upload a zip.")
        }
        let code = try location(input["Code"]?.object ?? [:])
        var configuration = FunctionConfiguration(
            name: plain, handler: input["Handler"]?.string ?? "",
            runtime: try Self.runtime(input) ?? "provided.al2023", code: code)
        try Self.apply(input, to: &configuration)
        let output = try await store(configuration)
        guard input["Publish"]?.bool == true, let function = function(named: plain) else {
            return json(.object(output), status: 201, call)
        }
        let version = try await publish(function, description: nil)
        return json(.object(describe(function, qualifier: String(version.number))), status: 201, call)
    }

    func updateConfiguration(
        _ request: CloudRequest, _ name: String, _ call: ServiceCall
    ) async throws -> CloudResponse {
        let input = try await input(request)
        let function = try resolve(FunctionName(name))
        try Self.check(input["RevisionId"]?.string, function)
        var configuration = function.configuration
        if let handler = input["Handler"]?.string { configuration.handler = handler }
        if let runtime = try Self.runtime(input) { configuration.runtime = runtime }
        try Self.apply(input, to: &configuration)
        return json(.object(try await store(configuration)), call)
    }

    func updateCode(_ request: CloudRequest, _ name: String, _ call: ServiceCall) async throws -> CloudResponse {
        let input = try await input(request, limit: LambdaLimits.archiveBytes * 4 / 3 + (1 << 20))
        let function = try resolve(FunctionName(name))
        try Self.check(input["RevisionId"]?.string, function)
        var configuration = function.configuration
        configuration.code = try location(input)
        if input["DryRun"]?.bool == true { return json(.object(describe(function)), call) }
        let output = try await store(configuration)
        guard input["Publish"]?.bool == true else { return json(.object(output), call) }
        let version = try await publish(function, description: nil)
        return json(.object(describe(function, qualifier: String(version.number))), call)
    }

    func deleteFunction(
        _ request: CloudRequest, _ name: String, _ call: ServiceCall
    ) async throws -> CloudResponse {
        let name = try FunctionName(name, qualifier: request.queryItems["Qualifier"])
        let function = try resolve(name)
        if let qualifier = name.qualifier { return try await deleteVersion(qualifier, of: function, call) }
        let plain = function.configuration.name
        try await records.delete(plain)
        try ledger.reserve(nil, for: plain)
        for pool in forget(plain)?.pools ?? [] { await pool.end() }
        return CloudResponse(status: 204, headers: ["x-amzn-RequestId": call.requestID])
    }

    static func check(_ revision: String?, _ function: LambdaFunction) throws(ServiceError) {
        guard let revision, revision != function.revision else { return }
        throw ServiceError(
            "PreconditionFailedException",
            "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to "
                + "retrieve the latest RevisionId", status: 412)
    }

    /// Takes a function over and stores it: when this returns, it is there after a restart too.
    private func store(_ configuration: FunctionConfiguration) async throws -> JSONObject {
        let moment = clock.now
        try Self.check(configuration)
        try EnvironmentVariables.checkKeys(configuration.environment)
        let function = try install(configuration, modified: moment, isStored: true)
        try await records.save(configuration, modified: moment)
        return describe(function)
    }

    private func location(_ code: JSONObject) throws(ServiceError) -> CodeLocation {
        guard let zip = code["ZipFile"]?.string else {
            throw LambdaErrors.invalidParameter("Please provide a ZipFile: code in S3 buckets is not fetched here.")
        }
        guard let bytes = Base64.decode(zip) else {
            throw LambdaErrors.invalidZip("The ZipFile is not valid Base64.")
        }
        guard bytes.count <= LambdaLimits.archiveBytes else {
            throw ServiceError(
                "RequestEntityTooLargeException",
                "Request must be smaller than \(LambdaLimits.archiveBytes) bytes for the CreateFunction operation",
                status: 413)
        }
        return .zip(path: try codeStore.keep(Data(bytes)))
    }

    /// A runtime that nothing here runs is refused at once, and not by the first call.
    private static func runtime(_ input: JSONObject) throws(ServiceError) -> String? {
        guard let runtime = input["Runtime"]?.string else { return nil }
        guard FunctionConfiguration.runs(runtime) else {
            throw LambdaErrors.invalidParameter(
                "Functions of the runtime \(runtime.prefix(100)) do not run here: provided.al2023, provided.al2 and "
                    + "provided run the code's bootstrap, python3.x runs with the machine's Python.")
        }
        return runtime
    }

    private static func apply(_ input: JSONObject, to configuration: inout FunctionConfiguration) throws(ServiceError) {
        if let description = input["Description"]?.string { configuration.description = description }
        if let role = input["Role"]?.string { configuration.role = role }
        if let timeout = input["Timeout"]?.int { configuration.timeout = timeout }
        if let memory = input["MemorySize"]?.int { configuration.memorySize = memory }
        if let architecture = input["Architectures"]?[0]?.string { configuration.architecture = architecture }
        if let size = input["EphemeralStorage"]?["Size"]?.int { configuration.ephemeralStorage = size }
        if let target = input["DeadLetterConfig"]?["TargetArn"]?.string {
            configuration.deadLetterTarget = target.isEmpty ? nil : target
        }
        if let variables = input["Environment"]?["Variables"]?.object {
            configuration.environment = [:]
            for (name, value) in variables {
                guard let text = value.string else {
                    throw LambdaErrors.invalidParameter("The environment variable \(name) is no string.")
                }
                configuration.environment[name] = text
            }
        }
        if let logging = input["LoggingConfig"]?.object {
            configuration.logging = FunctionConfiguration.Logging(
                format: logging["LogFormat"]?.string == "JSON" ? .json : .text,
                applicationLevel: logging["ApplicationLogLevel"]?.string,
                systemLevel: logging["SystemLogLevel"]?.string, group: logging["LogGroup"]?.string)
        }
        if let tags = input["Tags"]?.object {
            for (name, value) in tags { configuration.tags[name] = value.string }
        }
    }
}
