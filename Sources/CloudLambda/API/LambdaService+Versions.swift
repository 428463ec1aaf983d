import CloudCore
import JSONValue

/// Published versions: `PublishVersion`, `ListVersionsByFunction` and the deletion of one.
extension LambdaService {
    func publishVersion(_ request: CloudRequest, _ name: String, _ call: ServiceCall) async throws -> CloudResponse {
        let input = try await input(request)
        let function = try resolve(FunctionName(name))
        try Self.check(input["RevisionId"]?.string, function)
        let current = function.pool.generation.code.sha256
        if let expected = input["CodeSha256"]?.string, expected != current {
            throw LambdaErrors.invalidParameter(
                "CodeSHA256 (\(expected)) is different from current CodeSHA256 in $LATEST (\(current)). "
                    + "Please try again with the CodeSHA256 in $LATEST.")
        }
        let version = try await publish(function, description: input["Description"]?.string)
        return json(.object(describe(function, qualifier: String(version.number))), status: 201, call)
    }

    /// Keeps a function as it is now under the next number. Where nothing has changed since the last version, that is it.
    func publish(_ function: LambdaFunction, description: String?) async throws -> PublishedVersion {
        var configuration = function.configuration
        configuration.code = try codeStore.freeze(configuration.code)
        // What belongs to the function as a whole is not part of a version.
        configuration.aliases = []
        configuration.reservedConcurrency = nil
        if let description { configuration.description = description }
        if let last = function.versions.last {
            var same = configuration
            same.publishedVersion = last.number
            if same == last.configuration { return last }
        }
        let number = try records.nextVersionNumber(of: configuration.name)
        configuration.publishedVersion = number
        let stored = FunctionStore.StoredVersion(
            configuration: configuration, published: clock.now, revision: identifiers.uuid())
        let version = try version(stored, number)
        try await records.save(stored, number: number)
        function.setVersion(number, to: version)
        return version
    }

    private func version(_ stored: FunctionStore.StoredVersion, _ number: Int) throws(ServiceError) -> PublishedVersion
    {
        PublishedVersion(
            number: number, configuration: stored.configuration, published: stored.published,
            revision: stored.revision, pool: try pool(for: stored.configuration))
    }

    /// Gives a function that is installed the versions and aliases that the store has of it.
    func addStoredVersions(to function: LambdaFunction) throws(ServiceError) {
        let name = function.configuration.name
        do {
            for stored in try records.versions(of: name) {
                guard let number = stored.configuration.publishedVersion else { continue }
                function.setVersion(number, to: try version(stored, number))
            }
            for alias in try records.aliases(of: name) { function.setAlias(alias.name, to: alias) }
        } catch let error as ServiceError {
            throw error
        } catch {
            throw LambdaErrors.service(UnexpectedFailure.message(for: error))
        }
    }

    func listVersions(_ request: CloudRequest, _ name: String, _ call: ServiceCall) throws -> CloudResponse {
        let function = try resolve(FunctionName(name))
        let qualifiers = ["$LATEST"] + function.versions.map { String($0.number) }
        return page(qualifiers, of: request, as: "Versions", call) { .object(describe(function, qualifier: $0)) }
    }

    func deleteVersion(
        _ qualifier: String, of function: LambdaFunction, _ call: ServiceCall
    ) async throws -> CloudResponse {
        let name = function.configuration.name
        guard qualifier != "$LATEST" else {
            throw LambdaErrors.invalidParameter(
                "$LATEST version cannot be deleted without deleting the function.")
        }
        guard let number = Int(qualifier), let version = function.version(number) else {
            throw LambdaErrors.invalidParameter(
                "Deletion of aliases is not currently supported by this operation: use DeleteAlias for \(qualifier).")
        }
        let users = function.aliases.filter { $0.version == qualifier || $0.weights[qualifier] != nil }.map(\.name)
        guard users.isEmpty else {
            throw LambdaErrors.conflict(
                "Unable to delete version because the following aliases reference it: \(users)")
        }
        try await records.deleteVersion(number, of: name)
        function.setVersion(number, to: nil)
        await version.pool.end()
        return CloudResponse(status: 204, headers: ["x-amzn-RequestId": call.requestID])
    }

    /// A page of a listing. The marker is the last entry of the page before.
    func page(
        _ names: [String], of request: CloudRequest, as member: String, _ call: ServiceCall,
        _ describe: (String) -> JSONValue
    ) -> CloudResponse {
        let most = min(max(request.queryItems["MaxItems"].flatMap { Int($0) } ?? 50, 1), 50)
        let start = request.queryItems["Marker"].flatMap { names.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        let page = names.dropFirst(start).prefix(most)
        var output: JSONObject = [member: .array(page.map(describe))]
        if page.endIndex < names.endIndex, let last = page.last { output["NextMarker"] = .string(last) }
        return json(.object(output), call)
    }
}
