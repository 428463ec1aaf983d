import COpenSSL
import CloudCore
import Digests
import JSONValue
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import CloudGateway

/// Tokens, against an issuer on a real socket.
@Suite("JWT authorizers", .serialized)
struct TokenTests {
    /// What a request with a token comes to.
    private struct Outcome {
        var status: Int
        var text: String
        var challenge: String?
        var event: JSONValue?
    }

    private static let now = Int(frozen.now.seconds)
    private static let good: JSONObject = [
        "aud": "app", "exp": .number(String(now + 60)), "iat": .number(String(now - 60)), "sub": "me",
    ]

    private func send(
        _ authorization: String?, _ keys: TokenIssuer, scopes: [String] = [],
        format: GatewayRoute.PayloadFormat = .v2
    ) async -> Outcome {
        let invoker = FakeInvoker(answering: #"{"statusCode": 200}"#)
        var guarded = api([("GET", "/a")], format: format)
        guarded.routes[0].authorizer = TokenAuthorizer(
            issuer: keys, audience: ["other", "app"], identitySource: "$request.header.Authorization", clock: frozen
        ).requiring(scopes: scopes)
        let headers: HTTPHeaders = authorization.map { ["Authorization": $0] } ?? [:]
        let response = await gateway([guarded], invoker).respond(to: request("GET", "/a", headers))
        return Outcome(
            status: response.status, text: response.text,
            challenge: response.headers.first(name: "www-authenticate"), event: invoker.event)
    }

    /// Runs a test with an issuer that listens on a port of its own.
    private func withIssuer(
        pause: Duration = .zero, _ body: (FakeIssuer, TokenIssuer) async throws -> Void
    ) async throws {
        let issuer = FakeIssuer()
        let server = try await HTTPServer.start(group: .singletonMultiThreadedEventLoopGroup, respond: issuer.respond)
        issuer.base.withLock { $0 = "http://127.0.0.1:\(server.port)/pool" }
        do {
            try await body(issuer, TokenIssuer(name: issuer.name, pause: pause))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private func token(_ issuer: FakeIssuer, _ changes: JSONObject = [:], kid: JSONValue? = "k1") throws -> String {
        var claims = Self.good
        claims["iss"] = .string(issuer.name)
        for (name, value) in changes { claims[name] = value.isNull ? JSONValue?.none : value }
        return try TestKey.one.token(claims, kid: kid)
    }

    @Test func aGoodTokenPassesWithItsClaimsAsTexts() async throws {
        try await withIssuer { (issuer, keys) async throws in
            let claims: JSONObject = [
                "email_verified": true, "groups": ["admin", "user"], "address": ["b": 2, "a": 1],
                "ratio": JSONValue(0.5),
            ]
            for prefix in ["Bearer ", "bearer  ", ""] {
                let outcome = await send(prefix + (try token(issuer, claims)), keys)
                #expect(outcome.status == 200)
                #expect(
                    outcome.event?["requestContext"]?["authorizer"] == [
                        "jwt": [
                            "claims": [
                                "aud": "app", "exp": .string(String(Self.now + 60)),
                                "iat": .string(String(Self.now - 60)), "sub": "me", "iss": .string(issuer.name),
                                "email_verified": "true", "groups": "[admin user]", "address": "map[a:1 b:2]",
                                "ratio": "0.5",
                            ], "scopes": nil,
                        ]
                    ])
            }
            #expect(issuer.fetches == ["/pool/.well-known/openid-configuration", "/pool/keys"])
        }
    }

    @Test(
        arguments: [
            (["exp": .number(String(now))], "the token has expired"), (["exp": nil], "the token has expired"),
            (["exp": "later"], "the token has expired"),
            (["nbf": .number(String(now + 5))], "the token is not valid yet"),
            (["iat": .number(String(now + 5))], "the token was issued in the future"),
            (["iss": "http://elsewhere"], "the token does not have a valid issuer"),
            (["aud": "nobody"], "the token does not have a valid audience"),
            (["aud": []], "the token does not have a valid audience"),
            (["aud": nil], "the token does not have a valid audience"),
            (["aud": "nobody", "client_id": "app"], "the token does not have a valid audience"),
        ] as [(JSONObject, String)])
    func claimsAreChecked(changes: JSONObject, reason: String) async throws {
        try await withIssuer { (issuer, keys) async throws in
            let outcome = await send(try token(issuer, changes), keys)
            #expect(outcome.status == 401)
            #expect(outcome.text == #"{"message":"Unauthorized"}"#)
            #expect(outcome.challenge == #"Bearer scope="" error="invalid_token" error_description="\#(reason)""#)
            #expect(outcome.event == nil)
        }
    }

    @Test(
        arguments: [
            ["aud": ["x", "app"]], ["aud": nil, "client_id": "other"], ["nbf": .number(String(now))], ["iat": nil],
            ["exp": .number("\(now).5")],
        ] as [JSONObject])
    func otherGoodTokensPass(changes: JSONObject) async throws {
        try await withIssuer { (issuer, keys) async throws in
            #expect(try await send(token(issuer, changes), keys).status == 200)
        }
    }

    @Test func forgeriesAreRefused() async throws {
        try await withIssuer { (issuer, keys) async throws in
            #expect(await send(nil, keys).challenge == "Bearer")
            var claims = Self.good
            claims["iss"] = .string(issuer.name)
            let parts = try token(issuer).split(separator: ".").map(String.init)
            var raised = claims
            raised["sub"] = "admin"
            let forged = "\(parts[0]).\(Base64.encode(JSONValue.object(raised).encoded(), .url)).\(parts[2])"
            let none = Base64.encode(Array(#"{"alg":"none","kid":"k1"}"#.utf8), .url) + ".\(parts[1])."
            let symmetric = Base64.encode(Array(#"{"alg":"HS256","kid":"k1"}"#.utf8), .url) + ".\(parts[1]).\(parts[2])"
            let critical = try TestKey.one.token(claims, kid: "k1", more: ["crit": ["x"]])
            let cases = [
                (forged, "the token has an invalid signature"), (none, "signing method none is invalid"),
                (symmetric, "signing method HS256 is invalid"),
                (try TestKey.two.token(claims, kid: "k1"), "the token has an invalid signature"),
                (try token(issuer, kid: nil), "the token does not name a key"),
                (try token(issuer, kid: "k9"), "the token's key is not one of the issuer's"),
                ("\(parts[0]).\(parts[1]).AAAA", "the token has an invalid signature"),
                ("\(parts[0]).\(parts[1]).", "the token has an invalid signature"),
                ("a.b.c", "the token is malformed"), ("Basic eDp5", "the token is malformed"),
                (String(repeating: ".", count: 9000), "the token is malformed"), (critical, "the token is malformed"),
                (
                    Base64.encode(Array((String(repeating: "[", count: 6000)).utf8), .url) + ".\(parts[1]).AAAA",
                    "the token is malformed"
                ),
            ]
            for (token, reason) in cases {
                let outcome = await send(token, keys)
                #expect(outcome.status == 401)
                #expect(
                    outcome.challenge == #"Bearer scope="" error="invalid_token" error_description="\#(reason)""#)
                #expect(outcome.event == nil)
            }
        }
    }

    @Test func scopesAreRequiredPerRoute() async throws {
        try await withIssuer { (issuer, keys) async throws in
            let reader = try token(issuer, ["scope": "profile read"])
            let allowed = await send(reader, keys, scopes: ["write", "read"])
            #expect(allowed.status == 200)
            #expect(
                allowed.event?["requestContext"]?["authorizer"]?["jwt"]?["scopes"] == ["profile", "read"])
            let listed = await send(try token(issuer, ["scp": ["write"]]), keys, scopes: ["write"], format: .v1)
            #expect(listed.status == 200)
            #expect(listed.event?["requestContext"]?["authorizer"]?["scopes"] == ["write"])
            for token in [reader, try token(issuer)] {
                let refused = await send(token, keys, scopes: ["write"])
                #expect(refused.status == 403)
                #expect(refused.text == #"{"message":"Forbidden"}"#)
                #expect(refused.challenge?.hasPrefix(#"Bearer scope="write" error="insufficient_scope""#) == true)
                #expect(refused.event == nil)
            }
        }
    }

    @Test func rotatedKeysAreFound() async throws {
        try await withIssuer { (issuer, keys) async throws in
            #expect(try await send(token(issuer), keys).status == 200)
            issuer.keys.withLock { $0 = ["k2": .two] }
            var claims = Self.good
            claims["iss"] = .string(issuer.name)
            #expect(try await send(TestKey.two.token(claims, kid: "k2"), keys).status == 200)
            #expect(try await send(token(issuer), keys).status == 401)
        }
    }

    @Test func unknownKeysDoNotFloodTheIssuer() async throws {
        try await withIssuer(pause: .seconds(3600)) { (issuer, keys) async throws in
            let tokens = try (0..<40).map { try token(issuer, kid: .string("unknown\($0)")) }
            await withTaskGroup(of: Void.self) { group in
                for token in tokens {
                    group.addTask { #expect(await self.send(token, keys).status == 401) }
                }
            }
            #expect(issuer.fetches.count == 2)
            // What is known stays known meanwhile.
            #expect(try await send(token(issuer), keys).status == 200)
            #expect(issuer.fetches.count == 2)
        }
    }

    @Test(arguments: [FakeIssuer.Fault.status, .nonsense, .endless, .noAddress, .keyStatus, .keyNonsense])
    func aFailingIssuerLetsNobodyPass(fault: FakeIssuer.Fault) async throws {
        try await withIssuer { (issuer, keys) async throws in
            issuer.fault.withLock { $0 = fault }
            let outcome = await send(try token(issuer), keys)
            #expect(outcome.status == 401)
            let isAboutKeys = [.keyStatus, .keyNonsense].contains(fault)
            let what = isAboutKeys ? "JWKS communication error" : "OIDC discovery endpoint communication error"
            #expect(outcome.challenge?.contains(what) == true)
            // And it may come back.
            issuer.fault.withLock { $0 = nil }
            #expect(try await send(token(issuer), keys).status == 200)
        }
    }

    @Test func anIssuerThatIsNotThereLetsNobodyPass() async throws {
        let issuer = FakeIssuer()
        issuer.base.withLock { $0 = "http://127.0.0.1:1" }
        let outcome = await send(try token(issuer), TokenIssuer(name: issuer.name))
        #expect(outcome.status == 401)
    }

    @Test func keysOfOtherKindsArePassedOver() throws {
        let modulus = try TestKey.one.modulus()
        let text = #"""
            {"keys": [{"kty": "EC", "kid": "a", "crv": "P-256", "x": "AA", "y": "AA"}, {"kty": "RSA", "kid": "b"},
            {"kty": "RSA", "kid": "c", "n": "AQAB", "e": "AQAB"}, {"kty": "RSA", "kid": "d", "use": "enc"}, 1,
            {"kty": "RSA", "kid": "e", "n": "\#(modulus)", "e": "AQAB", "use": "sig"}]}
            """#
        let keys = try #require(JSONWebKeySet(parsing: Array(text.utf8)))
        #expect(["a", "b", "c", "d"].allSatisfy { keys[$0] == nil })
        #expect(keys["e"] != nil)
        #expect(JSONWebKeySet(parsing: Array("[]".utf8)) == nil)
    }

    @Test(arguments: RSAPublicKey.Algorithm.allCases)
    func everyAlgorithmIsVerified(algorithm: RSAPublicKey.Algorithm) async throws {
        try await withIssuer { (issuer, keys) async throws in
            var claims = Self.good
            claims["iss"] = .string(issuer.name)
            let token = try TestKey.one.token(claims, kid: "k1", algorithm: algorithm)
            #expect(await send(token, keys).status == 200)
        }
    }
}

/// An OpenID Connect issuer: its description and its keys.
final class FakeIssuer: Sendable {
    enum Fault: Sendable { case status, nonsense, endless, noAddress, keyStatus, keyNonsense }

    let base = Mutex("")
    let keys = Mutex<[String: TestKey]>(["k1": .one])
    let fault = Mutex<Fault?>(nil)
    private let seen = Mutex<[String]>([])

    var name: String { base.withLock { $0 } }
    /// The paths that were asked for, in order.
    var fetches: [String] { seen.withLock { $0 } }

    @Sendable func respond(to request: CloudRequest) async -> CloudResponse {
        seen.withLock { $0.append(request.path) }
        let fault = fault.withLock { $0 }
        if request.path.hasSuffix("/keys") {
            if fault == .keyStatus { return CloudResponse(status: 404) }
            if fault == .keyNonsense { return CloudResponse(status: 200, contentType: "text/plain", text: "{}") }
            let list = keys.withLock { $0 }.map { id, key in
                #"{"kty":"RSA","use":"sig","kid":"\#(id)","e":"AQAB","n":"\#((try? key.modulus()) ?? "")"}"#
            }
            return json(#"{"keys":[\#(list.joined(separator: ","))]}"#)
        }
        switch fault {
        case .status: return CloudResponse(status: 500)
        case .nonsense: return json("<html>")
        case .noAddress: return json("{}")
        case .endless:
            return CloudResponse(
                status: 200,
                body: .stream(length: nil) { writer in
                    while true { try await writer.write(ByteBuffer(repeating: 0x20, count: 65_536)) }
                })
        case .keyStatus, .keyNonsense, nil: return json(#"{"issuer":"\#(name)","jwks_uri":"\#(name)/keys"}"#)
        }
    }

    private func json(_ text: String) -> CloudResponse {
        CloudResponse(status: 200, contentType: "application/json", text: text)
    }
}

/// An RSA key that signs.
enum TestKey: Sendable {
    case one, two

    struct Failure: Error {}

    /// Keys as DER, which a value can hold.
    private static let pairs = Mutex<[TestKey: [UInt8]]>([:])

    private func withKey<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
        let bytes = try Self.pairs.withLock { pairs in
            if let known = pairs[self] { return known }
            let made = try Self.generate()
            pairs[self] = made
            return made
        }
        return try bytes.withUnsafeBufferPointer { buffer in
            var place = buffer.baseAddress
            guard let key = d2i_AutoPrivateKey(nil, &place, buffer.count) else { throw Failure() }
            defer { EVP_PKEY_free(key) }
            return try body(key)
        }
    }

    private static func generate() throws -> [UInt8] {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { throw Failure() }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &key) == 1 else { throw Failure() }
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: Int(i2d_PrivateKey(key, nil)))
        bytes.withUnsafeMutableBufferPointer { buffer in
            var place = buffer.baseAddress
            _ = i2d_PrivateKey(key, &place)
        }
        return bytes
    }

    /// The modulus, as JWKs write it.
    func modulus() throws -> String {
        try withKey { key in
            // Two thousand and forty-eight bits, as the generator makes them unasked; little-endian here.
            var bytes = [UInt8](repeating: 0, count: 256)
            let isRead = "n".withCString { name in
                bytes.withUnsafeMutableBufferPointer { buffer in
                    var parameters = [
                        OSSL_PARAM_construct_BN(name, buffer.baseAddress, buffer.count), OSSL_PARAM_construct_end(),
                    ]
                    return EVP_PKEY_get_params(key, &parameters) == 1
                }
            }
            guard isRead else { throw Failure() }
            bytes.reverse()
            return Base64.encode(bytes, .url)
        }
    }

    func token(
        _ claims: JSONObject, kid: JSONValue?, algorithm: RSAPublicKey.Algorithm = .rs256, more: JSONObject = [:]
    ) throws -> String {
        var header: JSONObject = ["alg": .string(algorithm.rawValue), "typ": "JWT"]
        header["kid"] = kid
        for (name, value) in more { header[name] = value }
        let signed = [header, claims].map { Base64.encode(JSONValue.object($0).encoded(), .url) }
            .joined(separator: ".")
        let digest =
            switch algorithm {
            case .rs256: EVP_sha256()
            case .rs384: EVP_sha384()
            case .rs512: EVP_sha512()
            }
        let signature: [UInt8] = try withKey { key in
            guard let context = EVP_MD_CTX_new() else { throw Failure() }
            defer { EVP_MD_CTX_free(context) }
            let text = Array(signed.utf8)
            var signature = [UInt8](repeating: 0, count: 1024)
            var length = signature.count
            guard EVP_DigestSignInit(context, nil, digest, nil, key) == 1,
                EVP_DigestSign(context, &signature, &length, text, text.count) == 1
            else { throw Failure() }
            return Array(signature[..<length])
        }
        return "\(signed).\(Base64.encode(signature, .url))"
    }
}
