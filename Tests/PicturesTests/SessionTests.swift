import Digests
import Testing

@testable import Pictures

@Suite struct SessionTests {
    private let secret = "0123456789abcdef0123456789abcdef"
    private let now = Timestamp(seconds: 1_795_000_000)

    private func account() throws -> Account {
        Account(
            userID: UserID(from: .system), username: try Username("Ada"),
            passwordHash: try PasswordHash(
                of: Password(new: "correct horse", for: Username("ada")), parameters: .quick),
            role: .admin, sessionEpoch: 7)
    }

    @Test func goesThereAndBack() throws {
        let keys = try SigningKeys(secret)
        let session = Session(for: try account(), now: now, lifetime: 60)
        let read = try Session(token: session.token(signedWith: keys), keys: keys, now: now)
        #expect(read == session)
        #expect(read.username.text == "Ada")
        #expect(read.role == .admin)
        #expect(read.epoch == 7)
        #expect(read.issued == now.seconds)
        #expect(read.expires == now.seconds + 60)
    }

    @Test func ends() throws {
        let keys = try SigningKeys(secret)
        let token = Session(for: try account(), now: now, lifetime: 60).token(signedWith: keys)
        _ = try Session(token: token, keys: keys, now: now.adding(seconds: 59))
        #expect(throws: TokenFault.expired) { try Session(token: token, keys: keys, now: now.adding(seconds: 60)) }
    }

    @Test func refusesEveryChangedCharacter() throws {
        let keys = try SigningKeys(secret)
        let token = Array(Session(for: try account(), now: now, lifetime: 60).token(signedWith: keys).utf8)
        for place in token.indices {
            for other in [UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "=")]
            where other != token[place] {
                var changed = token
                changed[place] = other
                #expect(throws: TokenFault.self) {
                    try Session(token: String(decoding: changed, as: UTF8.self), keys: keys, now: now)
                }
            }
        }
    }

    @Test(arguments: ["", ".", "..", "abc", "abc.def", "a.b.c", "\u{E4}.b", String(repeating: "a", count: 10_000)])
    func refusesWhatIsNoToken(_ text: String) throws {
        let keys = try SigningKeys(secret)
        #expect(throws: TokenFault.self) { try Session(token: text, keys: keys, now: now) }
    }

    @Test func takesATokenOfAnOlderSecret() throws {
        let other = "fedcba9876543210fedcba9876543210"
        let old = try SigningKeys(secret)
        let both = try SigningKeys("\(other), \(secret)")
        let session = Session(for: try account(), now: now, lifetime: 60)
        #expect(try Session(token: session.token(signedWith: old), keys: both, now: now) == session)
        let fresh = session.token(signedWith: both)
        #expect(throws: TokenFault.forged) { try Session(token: fresh, keys: old, now: now) }
        #expect(try Session(token: fresh, keys: SigningKeys(other), now: now) == session)
    }

    @Test func keepsKindsOfTokenApart() throws {
        let keys = try SigningKeys(secret)
        let payload = "1:\(String(repeating: "0", count: 32)):ada:admin:1:0:99999999999"
        for purpose in SigningKeys.Purpose.allCases where purpose != .session {
            let token = keys.sign(payload, for: purpose)
            #expect(throws: TokenFault.forged) { try Session(token: token, keys: keys, now: now) }
        }
        #expect(try Session(token: keys.sign(payload, for: .session), keys: keys, now: now).username.text == "ada")
    }

    @Test func refusesSignedNonsense() throws {
        let keys = try SigningKeys(secret)
        let id = String(repeating: "0", count: 32)
        for payload in [
            "", "1", "2:\(id):ada:user:1:0:99999999999", "1:\(id):ada:god:1:0:99999999999", "1:x:ada:user:1:0:9",
            "1:\(id):a:user:1:0:9",
        ] {
            #expect(throws: TokenFault.malformed, "\(payload)") {
                try Session(token: keys.sign(payload, for: .session), keys: keys, now: now)
            }
        }
    }

    @Test func wantsASecretWorthTheName() {
        #expect(throws: SigningKeys.Fault.missing) { try SigningKeys("") }
        #expect(throws: SigningKeys.Fault.missing) { try SigningKeys(" ,\n") }
        #expect(throws: SigningKeys.Fault.short(bytes: 31)) { try SigningKeys(String(secret.dropLast())) }
        #expect(throws: SigningKeys.Fault.short(bytes: 5)) { try SigningKeys("\(secret),short") }
        #expect(SigningKeys.Fault.missing.description.contains("SESSION_SECRET"))
    }
}
