import AWSSigning
import CloudCore
import Digests
import NIOHTTP1
import Testing

@testable import CloudS3

@Suite struct IntegrityTests {
    /// The values of "hello", as other implementations compute them.
    static let hello: [(ChecksumAlgorithm, String)] = [
        (.crc32, "NhCmhg=="), (.crc32c, "mnG7TA=="), (.crc64nvme, "M3eFcAZSQlc="),
        (.sha1, "qvTGHdzF6KLavt4PO0gs2a6pQ00="), (.sha256, "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="),
    ]

    @Test(arguments: hello)
    func checksumsAreVerifiedKeptAndGivenBack(_ algorithm: ChecksumAlgorithm, _ value: String) async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let put = await s3.put("/pictures/a", "hello", [algorithm.headerName: value])
        #expect(put[algorithm.headerName] == value)
        #expect(put["x-amz-checksum-type"] == "FULL_OBJECT")
        let get = await s3.send("GET", "/pictures/a", ["x-amz-checksum-mode": "ENABLED"])
        #expect(get[algorithm.headerName] == value)
        #expect(await s3.send("GET", "/pictures/a")[algorithm.headerName] == nil)
        let listed = await s3.send("GET", "/pictures").document?["Contents"]
        #expect(listed?.text(of: "ChecksumAlgorithm") == algorithm.rawValue)

