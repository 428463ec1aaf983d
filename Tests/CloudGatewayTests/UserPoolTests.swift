import CloudCore
import Foundation
import JSONValue
import NIOHTTP1
import Testing

@testable import CloudGateway

/// Tokens of Cognito user pools before a REST API, with the pool's keys in a file.
@Suite("User pool authorizers")
final class UserPoolTests {
    private static let now = Int(frozen.now.seconds)
    private static let pool = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_aaaaaaaaa"
    private static let other = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_bbbbbbbbb"
    private static let identity: JSONObject = [
        "iss": .string(pool), "sub": "me", "aud": "app", "token_use": "id", "auth_time": .number(String(now - 60)),
        "iat": .number(String(now - 60)), "exp": .number(String(now + 60)), "cognito:groups": ["admin", "user"],
        "email_verified": true,
    ]
    private static let access: JSONObject = [
        "iss": .string(pool), "sub": "me", "client_id": "app", "token_use": "access", "scope": "openid shop/read",
        "iat": .number(String(now - 60)), "exp": .number(String(now + 60)),
    ]

    private struct Outcome {
        var status: Int
        var text: String
        var reason: String?
        var claims: JSONValue?
    }

    /// A file of keys, which goes with the test.
    private let path = NSTemporaryDirectory() + "keys-\(UUID().uuidString).json"

