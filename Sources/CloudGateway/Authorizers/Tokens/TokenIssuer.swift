import JSONValue

/// Who issues tokens, and the keys by which its signatures are known.
///
/// The keys are found as OpenID Connect Discovery says, are kept for two hours as API Gateway does, and are looked for
/// again when a token names one that is not known: so an issuer may change its keys. However many tokens come, the
/// issuer is asked once at a time and not again within a short while.
public actor TokenIssuer {
    /// Why there is no key.
    enum Failure: Error, Equatable {
        case discovery
        case keys
        case unknownKey
    }

    /// Fetches a document: its bytes.
    public typealias Fetch = @Sendable (_ url: String) async throws -> [UInt8]

    private static let lifetime = Duration.seconds(7200)

    /// The `iss` of its tokens, and the base of the address under which it describes itself.
    public nonisolated let name: String
    private let fetch: Fetch
    private let pause: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private var known: (keys: JSONWebKeySet, since: ContinuousClock.Instant)?
    private var lastAttempt: (failure: Failure?, at: ContinuousClock.Instant)?
    private var underWay: Task<Result<JSONWebKeySet, Failure>, Never>?

    /// An issuer.
    ///
    /// - Parameters:
    ///   - name: its URL.
    ///   - pause: how long it is left alone after it was asked.
    ///   - now: the machine's time. An issuer lives outside of a cloud whose clock is turned.
    public init(
        name: String, pause: Duration = .seconds(2), fetch: @escaping Fetch = documentFetch,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.name = name
        self.pause = pause
        self.fetch = fetch
        self.now = now
    }

    /// A key by its identifier.
    func key(_ id: String) async throws(Failure) -> RSAPublicKey {
        if let known, now() - known.since < Self.lifetime, let key = known.keys[id] { return key }
        if underWay == nil, let last = lastAttempt, now() - last.at < pause {
            if let failure = last.failure { throw failure }
        } else {
            _ = try await refresh().get()
        }
        guard let key = known?.keys[id] else { throw .unknownKey }
        return key
    }

    /// Asks the issuer, or waits for the answer to whoever has.
    private func refresh() async -> Result<JSONWebKeySet, Failure> {
        if let underWay { return await underWay.value }
        let task = Task { [name, fetch] in await Self.keys(of: name, fetch) }
        underWay = task
        let result = await task.value
        underWay = nil
        switch result {
        case .success(let keys):
            known = (keys, now())
            lastAttempt = (nil, now())
        case .failure(let failure):
            lastAttempt = (failure, now())
        }
        return result
    }

    private static func keys(of issuer: String, _ fetch: Fetch) async -> Result<JSONWebKeySet, Failure> {
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        guard let description = try? await fetch("\(base)/.well-known/openid-configuration"),
            let address = (try? JSONValue(parsing: description, depthLimit: 32))?["jwks_uri"]?.string
        else { return .failure(.discovery) }
        guard let document = try? await fetch(address), let keys = JSONWebKeySet(parsing: document) else {
            return .failure(.keys)
        }
        return .success(keys)
    }
}
