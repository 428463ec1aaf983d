import CloudCore
import Testing

@testable import CloudS3

@Suite struct ListingTests {
    /// A bucket with these keys, in this order.
    private func bucket(_ keys: [String]) async throws -> LocalS3 {
        let s3 = try await LocalS3()
        for key in keys { await s3.put("/pictures/\(PercentEncoding.encode(key, keeping: "/"))", "") }
        return s3
    }

    /// All pages of a listing, joined.
    private func all(_ s3: LocalS3, _ query: String) async throws -> (keys: [String], prefixes: [String], pages: Int) {
        var found: (keys: [String], prefixes: [String], pages: Int) = ([], [], 0)
        var token: String?
        repeat {
            let answer = await s3.send(
                "GET", "/pictures?list-type=2&\(query)" + (token.map { "&continuation-token=\($0)" } ?? ""))
            #expect(answer.status == 200, "\(answer.text)")
            found.keys += answer.keys
            found.prefixes += answer.prefixes
            found.pages += 1
            #expect(answer.document?.text(of: "KeyCount") == "\(answer.keys.count + answer.prefixes.count)")
            token = answer.document?.text(of: "NextContinuationToken")
            #expect((answer.document?.text(of: "IsTruncated") == "true") == (token != nil))
        } while token != nil && found.pages < 100
        return found
    }

    @Test func keysComeInTheOrderOfTheirBytes() async throws {
        let keys = ["b", "a", "a/", "a-b", "a/b", "Z", "é", "e\u{301}", "z", "\u{1F600}", "\u{FFFD}", "a b"]
        let s3 = try await bucket(keys)
        defer { s3.close() }
        let sorted = keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        #expect(await s3.send("GET", "/pictures").keys.map { Array($0.utf8) } == sorted.map { Array($0.utf8) })
        let paged = try await all(s3, "max-keys=5")
        #expect(paged.keys.map { Array($0.utf8) } == sorted.map { Array($0.utf8) })
        #expect(paged.pages == 3)
    }

    @Test func commonPrefixesAreToldOnce() async throws {
        let keys = ["photos/2006/a", "photos/2006/b", "photos/2007/a", "photos/x", "sample", "photos-old/1", "photos/"]
        let s3 = try await bucket(keys)
        defer { s3.close() }
        let top = try await all(s3, "delimiter=/")
        #expect(top.keys == ["sample"])
        #expect(top.prefixes == ["photos-old/", "photos/"])
        for size in 1...5 {
            let inside = try await all(s3, "delimiter=/&prefix=photos/&max-keys=\(size)")
            #expect(inside.keys == ["photos/", "photos/x"])
            #expect(inside.prefixes == ["photos/2006/", "photos/2007/"])
        }
        #expect(try await all(s3, "prefix=photos/2006/").keys == ["photos/2006/a", "photos/2006/b"])
        #expect(try await all(s3, "delimiter=os").prefixes == ["photos"])
        #expect(try await all(s3, "start-after=photos/2007/a").keys == ["photos/x", "sample"])
        #expect(try await all(s3, "start-after=photos/2006/a&delimiter=/&prefix=photos/").prefixes.count == 2)
    }

    @Test func theFirstVersionGoesOnWithMarkers() async throws {
        let s3 = try await bucket(["a/1", "a/2", "b", "c/1", "d"])
        defer { s3.close() }
        var seen: [String] = []
        var marker = ""
        for _ in 0..<4 {
            let page = await s3.send("GET", "/pictures?delimiter=/&max-keys=1&marker=\(marker)")
            seen += page.keys + page.prefixes
            marker = page.document?.text(of: "NextMarker") ?? ""
        }
        #expect(seen == ["a/", "b", "c/", "d"])
        #expect(marker.isEmpty)
        let plain = await s3.send("GET", "/pictures?max-keys=2")
        #expect(plain.document?.text(of: "IsTruncated") == "true")
        #expect(plain.document?["NextMarker"] == nil)
        #expect(await s3.send("GET", "/pictures?marker=b").keys == ["c/1", "d"])
        #expect(plain.document?["Contents"]?["Owner"] != nil)
    }

    @Test func argumentsHaveBounds() async throws {
        let s3 = try await bucket(["a"])
        defer { s3.close() }
        let none = await s3.send("GET", "/pictures?list-type=2&max-keys=0")
        #expect(none.keys.isEmpty)
        #expect(none.document?.text(of: "IsTruncated") == "false")
        #expect(await s3.send("GET", "/pictures?max-keys=5000").document?.text(of: "MaxKeys") == "1000")
        #expect(await s3.send("GET", "/pictures?max-keys=-1").code == "InvalidArgument")
        #expect(await s3.send("GET", "/pictures?max-keys=x").code == "InvalidArgument")
        #expect(await s3.send("GET", "/pictures?encoding-type=x").code == "InvalidArgument")
        #expect(await s3.send("GET", "/pictures?list-type=2&continuation-token=%01").code == "InvalidArgument")
    }

    @Test func keysAreEncodedOnRequest() async throws {
        let s3 = try await bucket(["a b/\u{1}&", "a+b"])
        defer { s3.close() }
        let answer = await s3.send("GET", "/pictures?list-type=2&encoding-type=url&prefix=a&delimiter=%26")
        #expect(answer.keys == ["a%2Bb"])
        #expect(answer.prefixes == ["a%20b/%01%26"])
        #expect(answer.document?.text(of: "Delimiter") == "%26")
        #expect(answer.document?.text(of: "EncodingType") == "url")
    }

    @Test func everyObjectIsItsOnlyVersion() async throws {
        let s3 = try await bucket(["a", "b", "c/d"])
        defer { s3.close() }
        let first = await s3.send("GET", "/pictures?versions&max-keys=1&delimiter=/")
        #expect(first.document?.all("Version").map { $0.text(of: "Key") } == ["a"])
        #expect(first.document?["Version"]?.text(of: "VersionId") == "null")
        #expect(first.document?.text(of: "NextKeyMarker") == "a")
        let rest = await s3.send("GET", "/pictures?versions&delimiter=/&key-marker=a&version-id-marker=null")
        #expect(rest.document?.all("Version").map { $0.text(of: "Key") } == ["b"])
        #expect(rest.prefixes == ["c/"])
    }

    /// What lies below a common prefix is passed over, not read: the walk makes one step for each entry that it tells.
    @Test func manyKeysBelowAPrefixCostNothing() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let bucket = try #require(s3.service.storage.catalog["pictures"])
        try await s3.service.storage.database.write { database in
            for folder in 0..<5 {
                for number in 0..<4000 {
                    try S3Storage.insert(
                        ObjectRecord(
                            bucketID: bucket.id, key: ObjectKey("\(folder)/\(number)"), size: 0, etag: "",
                            modified: LocalS3.now, storedHeaders: ""), into: database)
                }
            }
        }
        #expect(try await all(s3, "delimiter=/").prefixes == ["0/", "1/", "2/", "3/", "4/"])
        let keys = try await all(s3, "prefix=3/").keys
        #expect(keys.count == 4000)
        #expect(Set(keys).count == 4000)
    }

    @Test(
        arguments: [
            ([0x61], [0x62]), ([0x61, 0xFF], [0x62]), ([0xFF, 0xFF], nil), ([], nil), ([0x61, 0x00], [0x61, 0x01]),
        ] as [([UInt8], [UInt8]?)])
    func prefixesHaveAnEnd(_ prefix: [UInt8], _ end: [UInt8]?) {
        #expect(prefix.successorOfPrefix == end)
    }
}
