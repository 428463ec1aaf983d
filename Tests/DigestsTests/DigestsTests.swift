import Testing

@testable import Digests

@Suite struct DigestsTests {
    static let check = Array("123456789".utf8)

    @Test(arguments: [
        (DigestAlgorithm.md5, "25f9e794323b453885f5181f1b624d0b"),
        (.sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
        (.sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
    ])
    func digestsMatchTheirPublishedValues(_ algorithm: DigestAlgorithm, _ expected: String) {
        #expect(Hex.encode(Digest.of(Self.check, algorithm)) == expected)
        let inParts = Digest(algorithm)
        for byte in Self.check { inParts.update([byte]) }
        #expect(Hex.encode(inParts.finalize()) == expected)
    }

    @Test func randomBytesAreAsManyAsAskedForAndAllOfThemVary() {
        for count in 0...40 { #expect(randomBytes(count).count == count) }
        var seen = [Set<UInt8>](repeating: [], count: 13)
        for _ in 0..<500 {
            for (place, byte) in randomBytes(13).enumerated() { seen[place].insert(byte) }
        }
        // 500 draws of 256 values leave about 220 different ones at each place.
        #expect(seen.allSatisfy { $0.count > 150 })
    }

    /// RFC 4231, test cases 1 and 2, and an empty key.
    @Test func hmac() {
        #expect(
            Hex.encode(HMAC.sha256("Hi There".utf8, key: [UInt8](repeating: 0x0B, count: 20)))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            Hex.encode(HMAC.sha256("what do ya want for nothing?".utf8, key: "Jefe".utf8))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            Hex.encode(HMAC.sha256([], key: []))
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    /// The check values of the CRC catalogue for "123456789".
    @Test func cyclicRedundancyChecks() {
        var crc32 = CyclicRedundancyCheck.crc32
        crc32.update(Self.check)
        #expect(crc32.value == 0xCBF4_3926)
        #expect(crc32.bytes == [0xCB, 0xF4, 0x39, 0x26])
        var crc32c = CyclicRedundancyCheck.crc32c
        for byte in Self.check { crc32c.update([byte]) }
        #expect(crc32c.value == 0xE306_9283)
        var crc64 = CyclicRedundancyCheck.crc64nvme
        crc64.update(Self.check)
        #expect(crc64.value == 0xAE8B_1486_0A79_9888)
    }

    @Test func hexadecimalRoundTrips() {
        #expect(Hex.decode(Hex.encode(0...255)) == Array(0...255))
        #expect(Hex.decode("AbCd") == [0xAB, 0xCD])
        #expect(Hex.decode("abc") == nil)
        #expect(Hex.decode("zz") == nil)
    }

    @Test func base64RoundTripsAtEveryLength() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes, .url)) == bytes)
        }
        #expect(Base64.encode("fooba".utf8) == "Zm9vYmE=")
        #expect(Base64.encode([0xFB, 0xFF], .url) == "-_8")
    }

    @Test(arguments: ["A", "AB=", "A===", "AB!C", "====", "AAAA=", "é"])
    func base64RefusesWhatIsNone(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func comparesSecrets() {
        #expect(equalInConstantTime([1, 2], [1, 2]))
        #expect(!equalInConstantTime([1, 2], [1, 3]))
        #expect(!equalInConstantTime([1, 2], [1]))
    }
}
