import CloudCore
import NIOHTTP1
import Testing

@testable import CloudS3

@Suite struct CopyTests {
    @Test(arguments: [0, 100, 50_000])
    func aCopyIsAnObjectOfItsOwn(_ size: Int) async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let bytes = patternBytes(size)
        let headers: HTTPHeaders = [
            "Content-Type": "image/png", "x-amz-meta-a": "1", "x-amz-tagging": "t=1",
            "x-amz-storage-class": "STANDARD_IA",
        ]
        let put = await s3.send("PUT", "/pictures/a%20b", headers, body: bytes)
        let copied = await s3.send("PUT", "/pictures/c", ["x-amz-copy-source": "/pictures/a%20b"])
        #expect(copied.status == 200, "\(copied.text)")
        #expect(copied.document?.text(of: "ETag") == put["etag"])
        #expect(copied.document?.text(of: "ChecksumCRC64NVME") == put["x-amz-checksum-crc64nvme"])
        #expect(await s3.send("DELETE", "/pictures/a%20b").status == 204)
        let get = await s3.send("GET", "/pictures/c")
        #expect(get.bytes == bytes)
        #expect(get["content-type"] == "image/png")
        #expect(get["x-amz-meta-a"] == "1")
        #expect(get["x-amz-tagging-count"] == "1")
        #expect(get["x-amz-storage-class"] == nil)

        let replacing: HTTPHeaders = [
            "x-amz-copy-source": "pictures/c", "x-amz-metadata-directive": "REPLACE", "x-amz-meta-b": "2",
            "x-amz-tagging-directive": "REPLACE", "x-amz-checksum-algorithm": "SHA1",
        ]
        let replaced = await s3.send("PUT", "/pictures/c", replacing)
        #expect(replaced.document?["ChecksumSHA1"] != nil)
        let again = await s3.send("GET", "/pictures/c")
        #expect(again.bytes == bytes)
        #expect(again["x-amz-meta-a"] == nil)
        #expect(again["x-amz-meta-b"] == "2")
        #expect(again["x-amz-tagging-count"] == nil)
        #expect(s3.files.count == (size > ContentWriter.inlineLimit ? 1 : 0))
    }

    @Test(
        arguments: [
            (["x-amz-copy-source": "pictures/a"], "InvalidRequest"),
            (["x-amz-copy-source": "pictures"], "InvalidArgument"),
            (["x-amz-copy-source": "pictures/"], "InvalidArgument"),
            (["x-amz-copy-source": "pictures/none"], "NoSuchKey"),
            (["x-amz-copy-source": "nowhere/a"], "NoSuchBucket"),
            (["x-amz-copy-source": "pictures/a?versionId=1"], "NoSuchVersion"),
            (["x-amz-copy-source": "pictures/a", "x-amz-metadata-directive": "MERGE"], "InvalidArgument"),
            (["x-amz-copy-source": "pictures/a", "x-amz-copy-source-if-match": "x"], "PreconditionFailed"),
            (["x-amz-copy-source": "pictures/a", "x-amz-copy-source-if-none-match": "*"], "PreconditionFailed"),
            (
                [
                    "x-amz-copy-source": "pictures/a",
                    "x-amz-copy-source-if-modified-since": "Sun, 01 Mar 2026 12:00:00 GMT",
                ],
                "PreconditionFailed"
            ),
            (
                [
                    "x-amz-copy-source": "pictures/a",
                    "x-amz-copy-source-if-unmodified-since": "Sun, 01 Mar 2026 11:00:00 GMT",
                ],
                "PreconditionFailed"
            ),
            (
                ["x-amz-copy-source": "pictures/a", "x-amz-metadata-directive": "REPLACE", "If-None-Match": "*"],
                "PreconditionFailed"
            ),
        ] as [(HTTPHeaders, String)])
    func whatCannotBeCopiedIsRefused(_ headers: HTTPHeaders, _ code: String) async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        await s3.put("/pictures/a", "content")
        #expect(await s3.send("PUT", "/pictures/a", headers).code == code)
        #expect(await s3.send("GET", "/pictures/a").text == "content")
    }

    @Test func manyAreDeletedAtOnce() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        for key in ["a", "b", "c&amp;d".replacing("&amp;", with: "%26")] { await s3.put("/pictures/\(key)", "content") }
        func delete(_ inside: String, _ headers: HTTPHeaders? = nil) async -> S3Answer {
            let text = "<Delete xmlns=\"\(S3Service.namespace)\">\(inside)</Delete>"
            var hasher = ContentHasher(checksum: .crc32)
            Array(text.utf8).withUnsafeBytes { hasher.update($0) }
            let sum: HTTPHeaders = ["x-amz-checksum-crc32": hasher.finish().checksum?.value ?? ""]
            return await s3.send("POST", "/pictures?delete", headers ?? sum, text: text)
        }
        func object(_ key: String) -> String { "<Object><Key>\(key)</Key></Object>" }
        let answer = await delete(object("a") + object("c&amp;d") + object("none"))
        #expect(answer.document?.all("Deleted").map { $0.text(of: "Key") } == ["a", "c&d", "none"])
        #expect(await s3.send("GET", "/pictures").keys == ["b"])
        let mixed = await delete(
            "<Quiet>true</Quiet>" + object("b") + "<Object><Key>x</Key><VersionId>1</VersionId></Object>"
                + object(String(repeating: "k", count: 1025)))
        #expect(mixed.document?.all("Deleted").isEmpty == true)
        #expect(mixed.document?.all("Error").map { $0.text(of: "Code") } == ["NoSuchVersion", "KeyTooLongError"])
        #expect(await s3.send("GET", "/pictures").keys == [])
        #expect(await delete("").code == "MalformedXML")
        #expect(await delete(object("")).code == "MalformedXML")
        #expect(await delete(String(repeating: object("k"), count: 1001)).code == "MalformedXML")
        #expect(await delete(object("a"), [:]).code == "InvalidRequest")
        #expect(await delete(object("a"), ["x-amz-checksum-crc32": "AAAAAA=="]).code == "BadDigest")
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\">]><Delete><Object><Key>&b;</Key></Object></Delete>"
        #expect(await s3.send("POST", "/pictures?delete", ["Content-MD5": "x"], text: bomb).code == "InvalidDigest")
        #expect(await s3.send("PUT", "/pictures?tagging", text: bomb).code == "MalformedXML")
        let huge = [UInt8](repeating: 0x20, count: 2_000_000)
        #expect(await s3.send("PUT", "/pictures?tagging", body: huge).code == "MaxMessageLengthExceeded")
    }
}
