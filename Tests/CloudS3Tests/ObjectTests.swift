import CloudCore
import Digests
import NIOHTTP1
import Testing

@testable import CloudS3

@Suite struct ObjectTests {
    @Test(arguments: [0, 1, ContentWriter.inlineLimit, ContentWriter.inlineLimit + 1, 300_000])
    func whatIsPutComesBack(_ size: Int) async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let bytes = patternBytes(size)
        let etag = "\"\(Hex.encode(Digest.of(bytes, .md5)))\""
        let put = await s3.send("PUT", "/pictures/a/b", ["Content-Type": "image/jpeg"], body: bytes)
        #expect(put.status == 200)
        #expect(put["etag"] == etag)
        #expect(put["x-amz-checksum-type"] == "FULL_OBJECT")
        #expect(put["x-amz-server-side-encryption"] == "AES256")
        let get = await s3.send("GET", "/pictures/a/b", ["x-amz-checksum-mode": "ENABLED"])
        #expect(get.bytes == bytes)
        #expect(get["etag"] == etag)
        #expect(get["content-type"] == "image/jpeg")
        #expect(get["last-modified"] == "Sun, 01 Mar 2026 12:00:00 GMT")
        #expect(get["accept-ranges"] == "bytes")
        #expect(get["x-amz-checksum-crc64nvme"] == put["x-amz-checksum-crc64nvme"])
        let head = await s3.send("HEAD", "/pictures/a/b")
        #expect(head["content-length"] == String(size))
        #expect(head.bytes.isEmpty)
        #expect(head["x-amz-checksum-crc64nvme"] == nil)
        #expect(s3.files.count == (size > ContentWriter.inlineLimit ? 1 : 0))
        #expect(await s3.send("DELETE", "/pictures/a/b").status == 204)
        #expect(await s3.send("DELETE", "/pictures/a/b").status == 204)
        #expect(s3.files.isEmpty)
        let gone = await s3.send("GET", "/pictures/a/b")
        #expect(gone.status == 404)
        #expect(gone.code == "NoSuchKey")
        #expect(gone.document?.text(of: "Key") == "a/b")
        let goneHead = await s3.send("HEAD", "/pictures/a/b")
        #expect(goneHead.status == 404)
        #expect(goneHead.bytes.isEmpty)
    }

    @Test(arguments: [
        ("a%2Bb", "a+b"), ("a+b", "a b"), ("a%20b", "a b"), ("a%2Fb", "a/b"), ("a//b", "a//b"), ("/a", "/a"),
        ("%C3%A9", "é"), ("e%CC%81", "e\u{301}"), ("../../etc/passwd", "../../etc/passwd"), (".", "."),
        ("a%00b", "a\0b"),
        ("%F0%9F%98%80", "\u{1F600}"), ("a%25b", "a%b"), ("a/", "a/"), ("%01", "\u{1}"), ("a%26%3C", "a&<"),
    ])
    func keysAreReadExactly(_ path: String, _ key: String) async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        await s3.put("/pictures/\(path)", "content")
        #expect(await s3.send("GET", "/pictures/\(path)").text == "content")
        let encoded = await s3.send("GET", "/pictures?encoding-type=url").keys
        #expect(encoded.count == 1)
        #expect(encoded.first.map { Array(PercentEncoding.decode($0).utf8) } == Array(key.utf8))
        if !key.contains("\0") {
            #expect(await s3.send("GET", "/pictures").keys.first.map { Array($0.utf8) } == Array(key.utf8))
        }
    }

    @Test func formsOfOneCharacterAreDifferentKeys() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        await s3.put("/pictures/%C3%A9", "composed")
        await s3.put("/pictures/e%CC%81", "decomposed")
        #expect(await s3.send("GET", "/pictures/%C3%A9").text == "composed")
        #expect(await s3.send("GET", "/pictures/e%CC%81").text == "decomposed")
        #expect(await s3.send("GET", "/pictures").keys.count == 2)
    }

    @Test func keysHaveALimitAndAreText() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let longest = String(repeating: "k", count: 1024)
        await s3.put("/pictures/\(longest)", "content")
        let longer = await s3.send("PUT", "/pictures/\(longest)k", text: "content")
        #expect(longer.code == "KeyTooLongError")
        #expect(longer.document?.text(of: "MaxSizeAllowed") == "1024")
        #expect(await s3.send("PUT", "/pictures/%FF", text: "content").code == "InvalidURI")
    }

    @Test func metadataIsKept() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        await s3.put(
            "/pictures/a", "content",
            [
                "X-Amz-Meta-Title": "A: cat", "x-amz-meta-author": "me", "Cache-Control": "no-cache",
                "Content-Disposition": "inline", "Content-Encoding": "gzip,aws-chunked", "Content-Language": "en",
                "Expires": "Sun, 01 Mar 2027 12:00:00 GMT", "x-amz-storage-class": "STANDARD_IA",
                "x-amz-website-redirect-location": "/b", "x-amz-tagging": "a=1&b=2",
            ])
        let get = await s3.send("GET", "/pictures/a")
        #expect(get["x-amz-meta-title"] == "A: cat")
        #expect(get["x-amz-meta-author"] == "me")
        #expect(get["cache-control"] == "no-cache")
        #expect(get["content-disposition"] == "inline")
        #expect(get["content-encoding"] == "gzip")
        #expect(get["content-language"] == "en")
        #expect(get["expires"] == "Sun, 01 Mar 2027 12:00:00 GMT")
        #expect(get["x-amz-storage-class"] == "STANDARD_IA")
        #expect(get["x-amz-website-redirect-location"] == "/b")
        #expect(get["x-amz-tagging-count"] == "2")
        #expect(get["content-type"] == "binary/octet-stream")
        let overridden = await s3.send(
            "GET", "/pictures/a?response-content-type=text%2Fplain&response-cache-control=max-age%3D1")
        #expect(overridden["content-type"] == "text/plain")
        #expect(overridden["cache-control"] == "max-age=1")
        #expect(await s3.send("GET", "/pictures/a?response-expires=a%0Ab").code == "InvalidArgument")

        let limit: HTTPHeaders = ["x-amz-meta-a": String(repeating: "x", count: 2047)]
        #expect(await s3.send("PUT", "/pictures/b", limit, text: "").status == 200)
        let over: HTTPHeaders = ["x-amz-meta-ab": String(repeating: "x", count: 2047)]
        #expect(await s3.send("PUT", "/pictures/b", over, text: "").code == "MetadataTooLarge")
        #expect(
            await s3.send("PUT", "/pictures/b", ["x-amz-storage-class": "X"], text: "").code == "InvalidStorageClass")
        let ownKey: HTTPHeaders = ["x-amz-server-side-encryption-customer-algorithm": "AES256"]
        #expect(await s3.send("PUT", "/pictures/b", ownKey, text: "").status == 501)
    }

    @Test func aStretchIsAnswered() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let bytes = patternBytes(100_000)
        #expect(await s3.send("PUT", "/pictures/a", body: bytes).status == 200)
        for (range, expected) in [
            ("bytes=0-9", 0..<10), ("bytes=99990-", 99_990..<100_000), ("bytes=-5", 99_995..<100_000),
            ("bytes=5-1000000", 5..<100_000),
        ] {
            let get = await s3.send("GET", "/pictures/a", ["Range": range, "x-amz-checksum-mode": "ENABLED"])
            #expect(get.status == 206)
            #expect(get.bytes == Array(bytes[expected]))
            #expect(get["content-range"] == "bytes \(expected.lowerBound)-\(expected.upperBound - 1)/100000")
            #expect(get["x-amz-checksum-crc64nvme"] == nil)
        }
        let beyond = await s3.send("GET", "/pictures/a", ["Range": "bytes=100000-"])
        #expect(beyond.status == 416)
        #expect(beyond.code == "InvalidRange")
        #expect(beyond.document?.text(of: "ActualObjectSize") == "100000")
        let part = await s3.send("GET", "/pictures/a?partNumber=1")
        #expect(part.status == 206)
        #expect(part.bytes == bytes)
        #expect(await s3.send("GET", "/pictures/a?partNumber=2").status == 416)
        #expect(await s3.send("GET", "/pictures/a?partNumber=0").code == "InvalidArgument")
    }

    @Test(
        arguments: [
            (nil, .whole), ("bytes=0-0", .range(ByteRange(offset: 0, length: 1))),
            ("bytes=9-9", .range(.init(offset: 9, length: 1))),
            ("bytes=10-10", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=-20", .range(.init(offset: 0, length: 10))),
            ("bytes=3-2", .whole), ("bytes=0-1,3-4", .whole), ("items=0-1", .whole), ("bytes=", .whole),
            ("bytes=a-b", .whole),
            ("bytes=-", .whole), ("bytes=+1-2", .whole),
            ("bytes=2-99999999999999999999", .range(.init(offset: 2, length: 8))),
            ("bytes=99999999999999999999-", .unsatisfiable), ("bytes = 1-2 ", .range(.init(offset: 1, length: 2))),
        ] as [(String?, ByteRange.Request)])
    func rangesAreRead(_ field: String?, _ expected: ByteRange.Request) {
        #expect(ByteRange.parse(field, size: 10) == expected)
    }

    @Test func versionsOtherThanNullDoNotExist() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        await s3.put("/pictures/a", "content")
        #expect(await s3.send("GET", "/pictures/a?versionId=null").status == 200)
        #expect(await s3.send("GET", "/pictures/a?versionId=abc").code == "NoSuchVersion")
        #expect(await s3.send("DELETE", "/pictures/a?versionId=abc").code == "NoSuchVersion")
    }

    @Test func attributesAreTold() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let put = await s3.put("/pictures/a", "content")
        let get = await s3.send(
            "GET", "/pictures/a?attributes", ["x-amz-object-attributes": "ETag,Checksum,ObjectSize, StorageClass"])
        #expect(get.document?.text(of: "ETag").map { "\"\($0)\"" } == put["etag"])
        #expect(get.document?.text(of: "ObjectSize") == "7")
        #expect(get.document?.text(of: "StorageClass") == "STANDARD")
        #expect(get.document?["Checksum"]?.text(of: "ChecksumCRC64NVME") == put["x-amz-checksum-crc64nvme"])
        #expect(await s3.send("GET", "/pictures/a?attributes").code == "InvalidRequest")
        let unknown = await s3.send("GET", "/pictures/a?attributes", ["x-amz-object-attributes": "Colour"])
        #expect(unknown.code == "InvalidArgument")
    }

    @Test func tagsArePutGotAndDeleted() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        await s3.put("/pictures/a", "content", ["x-amz-tagging": "colour=red%20ish&size="])
        let first = await s3.send("GET", "/pictures/a?tagging").document?["TagSet"]?.all("Tag")
        #expect(first?.map { $0.text(of: "Key") } == ["colour", "size"])
        #expect(first?.map { $0.text(of: "Value") } == ["red ish", ""])
        func document(_ tags: [(String, String)]) -> String {
            "<Tagging><TagSet>"
                + tags.map { "<Tag><Key>\($0)</Key><Value>\($1)</Value></Tag>" }.joined() + "</TagSet></Tagging>"
        }
        #expect(await s3.send("PUT", "/pictures/a?tagging", text: document([("a&amp;b", "=")])).status == 200)
        let second = await s3.send("GET", "/pictures/a?tagging").document?["TagSet"]?.all("Tag")
        #expect(second?.map { $0.text(of: "Key") } == ["a&b"])
        for (tags, code) in [
            ([("a", "1"), ("a", "2")], "InvalidTag"), ([("", "1")], "InvalidTag"), ([("aws:a", "1")], "InvalidTag"),
            ([(String(repeating: "k", count: 129), "")], "InvalidTag"),
            ([("a", String(repeating: "v", count: 257))], "InvalidTag"),
            ((0..<11).map { ("k\($0)", "") }, "BadRequest"),
        ] {
            #expect(await s3.send("PUT", "/pictures/a?tagging", text: document(tags)).code == code)
        }
        #expect(await s3.send("PUT", "/pictures/a?tagging", text: "<Tagging/>").code == "MalformedXML")
        #expect(await s3.send("DELETE", "/pictures/a?tagging").status == 204)
        #expect(await s3.send("GET", "/pictures/a?tagging").document?["TagSet"]?.children == [])
        #expect(await s3.send("GET", "/pictures/b?tagging").code == "NoSuchKey")
        #expect(await s3.send("PUT", "/pictures/b?tagging", text: document([])).code == "NoSuchKey")
    }
}
