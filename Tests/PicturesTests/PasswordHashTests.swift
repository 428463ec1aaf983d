import Digests
import Testing

@testable import Pictures

@Suite struct PasswordHashTests {
    @Test func agreesWithAnIndependentImplementation() throws {
        // hashlib.scrypt(b'pleaseletmein', salt=b'SodiumChloride16', n=16384, r=8, p=1, dklen=32)
        let salt = Base64.encode(Array("SodiumChloride16".utf8)).prefix { $0 != "=" }
        let digits = "cb07772ae1b937be7effe9ff0a37ea778aa3cd041a9d1d6323548f7eb14a5cd6"
        let hash = Base64.encode(try #require(Hex.decode(digits))).prefix { $0 != "=" }
        let stored = try #require(PasswordHash(encoded: "$scrypt$ln=14,r=8,p=1$\(salt)$\(hash)"))
        #expect(try stored.matches(#require(Password(attempt: "pleaseletmein"))))
        #expect(try !stored.matches(#require(Password(attempt: "pleaseletmeout"))))
    }

    @Test func goesThereAndBack() throws {
        let password = try Password(new: "correct horse", for: Username("ada"))
        let hash = try PasswordHash(of: password, parameters: .quick)
        #expect(hash.encoded.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        let read = try #require(PasswordHash(encoded: hash.encoded))
        #expect(read.encoded == hash.encoded)
        #expect(try read.matches(#require(Password(attempt: "correct horse"))))
        for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
            #expect(try !read.matches(#require(Password(attempt: wrong))))
        }
    }

    @Test func saltsEachHash() throws {
        let password = try Password(new: "correct horse", for: Username("ada"))
        let first = try PasswordHash(of: password, parameters: .quick)
        let second = try PasswordHash(of: password, parameters: .quick)
        #expect(first.encoded != second.encoded)
    }

    @Test func tellsWhenAHashIsOutOfDate() throws {
        let hash = try PasswordHash(of: Password(new: "correct horse", for: Username("ada")), parameters: .quick)
        #expect(hash.needsRehash(for: .standard))
        #expect(!hash.needsRehash(for: .quick))
    }

    @Test func theStandardWorks() throws {
        let password = try Password(new: "correct horse", for: Username("ada"))
        let hash = try PasswordHash(of: password)
        #expect(hash.encoded.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
        #expect(try hash.matches(password))
        try PasswordHash.compareWithNobody(password)
    }

    @Test func refusesWhatItDidNotWrite() throws {
        let good = try PasswordHash(of: Password(new: "correct horse", for: Username("ada")), parameters: .quick)
            .encoded
        let fields = good.split(separator: "$").map(String.init)
        let texts = [
            "", "$", "plain", String(good.dropLast()), good + "=", good + "$", String(good.dropFirst()),
            "$bcrypt$\(fields[1])$\(fields[2])$\(fields[3])", "$scrypt$ln=4,r=8$\(fields[2])$\(fields[3])",
            "$scrypt$ln=4,r=8,p=1,x=2$\(fields[2])$\(fields[3])", "$scrypt$ln=30,r=8,p=1$\(fields[2])$\(fields[3])",
            "$scrypt$ln=-4,r=8,p=1$\(fields[2])$\(fields[3])", "$scrypt$ln=4,r=0,p=1$\(fields[2])$\(fields[3])",
            "$scrypt$ln=99999999999999999999,r=8,p=1$\(fields[2])$\(fields[3])",
        ]
        for text in texts { #expect(PasswordHash(encoded: text) == nil, "\(text)") }
    }
}
