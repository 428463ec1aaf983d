import Testing

@testable import Pictures

@Suite struct RecordTests {
    private let now = Timestamp(seconds: 1_795_000_000)
    private let owner = UserID(from: .system)

    private func keys() throws -> SigningKeys { try SigningKeys("0123456789abcdef0123456789abcdef") }

    @Test func describesAnUpload() throws {
        let sample = try #require(Sample.named("jpegWithExif"))
        let header = try ImageHeader(of: sample.bytes)
        let record = PictureRecord(
            owner: owner, key: try PictureKey("cat"), object: ObjectName(in: .pictures, owner: owner, random: .system),
            fileName: FileName("cat.jpg"), header: header, byteCount: sample.bytes.count,
            digest: ContentDigest(of: sample.bytes), uploadedAt: now)
        #expect(record.type == .jpeg)
        #expect(record.width == 16)
        #expect(record.height == 24)
        #expect(record.takenAt?.description == "2019-07-04T12:30:45+02:00")
        #expect(record.recognition == .queued)
        #expect(!record.isTrained)
    }

    @Test func searchesLabelsAndTheirParents() throws {
        let sample = try #require(Sample.named("pngColour"))
        var record = PictureRecord(
            owner: owner, key: try PictureKey("cat"), object: ObjectName(in: .pictures, owner: owner, random: .system),
            fileName: nil, header: try ImageHeader(of: sample.bytes), byteCount: 1, digest: ContentDigest(of: [1]),
            uploadedAt: now)
        record.labels = [
            Label(name: "Cat", confidence: 99, parents: ["Animal", "Pet"]), Label(name: "Pet", confidence: 80),
        ]
        record.textLines = [TextLine(text: "BEWARE of", confidence: 90), TextLine(text: "the Cat", confidence: 91)]
        #expect(record.searchableLabels == ["cat", "animal", "pet"])
        #expect(record.searchableText == "beware of\nthe cat")
    }

    @Test func namesTheFirstHolderOfTheSameBytes() throws {
        let (a, b, c) = (try PictureKey("a"), try PictureKey("b"), try PictureKey("c"))
        #expect(Duplicate(of: a, among: []) == nil)
        #expect(Duplicate(of: a, among: [(a, now)]) == nil)
        #expect(
            Duplicate(of: a, among: [(a, now), (c, now.adding(seconds: 5)), (b, now.adding(seconds: 9))])?.original == c
        )
        #expect(Duplicate(of: c, among: [(b, now), (a, now)])?.original == a)
    }

    @Test func cursorsGoThereAndBack() throws {
        var listing = Listing(order: .newest)
        listing.label = "cat"
        let cursor = ListCursor(key: try PictureKey("a:b/c"), uploadedAt: now)
        let token = cursor.token(for: listing, of: owner, signedWith: try keys())
        #expect(try ListCursor(token: token, for: listing, of: owner, keys: keys()) == cursor)
    }

    @Test func cursorsBelongToOneListingOfOnePerson() throws {
        let keys = try keys()
        let listing = Listing(order: .newest)
        let token = ListCursor(key: try PictureKey("a"), uploadedAt: now).token(
            for: listing, of: owner, signedWith: keys)
        var others = [Listing(order: .key)]
        for change in [\Listing.prefix, \.label, \.text, \.pictureClass] as [WritableKeyPath<Listing, String?>] {
            var other = listing
            other[keyPath: change] = "x"
            others.append(other)
        }
        var state = listing
        state.state = .done
        others.append(state)
        for other in others {
            let error = #expect(throws: InvalidValue.self) {
                try ListCursor(token: token, for: other, of: owner, keys: keys)
            }
            #expect(error?.reason.contains("another order or other filters") == true)
        }
        #expect(throws: InvalidValue.self) {
            try ListCursor(token: token, for: listing, of: UserID(from: .system), keys: keys)
        }
        for bad in ["", "x", token + "A", String(token.dropLast()), keys.sign("a:b:c", for: .session)] {
            #expect(throws: InvalidValue.self) { try ListCursor(token: bad, for: listing, of: owner, keys: keys) }
        }
    }

    @Test func ticketsGoThereAndBackAndEnd() throws {
        let keys = try keys()
        for name in [FileName("my: cat.jpg"), nil] {
            let ticket = UploadTicket(
                key: try PictureKey("a:b"), object: ObjectName(in: .uploads, owner: owner, random: .system),
                byteCount: 9,
                fileName: name, expires: now.seconds + 60)
            let token = ticket.token(signedWith: keys)
            #expect(try UploadTicket(token: token, of: owner, keys: keys, now: now) == ticket)
            #expect(throws: TokenFault.forged) {
                try UploadTicket(token: token, of: UserID(from: .system), keys: keys, now: now)
            }
            #expect(throws: TokenFault.expired) {
                try UploadTicket(token: token, of: owner, keys: keys, now: now.adding(seconds: 60))
            }
        }
    }

    @Test func statesHaveNames() {
        for name in RecognitionState.Name.allCases {
            #expect(RecognitionState(name, reason: "why").name == name)
        }
        #expect(RecognitionState(.failed, reason: "why").reason == "why")
        #expect(RecognitionState(.done, reason: "why").reason == nil)
    }

    @Test func digestsAreSixtyFourDigits() {
        let digest = ContentDigest(of: Array("abc".utf8))
        #expect(digest.text == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(ContentDigest(digest.text) == digest)
        for text in ["", "ab", digest.text.uppercased(), digest.text + "0", String(digest.text.dropLast()) + "g"] {
            #expect(ContentDigest(text) == nil)
        }
    }
}