    init() throws { try write(["k1": .one]) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func write(_ keys: [String: TestKey]) throws {
        let list = try keys.map { id, key in
            #"{"kty":"RSA","use":"sig","alg":"RS256","kid":"\#(id)","e":"AQAB","n":"\#(try key.modulus())"}"#
        }
        try write(#"{"keys":[\#(list.joined(separator: ","))]}"#)
    }

    private func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

    private func authorizer(
        validation: String? = nil, scopes: [String] = [], header: String = "Authorization"
    ) -> UserPoolAuthorizer {
        // Nobody asks the issuer: a fetch would fail the test by letting nobody in.
        let pools = [Self.other, Self.pool].map { name in
            TokenIssuer(name: name, keys: .file(path), pause: .zero) { _ in throw CancellationError() }
        }
        return UserPoolAuthorizer(pools: pools, header: header, validation: validation, scopes: scopes, clock: frozen)
    }

    private func send(
        _ authorizer: UserPoolAuthorizer, _ token: String?, header: String = "Authorization"
    ) async -> Outcome {
        let invoker = FakeInvoker(answering: "{}")
        var guarded = api([("GET", "/a")], kind: .rest)
        guarded.routes[0].authorizer = authorizer
        let headers: HTTPHeaders = token.map { [header: $0] } ?? [:]
        let (response, exchange) = await gateway([guarded], invoker).exchange(for: request("GET", "/a", headers))
        #expect((response.status == 200) == (invoker.event != nil))
        return Outcome(
            status: response.status, text: response.text, reason: exchange.reason,
            claims: invoker.event?["requestContext"]?["authorizer"]?["claims"])
    }

    private func token(
        _ base: JSONObject = identity, _ changes: JSONObject = [:], key: TestKey = .one, kid: JSONValue? = "k1",
        algorithm: RSAPublicKey.Algorithm = .rs256
    ) throws -> String {
        var claims = base
        for (name, value) in changes { claims[name] = value.isNull ? JSONValue?.none : value }
        return try key.token(claims, kid: kid, algorithm: algorithm)
    }

    @Test(arguments: ["", "Bearer ", "bearer "])
    func anIdentityTokenPassesWithItsClaimsAsTexts(prefix: String) async throws {
        let changes: JSONObject = ["address": ["formatted": "x"], "identities": [["userId": "1"]], "nothing": []]
        let outcome = await send(authorizer(), prefix + (try token(Self.identity, changes)))
        #expect(outcome.status == 200)
        #expect(
            outcome.claims == [
                "iss": .string(Self.pool), "sub": "me", "aud": "app", "token_use": "id",
                "auth_time": "1772366340", "iat": "Sun Mar 01 11:59:00 UTC 2026", "exp": "Sun Mar 01 12:01:00 UTC 2026",
                "cognito:groups": "admin,user", "email_verified": "true", "address": #"{"formatted":"x"}"#,
                "identities": #"{"userId":"1"}"#, "nothing": "",
            ])
    }

    @Test func anotherPoolOfTheListIsAsGood() async throws {
        #expect(await send(authorizer(), try token(Self.identity, ["iss": .string(Self.other)])).status == 200)
        #expect(await send(authorizer(header: "X-Token"), try token(), header: "x-token").status == 200)
        #expect(await send(authorizer(header: "X-Token"), try token()).status == 401)
    }

    @Test(
        arguments: [
            (["exp": .number(String(now))], "The incoming token has expired", "has expired"),
            (["exp": nil], "The incoming token has expired", "has expired"),
            (["iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_c"], "Unauthorized", "issuer is https"),
            (["iss": nil], "Unauthorized", "issuer is nobody"), (["iss": 1], "Unauthorized", "issuer is nobody"),
            (["token_use": "access"], "Unauthorized", "must be an identity token"),
            (["token_use": nil], "Unauthorized", "must be an identity token"),
        ] as [(JSONObject, String, String)])
    func claimsAreChecked(changes: JSONObject, message: String, reason: String) async throws {
        let outcome = await send(authorizer(), try token(Self.identity, changes))
        #expect(outcome.status == 401)
        #expect(outcome.text == #"{"message":"\#(message)"}"#)
        #expect(outcome.reason?.contains(reason) == true)
    }

    @Test func forgeriesAreRefused() async throws {
        let guardian = authorizer()
        let forged = [
            nil, "", "x", "Basic eDp5", try token(key: .two), try token(kid: nil), try token(kid: "k2"),
            try token(algorithm: .rs512), try token().dropLast(4) + "AAAA",
        ]
        for text in forged {
            let outcome = await send(guardian, text.map { String($0) })
            #expect(outcome.status == 401)
            #expect(outcome.text == #"{"message":"Unauthorized"}"#)
            #expect(outcome.reason != nil)
        }
        // That a forged token has also run out is nobody's business.
        let old = try token(Self.identity, ["exp": 1], key: .two)
        #expect(await send(guardian, old).text == #"{"message":"Unauthorized"}"#)
    }

    @Test func scopesWantAnAccessTokenThatHasOne() async throws {
        let reader = authorizer().requiring(scopes: ["shop/read", "shop/write"])
        let allowed = await send(reader, try token(Self.access))
        #expect(allowed.status == 200)
        #expect(allowed.claims?["scope"] == "openid shop/read")
        #expect(await send(reader, try token()).reason?.contains("must be an access token") == true)
        let writer = await send(authorizer().requiring(scopes: ["shop/write"]), try token(Self.access))
        #expect(writer.status == 401)
        #expect(writer.reason == "the token has none of the scopes shop/write")
        #expect(await send(authorizer(), try token(Self.access)).status == 401)
    }

    @Test(arguments: [("app|web", 200), ("ap", 401), ("[", 401)])
    func theAudienceIsMatchedAsAWhole(expression: String, status: Int) async throws {
        #expect(await send(authorizer(validation: expression), try token()).status == status)
        let scoped = authorizer(validation: expression, scopes: ["openid"])
        #expect(await send(scoped, try token(Self.access)).status == status)
    }

    @Test func keysThatChangeInTheFileCount() async throws {
        let guardian = authorizer()
        #expect(await send(guardian, try token()).status == 200)
        try write(["k2": .two])
        #expect(await send(guardian, try token(key: .two, kid: "k2")).status == 200)
        #expect(await send(guardian, try token()).status == 401)
    }

    @Test func whereKeysWereLookedForIsSaid() async throws {
        try write([:])
        #expect(await send(authorizer(), try token()).reason?.contains(path) == true)
        for contents in ["{}", "nonsense", String(repeating: " ", count: 600 * 1024)] {
            try write(contents)
            let outcome = await send(authorizer(), try token())
            #expect(outcome.status == 401)
            #expect(outcome.reason?.contains("could not be read from \(path)") == true)
            #expect(outcome.reason?.contains("Metadata.Darkroom.TokenKeys") == true)
        }
        // The pool's own keys, where the template names no others.
        let asked = TokenIssuer(name: Self.pool, keys: .address("\(Self.pool)/.well-known/jwks.json")) { url in
            #expect(url == Self.pool + "/.well-known/jwks.json")
            return Array(#"{"keys":[{"kty":"RSA","kid":"k1","e":"AQAB","n":"\#(try TestKey.one.modulus())"}]}"#.utf8)
        }
        #expect(await send(UserPoolAuthorizer(pools: [asked], clock: frozen), try token()).status == 200)
    }
}