        let bad = await s3.send("PUT", "/pictures/b", [algorithm.headerName: value], text: "jello")
        #expect(bad.code == "BadDigest")
        #expect(
            bad.document?.text(of: "Message")
                == "The \(algorithm.rawValue) you specified did not match the calculated checksum.")
        let invalid = await s3.send("PUT", "/pictures/b", [algorithm.headerName: "AAA="], text: "hello")
        #expect(invalid.code == "InvalidRequest")
        #expect(await s3.send("GET", "/pictures/b").code == "NoSuchKey")

        let body = "5\r\nhello\r\n0\r\n\(algorithm.headerName):\(value)\r\n\r\n"
        let headers: HTTPHeaders = [
            "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "Content-Encoding": "aws-chunked",
            "x-amz-decoded-content-length": "5", "x-amz-trailer": algorithm.headerName,
        ]
        let chunked = await s3.put("/pictures/c", body, headers)
        #expect(chunked[algorithm.headerName] == value)
        let stored = await s3.send("GET", "/pictures/c")
        #expect(stored.text == "hello")
        #expect(stored["content-encoding"] == nil)
        let damaged = body.replacing("hello", with: "jello")
        #expect(await s3.send("PUT", "/pictures/d", headers, text: damaged).code == "BadDigest")
        let withoutTrailer = "5\r\nhello\r\n0\r\n\r\n"
        #expect(await s3.send("PUT", "/pictures/d", headers, text: withoutTrailer).code == "MalformedTrailerError")
        #expect(s3.files.isEmpty)
    }

    @Test func digestsAreVerified() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let md5 = Base64.encode(Digest.of("hello".utf8, .md5))
        #expect(await s3.send("PUT", "/pictures/a", ["Content-MD5": md5], text: "hello").status == 200)
        #expect(await s3.send("PUT", "/pictures/a", ["Content-MD5": md5], text: "jello").code == "BadDigest")
        #expect(await s3.send("PUT", "/pictures/a", ["Content-MD5": "hello"], text: "hello").code == "InvalidDigest")
        let sha256 = Hex.encode(Digest.of("hello".utf8, .sha256))
        #expect(await s3.send("PUT", "/pictures/a", ["x-amz-content-sha256": sha256], text: "hello").status == 200)
        let mismatch = await s3.send("PUT", "/pictures/a", ["x-amz-content-sha256": sha256], text: "jello")
        #expect(mismatch.code == "XAmzContentSHA256Mismatch")
        #expect(mismatch.document?.text(of: "ClientComputedContentSHA256") == sha256)
        #expect(
            await s3.send("PUT", "/pictures/a", ["x-amz-content-sha256": "abc"], text: "").code == "InvalidArgument")
        #expect(await s3.send("GET", "/pictures/a").text == "hello")
    }

    @Test(
        arguments: [
            (["Content-Length": "6000000000"], "EntityTooLarge"), (["Content-Length": "10"], "IncompleteBody"),
            (["Content-Length": "-1"], "MissingContentLength"), (["Content-Length": "x"], "MissingContentLength"),
            (
                ["Content-Length": "5", "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"],
                "MissingContentLength"
            ),
            (
                ["x-amz-checksum-crc32": "NhCmhg==", "x-amz-checksum-sha1": "qvTGHdzF6KLavt4PO0gs2a6pQ00="],
                "InvalidRequest"
            ),
            (["x-amz-sdk-checksum-algorithm": "CRC32"], "InvalidRequest"),
            (["x-amz-trailer": "x-amz-checksum-crc32"], "MalformedTrailerError"),
            (
                [
                    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-decoded-content-length": "5",
                    "x-amz-trailer": "x-amz-checksum-crc32",
                ], "IncompleteBody"
            ),
        ] as [(HTTPHeaders, String)])
    func whatAHeaderSaysIsHeldAgainstTheBody(_ headers: HTTPHeaders, _ code: String) async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let answer = await s3.send("PUT", "/pictures/a", headers, text: "hello")
        #expect(answer.code == code, "\(answer.text)")
        #expect(await s3.send("GET", "/pictures/a").status == 404)
        #expect(s3.files.isEmpty)
    }

    @Test func aBodyWithoutLengthIsRefused() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let missing = await s3.send("PUT", "/pictures/a")
        #expect(missing.status == 411)
        #expect(missing.code == "MissingContentLength")
        #expect(await s3.send("PUT", "/pictures/a", ["Transfer-Encoding": "chunked"]).code == "NotImplemented")
    }

    /// The published example: "Transferring Payload in Multiple Chunks", Amazon S3 API Reference.
    @Test func signedChunksOfThePublishedExample() async throws {
        let s3 = try await LocalS3(bucket: "examplebucket")
        defer { s3.close() }
        let authorization =
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            + "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
            + "x-amz-decoded-content-length;x-amz-storage-class,"
            + "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
        let headers: HTTPHeaders = [
            "Authorization": authorization, "x-amz-date": "20130524T000000Z",
            "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "Content-Encoding": "aws-chunked",
            "x-amz-decoded-content-length": "66560", "x-amz-storage-class": "REDUCED_REDUNDANCY",
        ]
        let signatures = [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ]
        func body(_ signatures: [String]) -> String {
            zip([65536, 1024, 0], signatures).map { size, signature in
                "\(String(size, radix: 16));chunk-signature=\(signature)\r\n"
                    + String(repeating: "a", count: size) + "\r\n"
            }.joined()
        }
        let verified = ServiceCall(
            requestID: "R", accessKeyID: "AKIAIOSFODNN7EXAMPLE",
            verifiedSecret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        let path = "/examplebucket/chunkObject.txt"
        #expect(await s3.send("PUT", path, headers, text: body(signatures), call: verified).status == 200)
        #expect(await s3.send("GET", path).bytes.count == 66560)
        for index in signatures.indices {
            var forged = signatures
            forged[index] = String(repeating: "0", count: 64)
            let answer = await s3.send("PUT", "/examplebucket/forged", headers, text: body(forged), call: verified)
            #expect(answer.status == 403)
            #expect(answer.code == "SignatureDoesNotMatch")
        }
        let damaged = body(signatures).replacing("aaaa\r\n400", with: "aaab\r\n400")
        #expect(await s3.send("PUT", "/examplebucket/forged", headers, text: damaged, call: verified).status == 403)
        #expect(await s3.send("GET", "/examplebucket/forged").status == 404)
        // Where signatures are not looked at, any will do.
        #expect(await s3.send("PUT", path, headers, text: body(["x", "y", "z"])).status == 200)
    }

    @Test func trailersAreSignedToo() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let secret = "secret"
        let date = try #require(SigningDate(timestamp: "20260301T120000Z"))
        let scope = CredentialScope(date: date, region: "us-east-1", service: "s3")
        let seed = String(repeating: "a", count: 64)
        var signer = ChunkSigner(seed: seed, key: SigningKey(secretAccessKey: secret, scope: scope), date: date)
        let first = signer.sign(chunk: "hello".utf8)
        let last = signer.sign(chunk: "".utf8)
        let trailer = signer.sign(trailer: [(name: "x-amz-checksum-crc32", value: "NhCmhg==")])
        func body(_ trailerSignature: String) -> String {
            "5;chunk-signature=\(first)\r\nhello\r\n0;chunk-signature=\(last)\r\nx-amz-checksum-crc32:NhCmhg==\r\n"
                + "x-amz-trailer-signature:\(trailerSignature)\r\n\r\n"
        }
        let headers: HTTPHeaders = [
            "Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/\(scope), SignedHeaders=host, Signature=\(seed)",
            "x-amz-date": "20260301T120000Z", "x-amz-decoded-content-length": "5",
            "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            "x-amz-trailer": "x-amz-checksum-crc32",
        ]
        let call = ServiceCall(requestID: "R", verifiedSecret: secret)
        #expect(await s3.send("PUT", "/pictures/a", headers, text: body(trailer), call: call).status == 200)
        #expect(await s3.send("PUT", "/pictures/b", headers, text: body(first), call: call).status == 403)
    }

    @Test(arguments: [ChecksumAlgorithm.crc32, .crc32c, .crc64nvme])
    func checksOfPiecesJoin(_ algorithm: ChecksumAlgorithm) throws {
        let bytes = patternBytes(10_000)
        func value(_ bytes: some Sequence<UInt8>) -> String {
            var hasher = ContentHasher(checksum: algorithm)
            Array(bytes).withUnsafeBytes { hasher.update($0) }
            return hasher.finish().checksum?.value ?? ""
        }
        let combination = try #require(ChecksumCombination(algorithm))
        for cut in [0, 1, 7, 4096, 9999, 10_000] {
            let joined = combination.combine(
                value(bytes.prefix(cut)), value(bytes.dropFirst(cut)), length: bytes.count - cut)
            #expect(joined == value(bytes))
        }
        #expect(ChecksumCombination(.sha256) == nil)
    }
}
