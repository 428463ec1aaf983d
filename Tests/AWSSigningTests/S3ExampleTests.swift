import Testing

@testable import AWSSigning

/// The worked examples in the documentation of Amazon S3.
@Suite struct S3ExampleTests {
    private let credentials = Credentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    private let date = SigningDate(secondsSinceEpoch: 1_369_353_600)
    private let host: SignableRequest.Header = ("Host", "examplebucket.s3.amazonaws.com")

    private func sign(_ request: SignableRequest, _ payload: PayloadHash = .empty) -> SignatureV4.Signed {
        SignatureV4.sign(
            request, payload: payload, credentials: credentials, region: "us-east-1", service: "s3", date: date)
    }

    @Test func getsTheFirstBytesOfAnObject() {
        let signed = sign(
            SignableRequest(method: "GET", path: "/test.txt", headers: [host, ("Range", "bytes=0-9")]))
        #expect(
            signed.headers.last?.value
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func storesAnObject() {
        let request = SignableRequest(
            method: "PUT", path: "/test$file.text",
            headers: [
                host, ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ])
        let signed = sign(request, .of("Welcome to Amazon S3.".utf8))
        #expect(signed.signature == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    }

    @Test func asksForTheLifecycle() {
        let signed = sign(SignableRequest(method: "GET", path: "/", query: "lifecycle", headers: [host]))
        #expect(signed.signature == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
    }

    @Test func listsABucket() {
        let signed = sign(SignableRequest(method: "GET", path: "/", query: "max-keys=2&prefix=J", headers: [host]))
        #expect(signed.signature == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }

    @Test func presignsADownload() throws {
        let request = SignableRequest(method: "GET", path: "/test.txt", headers: [host])
        let query = SignatureV4.presign(
            request, lifetime: 86400, credentials: credentials, region: "us-east-1", service: "s3", date: date)
        #expect(
            query == "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    private func seed(_ headers: [SignableRequest.Header], _ payload: PayloadHash) -> SignatureV4.Signed {
        sign(
            SignableRequest(
                method: "PUT", path: "/examplebucket/chunkObject.txt",
                headers: [("Host", "s3.amazonaws.com"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")] + headers),
            payload)
    }

    private func signer(_ seed: String) -> ChunkSigner {
        let scope = CredentialScope(date: date, region: "us-east-1", service: "s3")
        let key = SigningKey(secretAccessKey: credentials.secretAccessKey, scope: scope)
        return ChunkSigner(seed: seed, key: key, date: date)
    }

    @Test func uploadsInSignedChunks() {
        let seed = seed(
            [
                ("Content-Encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"),
                ("Content-Length", "66824"),
            ], .signedChunks(trailer: false))
        #expect(seed.signature == "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
        var signer = signer(seed.signature)
        let a = UInt8(ascii: "a")
        #expect(
            signer.sign(chunk: repeatElement(a, count: 65536))
                == "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648")
        #expect(
            signer.sign(chunk: repeatElement(a, count: 1024))
                == "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497")
        #expect(
            signer.sign(chunk: []) == "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9")
    }

    @Test func uploadsInSignedChunksWithATrailer() {
        let seed = seed(
            [
                ("Content-Encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"),
                ("x-amz-trailer", "x-amz-checksum-crc32c"),
            ], .signedChunks(trailer: true))
        #expect(seed.signature == "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e")
        var signer = signer(seed.signature)
        let a = UInt8(ascii: "a")
        #expect(
            signer.sign(chunk: repeatElement(a, count: 65536))
                == "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2")
        #expect(
            signer.sign(chunk: repeatElement(a, count: 1024))
                == "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7")
        #expect(
            signer.sign(chunk: []) == "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992")
        #expect(
            signer.sign(trailer: [("x-amz-checksum-crc32c", "sOO8/Q==")])
                == "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435")
    }
}
