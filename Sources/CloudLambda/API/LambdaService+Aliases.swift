import CloudCore
import JSONValue

/// Names for versions: `CreateAlias`, `GetAlias`, `UpdateAlias`, `DeleteAlias`, `ListAliases`.
extension LambdaService {
    func createAlias(_ request: CloudRequest, _ name: String, _ call: ServiceCall) async throws -> CloudResponse {
        let input = try await input(request)
        let function = try resolve(FunctionName(name))
        guard let name = input["Name"]?.string else { throw Self.missing("name") }
        guard Self.isAliasName(name) else {
            throw LambdaErrors.validation(
                "1 validation error detected: Value '\(name.prefix(200))' at 'name' failed to satisfy constraint: Member "
                    + "must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)")
        }
        guard let version = input["FunctionVersion"]?.string else { throw Self.missing("functionVersion") }
        guard function.alias(name) == nil, !function.configuration.aliases.contains(name) else {
            throw LambdaErrors.conflict("Alias already exists: \(aliasARN(name, function))")
        }
        var alias = FunctionAlias(
            name: name, version: version, description: "", weights: [:], revision: identifiers.uuid())
        try apply(input, to: &alias, of: function)
        return try await store(alias, of: function, status: 201, call)
    }

    func getAlias(_ name: String, _ aliasName: String, _ call: ServiceCall) throws -> CloudResponse {
        let function = try resolve(FunctionName(name))
        return json(.object(describe(try alias(aliasName, of: function), of: function)), call)
    }

    func updateAlias(
        _ request: CloudRequest, _ name: String, _ aliasName: String, _ call: ServiceCall
    ) async throws -> CloudResponse {
        let input = try await input(request)
        let function = try resolve(FunctionName(name))
        var alias = try alias(aliasName, of: function)
        if let revision = input["RevisionId"]?.string, revision != alias.revision {
            throw ServiceError(
                "PreconditionFailedException",
                "The RevisionId provided does not match the latest RevisionId. Call the GetAlias API to retrieve the "
                    + "latest RevisionId", status: 412)
        }
        if let version = input["FunctionVersion"]?.string { alias.version = version }
        try apply(input, to: &alias, of: function)
        alias.revision = identifiers.uuid()
        return try await store(alias, of: function, status: 200, call)
    }

    func deleteAlias(_ name: String, _ aliasName: String, _ call: ServiceCall) async throws -> CloudResponse {
        let function = try resolve(FunctionName(name))
        // Deleting what is not there is no error.
        try await records.deleteAlias(aliasName, of: function.configuration.name)
        function.setAlias(aliasName, to: nil)
        return CloudResponse(status: 204, headers: ["x-amzn-RequestId": call.requestID])
    }

    func listAliases(_ request: CloudRequest, _ name: String, _ call: ServiceCall) throws -> CloudResponse {
        let function = try resolve(FunctionName(name))
        let version = request.queryItems["FunctionVersion"]
        let aliases = (function.aliases + declaredAliases(of: function)).sorted { $0.name < $1.name }
            .filter { alias in version.map { $0 == alias.version || alias.weights[$0] != nil } ?? true }
        let byName = Dictionary(aliases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return page(byName.keys.sorted(), of: request, as: "Aliases", call) { name in
            byName[name].map { .object(describe($0, of: function)) } ?? .null
        }
    }

    // MARK: Parts

    private func alias(_ name: String, of function: LambdaFunction) throws(ServiceError) -> FunctionAlias {
        if let alias = function.alias(name) { return alias }
        if let alias = declaredAliases(of: function).first(where: { $0.name == name }) { return alias }
        throw LambdaErrors.notFound("Cannot find alias arn: \(aliasARN(name, function))")
    }

    /// The aliases of a template, which stand for what is being worked on.
    private func declaredAliases(of function: LambdaFunction) -> [FunctionAlias] {
        function.configuration.aliases.filter { function.alias($0) == nil }.map { name in
            FunctionAlias(name: name, version: "$LATEST", description: "", weights: [:], revision: function.revision)
        }
    }

    private func apply(
        _ input: JSONObject, to alias: inout FunctionAlias, of function: LambdaFunction
    ) throws(ServiceError) {
        if let description = input["Description"]?.string { alias.description = description }
        if let weights = input["RoutingConfig"]?.object {
            alias.weights = [:]
            for (version, weight) in weights["AdditionalVersionWeights"]?.object ?? [:] {
                guard let share = weight.double, (0...1).contains(share) else {
                    throw LambdaErrors.invalidParameter("Invalid function version weight: \(weight.text())")
                }
                alias.weights[version] = share
            }
        }
        guard alias.weights.count <= 1 else {
            throw LambdaErrors.invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1")
        }
        if let other = alias.weights.keys.first, other == alias.version || [other, alias.version].contains("$LATEST") {
            throw LambdaErrors.invalidParameter(
                other == alias.version
                    ? "Invalid function version \(other). Function version \(other) is already included in routing "
                        + "configuration."
                    : "$LATEST is not supported for an alias pointing to more than 1 version")
        }
        for version in [alias.version] + alias.weights.keys where version != "$LATEST" {
            guard Int(version).flatMap({ function.version($0) }) != nil else {
                throw LambdaErrors.functionNotFound("\(arn(function.configuration.name)):\(version)")
            }
        }
    }

    private func store(
        _ alias: FunctionAlias, of function: LambdaFunction, status: Int, _ call: ServiceCall
    ) async throws -> CloudResponse {
        try await records.save(alias, of: function.configuration.name)
        function.setAlias(alias.name, to: alias)
        return json(.object(describe(alias, of: function)), status: status, call)
    }

    private func describe(_ alias: FunctionAlias, of function: LambdaFunction) -> JSONObject {
        var output: JSONObject = [
            "AliasArn": .string(aliasARN(alias.name, function)), "Name": .string(alias.name),
            "FunctionVersion": .string(alias.version), "Description": .string(alias.description),
            "RevisionId": .string(alias.revision),
        ]
        if !alias.weights.isEmpty {
            output["RoutingConfig"] = [
                "AdditionalVersionWeights": .object(
                    JSONObject(alias.weights.map { ($0.key, JSONValue.number(String($0.value))) }))
            ]
        }
        return output
    }

    private func aliasARN(_ name: String, _ function: LambdaFunction) -> String {
        "\(arn(function.configuration.name)):\(name)"
    }

    /// Letters, digits, `-` and `_`, but not digits alone: those are versions.
    private static func isAliasName(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count) && Int(name) == nil
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func missing(_ member: String) -> ServiceError {
        LambdaErrors.validation(
            "1 validation error detected: Value null at '\(member)' failed to satisfy constraint: Member must not be "
                + "null")
    }
}
