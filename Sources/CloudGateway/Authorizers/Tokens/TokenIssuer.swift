import CloudCore
import JSONValue

/// Who issues tokens, and the keys by which its signatures are known.
///
/// Keys that the issuer publishes are kept for two hours as API Gateway does, and are looked for again when a token names
/// one that is not known: so an issuer may change its keys. However many tokens come, the issuer is asked once at a time
/// and not again within a short while. Keys in a file are read again after that while.
public actor TokenIssuer {
    /// Where an issuer's keys are.
    public enum KeySource: Sendable, Equatable {
        /// Where the issuer's description says, which is found as OpenID Connect Discovery says.
        case discovery
        /// In a JSON Web Key Set at this address.
        case address(String)
        /// In a JSON Web Key Set in the file of this path.
        case file(String)
    }

    /// Why there is no key.
    enum Failure: Error, Equatable {
        case discovery
        case keys
        case unknownKey
    }

    /// Fetches a document: its bytes.
    public typealias Fetch = @Sendable (_ url: String) async throws -> [UInt8]

    private static let lifetime = Duration.seconds(7200)
    /// The longest file of keys that is read, in bytes.
    private static let fileLimit = 512 * 1024

    /// The `iss` of its tokens, and the base of the address under which it describes itself.
    public nonisolated let name: String
    private nonisolated let source: KeySource
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
    ///   - keys: where its keys are.
    ///   - pause: how long it is left alone after it was asked.
    ///   - now: the machine's time. An issuer lives outside of a cloud whose clock is turned.
    public init(
        name: String, keys: KeySource = .discovery, pause: Duration = .seconds(2),
        fetch: @escaping Fetch = documentFetch,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.name = name
        source = keys
        self.pause = pause
        self.fetch = fetch
        self.now = now
    }

    /// A file costs nobody anything: what a person has just written there counts soon.
    private var lifetime: Duration {
        if case .file = source { return pause }
        return Self.lifetime
    }

    /// A key by its identifier.
    func key(_ id: String) async throws(Failure) -> RSAPublicKey {
        if let known, now() - known.since < lifetime, let key = known.keys[id] { return key }
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
        let task = Task { [name, source, fetch] in await Self.keys(of: name, in: source, fetch) }
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

    private static func keys(
        of issuer: String, in source: KeySource, _ fetch: Fetch
    ) async -> Result<JSONWebKeySet, Failure> {
        var document: [UInt8]?
        switch source {
        case .file(let path): document = try? read(path)
        case .address(let address): document = try? await fetch(address)
        case .discovery:
            let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
            guard let description = try? await fetch("\(base)/.well-known/openid-configuration"),
                let address = (try? JSONValue(parsing: description, depthLimit: 32))?["jwks_uri"]?.string
            else { return .failure(.discovery) }
            document = try? await fetch(address)
        }
        guard let document, let keys = JSONWebKeySet(parsing: document) else { return .failure(.keys) }
        return .success(keys)
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let file = try OpenFile(path: path)
        guard try file.length() <= fileLimit else { throw Failure.keys }
        return try file.read(at: 0, count: fileLimit)
    }

    /// What a person at the gateway can do about a failure, in a sentence.
    nonisolated func advice(on failure: Failure) -> String {
        let place =
            switch source {
            case .discovery: "what \(name) says of itself"
            case .address(let address): address
            case .file(let path): path
            }
        return switch failure {
        case .discovery, .keys:
            "the keys of \(name) could not be read from \(place); Metadata.Darkroom.TokenKeys of the template can name "
                + "another place for them"
        case .unknownKey: "the token's key is not one of those in \(place)"
        }
    }
}
