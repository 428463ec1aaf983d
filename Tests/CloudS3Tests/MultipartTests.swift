import CloudCore
import Digests
import GRDB
import NIOHTTP1
import Testing

@testable import CloudS3

@Suite struct MultipartTests {
    static let minimum = MultipartUpload.partSizeMinimum

    private func start(_ s3: LocalS3, _ key: String, _ headers: HTTPHeaders = [:]) async throws -> String {
        let answer = await s3.send("POST", "/pictures/\(key)?uploads", headers)
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.document?.text(of: "UploadId"))
    }

    private func upload(
        _ s3: LocalS3, _ key: String, _ id: String, _ number: Int, _ bytes: [UInt8], _ headers: HTTPHeaders = [:]
    ) async throws -> S3Answer {
        let answer = await s3.send("PUT", "/pictures/\(key)?partNumber=\(number)&uploadId=\(id)", headers, body: bytes)
        #expect(answer.status == 200, "\(answer.text)")
        return answer
    }

    private func document(_ parts: [(Int, String)], checksums: [String] = [], _ element: String = "") -> String {
        "<CompleteMultipartUpload>"
            + parts.enumerated().map { index, part in
                "<Part><PartNumber>\(part.0)</PartNumber><ETag>\(part.1)</ETag>"
                    + (checksums.isEmpty ? "" : "<\(element)>\(checksums[index])</\(element)>") + "</Part>"
            }.joined() + "</CompleteMultipartUpload>"
    }

    @Test func partsBecomeOneObject() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        await s3.put("/pictures/a", "what was there before")
        let id = try await start(s3, "a", ["Content-Type": "image/png", "x-amz-meta-a": "1", "x-amz-tagging": "t=1"])
        let pieces = [patternBytes(Self.minimum), patternBytes(Self.minimum + 3, seed: 2), patternBytes(100, seed: 3)]
        let whole = pieces.flatMap { $0 }
        var parts: [(Int, String)] = []
        for (index, piece) in pieces.enumerated() {
            // Numbers need not follow one another.
            let number = index * 10 + 1
            _ = try await upload(s3, "a", id, number, patternBytes(50, seed: 9))
            parts.append((number, try #require(await upload(s3, "a", id, number, piece)["etag"])))
        }
        _ = try await upload(s3, "a", id, 99, patternBytes(50_000))
        #expect(await s3.send("GET", "/pictures/a").text == "what was there before")
        let listed = await s3.send("GET", "/pictures/a?uploadId=\(id)&max-parts=2")
        #expect(listed.document?.all("Part").map { $0.text(of: "PartNumber") } == ["1", "11"])
        #expect(listed.document?.text(of: "NextPartNumberMarker") == "11")
        #expect(listed.document?.text(of: "IsTruncated") == "true")
        #expect(s3.files.count == 3)

        let completed = await s3.send("POST", "/pictures/a?uploadId=\(id)", text: document(parts))
        let etag = "\"" + Hex.encode(Digest.of(pieces.flatMap { Digest.of($0, .md5) }, .md5)) + "-3\""
        #expect(completed.document?.text(of: "ETag") == etag)
        var hasher = ContentHasher(checksum: .crc64nvme)
        whole.withUnsafeBytes { hasher.update($0) }
        #expect(completed.document?.text(of: "ChecksumCRC64NVME") == hasher.finish().checksum?.value)
        #expect(completed.document?.text(of: "ChecksumType") == "FULL_OBJECT")
        let get = await s3.send("GET", "/pictures/a")
        #expect(get.bytes == whole)
        #expect(get["etag"] == etag)
        #expect(get["content-type"] == "image/png")
        #expect(get["x-amz-meta-a"] == "1")
        #expect(get["x-amz-tagging-count"] == "1")
        // The part that was not listed is gone.
        #expect(s3.files.count == 2)

        let range = await s3.send("GET", "/pictures/a", ["Range": "bytes=\(Self.minimum - 5)-\(Self.minimum + 4)"])
        #expect(range.bytes == Array(whole[(Self.minimum - 5)...(Self.minimum + 4)]))
        let second = await s3.send("GET", "/pictures/a?partNumber=11")
        #expect(second.status == 206)
        #expect(second.bytes == pieces[1])
        #expect(second["x-amz-mp-parts-count"] == "3")
        #expect(await s3.send("HEAD", "/pictures/a?partNumber=21")["content-length"] == "100")
        #expect(await s3.send("GET", "/pictures/a?partNumber=2").code == "InvalidPartNumber")
        let attributes = await s3.send(
            "GET", "/pictures/a?attributes", ["x-amz-object-attributes": "ObjectParts,ObjectSize"])
        #expect(attributes.document?["ObjectParts"]?.text(of: "PartsCount") == "3")

        #expect(await s3.send("GET", "/pictures/a?uploadId=\(id)").code == "NoSuchUpload")
        #expect(await s3.send("DELETE", "/pictures/a").status == 204)
        #expect(s3.files.isEmpty)
        #expect(
            try s3.service.storage.database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM smallContents") }
                == 0)
    }

    @Test func compositeChecksumsAreOfTheParts() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let id = try await start(s3, "a", ["x-amz-checksum-algorithm": "SHA256"])
        let pieces = [patternBytes(Self.minimum), patternBytes(10, seed: 2)]
        let digests = pieces.map { Digest.of($0, .sha256) }
        let values = digests.map { Base64.encode($0) }
        var parts: [(Int, String)] = []
        for (index, piece) in pieces.enumerated() {
            let answer = try await upload(s3, "a", id, index + 1, piece, ["x-amz-checksum-sha256": values[index]])
            #expect(answer["x-amz-checksum-sha256"] == values[index])
            parts.append((index + 1, try #require(answer["etag"])))
        }
        let target = "/pictures/a?uploadId=\(id)"
        let other = await s3.send(
            "PUT", "/pictures/a?partNumber=3&uploadId=\(id)", ["x-amz-checksum-crc32": "NhCmhg=="], text: "hello")
        #expect(other.code == "InvalidRequest")
        #expect(await s3.send("POST", target, text: document(parts)).code == "InvalidRequest")
        let wrong = document(parts, checksums: [values[1], values[0]], "ChecksumSHA256")
        #expect(await s3.send("POST", target, text: wrong).code == "InvalidPart")
        let right = document(parts, checksums: values, "ChecksumSHA256")
        let expected = Base64.encode(Digest.of(digests.flatMap { $0 }, .sha256)) + "-2"
        #expect(await s3.send("POST", target, ["x-amz-checksum-sha256": values[0]], text: right).code == "BadDigest")
        #expect(await s3.send("POST", target, ["x-amz-mp-object-size": "1"], text: right).code == "InvalidRequest")
        let completed = await s3.send("POST", target, ["x-amz-checksum-sha256": expected], text: right)
        #expect(completed.document?.text(of: "ChecksumSHA256") == expected)
        #expect(completed.document?.text(of: "ChecksumType") == "COMPOSITE")
        let head = await s3.send("HEAD", "/pictures/a", ["x-amz-checksum-mode": "ENABLED"])
        #expect(head["x-amz-checksum-sha256"] == expected)
        #expect(head["x-amz-checksum-type"] == "COMPOSITE")
        let attributes = await s3.send("GET", "/pictures/a?attributes", ["x-amz-object-attributes": "ObjectParts"])
        #expect(
            attributes.document?["ObjectParts"]?.all("Part").map { $0.text(of: "ChecksumSHA256") } == values)
    }

    @Test func aCompletionThatIsWrongChangesNothing() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let id = try await start(s3, "a")
        let first = try #require(await upload(s3, "a", id, 1, patternBytes(1000))["etag"])
        let second = try #require(await upload(s3, "a", id, 2, patternBytes(1000, seed: 2))["etag"])
        let target = "/pictures/a?uploadId=\(id)"
        for (text, code) in [
            (document([(2, second), (1, first)]), "InvalidPartOrder"),
            (document([(1, first), (1, first)]), "InvalidPartOrder"),
            (document([(1, second)]), "InvalidPart"), (document([(3, first)]), "InvalidPart"),
            (document([(1, first), (2, second)]), "EntityTooSmall"), (document([]), "MalformedXML"),
            ("<a/>", "MalformedXML"),
            ("<CompleteMultipartUpload><Part><ETag>a</ETag></Part></CompleteMultipartUpload>", "MalformedXML"),
        ] {
            #expect(await s3.send("POST", target, text: text).code == code)
        }
        let tooSmall = await s3.send("POST", target, text: document([(1, first), (2, second)]))
        #expect(tooSmall.document?.text(of: "MinSizeAllowed") == "5242880")
        #expect(tooSmall.document?.text(of: "PartNumber") == "1")
        #expect(await s3.send("GET", "/pictures/a").code == "NoSuchKey")
        await s3.put("/pictures/a", "other")
        let absent = await s3.send("POST", target, ["If-None-Match": "*"], text: document([(1, first)]))
        #expect(absent.status == 412)
        // The last part may be small, and entity tags may come without quotes.
        let plain = document([(1, EntityTag.plain(first))])
        #expect(await s3.send("POST", target, text: plain).status == 200)
        #expect(await s3.send("GET", "/pictures/a").bytes == patternBytes(1000))
    }

    @Test func whatDoesNotExistIsRefused() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        #expect(await s3.send("PUT", "/pictures/a?partNumber=1&uploadId=none", text: "x").code == "NoSuchUpload")
        #expect(await s3.send("DELETE", "/pictures/a?uploadId=none").code == "NoSuchUpload")
        let id = try await start(s3, "a")
        #expect(await s3.send("PUT", "/pictures/b?partNumber=1&uploadId=\(id)", text: "x").code == "NoSuchUpload")
        for number in ["0", "10001", "x", "-1", ""] {
            let answer = await s3.send("PUT", "/pictures/a?partNumber=\(number)&uploadId=\(id)", text: "x")
            #expect(answer.code == "InvalidArgument")
        }
        for (algorithm, type) in [("SHA256", "FULL_OBJECT"), ("CRC64NVME", "COMPOSITE"), ("MD4", "COMPOSITE")] {
            let headers: HTTPHeaders = ["x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": type]
            #expect(await s3.send("POST", "/pictures/b?uploads", headers).code == "InvalidRequest")
        }
        _ = try await upload(s3, "a", id, 1, patternBytes(50_000))
        #expect(await s3.send("DELETE", "/pictures/a?uploadId=\(id)").status == 204)
        #expect(s3.files.isEmpty)
        #expect(await s3.send("PUT", "/pictures/a?partNumber=1&uploadId=\(id)", text: "x").code == "NoSuchUpload")
    }

    @Test func uploadsAreListedInPages() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        for key in ["a", "a", "b/1", "b/2", "c"] { _ = try await start(s3, key) }
        var seen: [String] = []
        var marker = ""
        for _ in 0..<5 {
            let page = await s3.send("GET", "/pictures?uploads&max-uploads=1&delimiter=/\(marker)")
            seen += page.document?.all("Upload").compactMap { $0.text(of: "Key") } ?? []
            seen += page.prefixes
            guard page.document?.text(of: "IsTruncated") == "true" else { break }
            marker =
                "&key-marker=\(page.document?.text(of: "NextKeyMarker") ?? "")"
                + "&upload-id-marker=\(page.document?.text(of: "NextUploadIdMarker") ?? "")"
        }
        #expect(seen == ["a", "a", "b/", "c"])
        let below = await s3.send("GET", "/pictures?uploads&prefix=b/")
        #expect(below.document?.all("Upload").map { $0.text(of: "Key") } == ["b/1", "b/2"])
        let behind = await s3.send("GET", "/pictures?uploads&key-marker=a")
        #expect(behind.document?.all("Upload").map { $0.text(of: "Key") } == ["b/1", "b/2", "c"])
        // Uploads under way do not keep a bucket.
        #expect(await s3.send("DELETE", "/pictures").status == 204)
    }

    @Test func partsAreCopied() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let source = patternBytes(60_000)
        #expect(await s3.send("PUT", "/pictures/source", body: source).status == 200)
        let id = try await start(s3, "a")
        let target = "/pictures/a?partNumber=1&uploadId=\(id)"
        for range in ["bytes=0-60000", "bytes=5-", "0-5", "bytes=5-4"] {
            let headers: HTTPHeaders = ["x-amz-copy-source": "pictures/source", "x-amz-copy-source-range": range]
            #expect(await s3.send("PUT", target, headers).code == "InvalidArgument")
        }
        let headers: HTTPHeaders = [
            "x-amz-copy-source": "/pictures/source", "x-amz-copy-source-range": "bytes=10-50009",
        ]
        let copied = await s3.send("PUT", target, headers)
        let etag = try #require(copied.document?.text(of: "ETag"))
        #expect(await s3.send("POST", "/pictures/a?uploadId=\(id)", text: document([(1, etag)])).status == 200)
        #expect(await s3.send("GET", "/pictures/a").bytes == Array(source[10..<50_010]))
    }
}
