import JSONValue

/// `Metadata.Darkroom.TokenKeys`: where the keys are that sign tokens.
///
/// A local cloud has no user pool, and its machine may reach none. So a template can name, for an issuer of tokens, a file
/// or an address of its keys. An issuer is named by its URL, a user pool by its identifier too, and one that the template
/// declares by its logical id.
extension TemplateReader {
    private static let tokenKeysPath = "/Metadata/Darkroom/TokenKeys"

    func readTokenKeys() {
        guard let value = root["Metadata"]?["Darkroom"]?["TokenKeys"] else { return }
        guard let members = value.object else {
            let kind = value.located(at: Self.tokenKeysPath).kind
            diagnostics.error(Self.tokenKeysPath, "TokenKeys must be an object, not \(kind).")
            return
        }
        for (name, value) in members {
            let place = Self.tokenKeysPath.appending(step: name)
            guard let text = value.string, !text.isEmpty else {
                diagnostics.error(place, "TokenKeys takes the path or the address of a JSON Web Key Set for '\(name)'.")
                continue
            }
            guard let issuer = issuer(named: name) else {
                diagnostics.error(
                    place,
                    "'\(name)' is neither the URL of an issuer nor the identifier of a user pool, and no user pool of "
                        + "this template.")
                continue
            }
            template.tokenKeys[issuer] = text
        }
    }

    private func issuer(named name: String) -> String? {
        if name.hasPrefix("https://") || name.hasPrefix("http://") { return name }
        if let entry = evaluator.resources[name] {
            return ResourceAttributes(of: entry, evaluator: evaluator)["ProviderURL"]
        }
        return UserPoolARN.issuer(ofPool: name, partition: cloud.partition)
    }

    /// Says which authorizers can let nobody in, because the user pool of their tokens is not there and no keys are named.
    func checkTokenKeys(of api: APIDefinition, _ reader: PropertyReader) {
        let pools = evaluator.resources.values.filter { $0.type == .userPool && evaluator.exists($0) }
            .sorted { $0.logicalID < $1.logicalID }
        for (name, authorizer) in api.authorizers.sorted(by: { $0.key < $1.key }) {
            let issuers: [String] =
                switch authorizer {
                case .cognito(let pools, _, _, _): pools.map(\.issuer)
                case .jwt(let issuer, _, _, _): [issuer]
                case .request, .token, .iam: []
                }
            for pool in pools {
                let issuer = ResourceAttributes(of: pool, evaluator: evaluator)["ProviderURL"] ?? ""
                guard issuers.contains(issuer), template.tokenKeys[issuer] == nil else { continue }
                let auth = reader.object("Auth", schema: nil)
                diagnostics.warning(
                    auth?.path(of: "Authorizers") ?? reader.path,
                    "Authorizer '\(name)' of \(reader.subject) lets nobody in: the user pool '\(pool.logicalID)' is not "
                        + "emulated. Name a JSON Web Key Set for it in Metadata.Darkroom.TokenKeys.")
            }
        }
    }
}
