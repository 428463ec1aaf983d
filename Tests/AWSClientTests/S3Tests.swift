import AWSSigning
import Testing

@testable import AWSClient

@Suite(.timeLimit(.minutes(1))) struct S3Tests {
    private func with(
        _ answer: FakeServer.Action, _ body: (TestClient, FakeServer) async throws -> Void
    ) async throws {
        try await FakeServer.with { _ in
            [answer]
        } _: { server in
            try await body(TestClient(port: server.port), server)
        }
    }

    @Test func storesWithHeadersAndConditions() async throws {
        try await with(.answer(200, ["ETag": "\"abc\"", "x-amz-version-id": "v1"])) { test, server in
            let stored = try await test.s3.putObject(
                bucket: "b", key: "k", body: .bytes([1]),
                headers: S3ObjectHeaders(
                    contentType: "image/png", cacheControl: "max-age=60", metadata: ["owner": "u1"]),
                ifNoneMatch: "*")
            #expect(stored == S3StoredObject(eTag: "\"abc\"", versionID: "v1"))
            let request = try #require(server.requests.first)
            #expect(request["content-type"] == "image/png")
            #expect(request["cache-control"] == "max-age=60")
            #expect(request["x-amz-meta-owner"] == "u1")
            #expect(request["if-none-match"] == "*")
        }
    }

    @Test func readsWithWhatIsKnownOfIt() async throws {
        let headers = [
            "ETag": "\"abc\"", "Content-Type": "image/png", "x-amz-meta-Owner": "u1", "Content-Range": "bytes 2-4/10",
            "Last-Modified": "Fri, 24 May 2013 00:00:00 GMT",
        ]
        try await with(.answer(206, headers, "cde")) { test, server in
            let object = try await test.s3.getObject(bucket: "b", key: "k", range: .bytes(2...4), ifNoneMatch: "\"x\"")
            #expect(object.body == Array("cde".utf8))
            #expect(object.info.eTag == "\"abc\"")
            #expect(object.info.contentRange == "bytes 2-4/10")
            #expect(object.info.headers.metadata == ["owner": "u1"])
            let request = try #require(server.requests.first)
            #expect(request["range"] == "bytes=2-4")
            #expect(request["if-none-match"] == "\"x\"")
        }
        #expect(S3Range.from(5).headerValue == "bytes=5-")
        #expect(S3Range.last(5).headerValue == "bytes=-5")
    }

    @Test(arguments: [
        (304, "", AWSError.Code.notModified), (412, "", .preconditionFailed), (416, "", .invalidRange),
        (404, "<Error><Code>NoSuchBucket</Code></Error>", .noSuchBucket), (403, "<broken", "Forbidden"),
        (500, "<html><body>oops</body></html>", "InternalFailure"), (404, "{}", .notFound),
    ])
    func errorsHaveTheirCodes(_ status: Int, _ body: String, _ code: AWSError.Code) async throws {
        try await with(.answer(status, [:], body)) { test, _ in
            do {
                _ = try await test.s3.getObject(bucket: "b", key: "k")
                Issue.record("no error")
            } catch code {
            } catch { Issue.record(error) }
        }
    }

    @Test func headTellsWhetherThereIsOne() async throws {
        try await with(.text("HTTP/1.1 404 Not Found\r\nContent-Length: 200\r\n\r\n")) { test, _ in
            let info = try await test.s3.headObject(bucket: "b", key: "k")
            #expect(info == nil)
        }
        try await with(.text("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nETag: \"e\"\r\n\r\n")) { test, server in
            let info = try await test.s3.headObject(bucket: "b", key: "k")
            #expect(info?.contentLength == 12345)
            #expect(server.requests.first?.method == "HEAD")
        }
    }

    @Test(arguments: [
        ("x-amz-checksum-crc32", "VbyAHQ==", true), ("x-amz-checksum-crc32", "AAAAAA==", false),
        ("x-amz-checksum-crc32c", "8TC/6w==", false),
        ("x-amz-checksum-sha256", "A5BYxvLAy0ksUxKtk+ntXIzw+nLLAgTbfG4fHxu6LMI=", false),
        ("x-amz-checksum-sha1", "cDeAcZilDkjexh6DYXPzTPV2YgM=", false), ("x-amz-checksum-crc32", "VbyAHQ==-3", true),
    ])
    func checksumsAreChecked(_ name: String, _ value: String, _ isRight: Bool) async throws {
        try await with(.answer(200, [name: value], [1, 2, 3])) { test, server in
            let stream = try await test.s3.streamObject(bucket: "b", key: "k")
            if isRight {
                #expect(try await test.s3.getObject(bucket: "b", key: "k").body == [1, 2, 3])
                #expect(try await stream.body.collect(limit: 10) == [1, 2, 3])
            } else {
                await #expect { try await test.s3.getObject(bucket: "b", key: "k") } throws: {
                    ($0 as? TransportError)?.kind == .corrupted
                }
                await #expect { try await stream.body.collect(limit: 10) } throws: {
                    ($0 as? TransportError)?.kind == .corrupted
                }
                // Once for the stream, three times for the whole: what came broken is asked for again.
                #expect(server.requests.count == 4)
            }
        }
    }

    @Test func listsPageAfterPage() async throws {
        let pages = [
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>
              <IsTruncated>true</IsTruncated><NextContinuationToken>t+/=</NextContinuationToken>
              <Contents><Key>a+b%2Bc%0A%C3%A9</Key><Size>12</Size><ETag>&quot;e1&quot;</ETag>
                <LastModified>2013-05-24T00:00:00.000Z</LastModified></Contents>
              <CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes>
            </ListBucketResult>
            """,
            "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>u</NextContinuationToken>"
                + "</ListBucketResult>",
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>z%20</Key></Contents></ListBucketResult>",
        ]
        try await FakeServer.with {
            [.answer(200, [:], pages[$0.number - 1])]
        } _: { server in
            let test = TestClient(port: server.port)
            let objects = try await test.s3.objects(bucket: "b", prefix: "a/ &").collect()
            #expect(objects.map(\.key) == ["a b+c\né", "z%20"])
            #expect(objects[0].size == 12)
            #expect(objects[0].eTag == "\"e1\"")
            #expect(
                server.requests.map(\.query) == [
                    "list-type=2&encoding-type=url&prefix=a%2F%20%26",
                    "list-type=2&encoding-type=url&prefix=a%2F%20%26&continuation-token=t%2B%2F%3D",
                    "list-type=2&encoding-type=url&prefix=a%2F%20%26&continuation-token=u",
                ])
            for request in server.requests { try request.verifySignature() }
        }
    }

    @Test func deletesAThousandAtATime() async throws {
        let body =
            "<DeleteResult><Error><Key>k&amp;1</Key><Code>AccessDenied</Code><Message>m</Message></Error></DeleteResult>"
        try await with(.answer(200, [:], body)) { test, server in
            let failures = try await test.s3.deleteObjects(bucket: "b", keys: (0..<1001).map { "k&\($0)" })
            #expect(failures.count == 2)
            #expect(failures.first == S3DeleteFailure(key: "k&1", code: .accessDenied, message: "m"))
            #expect(server.requests.count == 2)
            let request = try #require(server.requests.last)
            #expect(request.target == "/b?delete=")
            #expect(
                String(decoding: request.body, as: UTF8.self)
                    == "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>k&amp;1000</Key></Object>"
                    + "<Quiet>true</Quiet></Delete>")
            #expect(request["x-amz-checksum-crc32"] != nil)
        }
    }

    @Test func anErrorWithinASuccessIsAnError() async throws {
        let error = "<Error><Code>InternalError</Code><Message>m</Message></Error>"
        try await with(.answer(200, [:], error)) { test, server in
            await #expect { try await test.s3.copyObject(from: ("b", "ä b"), to: ("b", "c")) } throws: {
                ($0 as? AWSError)?.code == "InternalError"
            }
            #expect(server.requests.count == 3)
            #expect(server.requests.first?["x-amz-copy-source"] == "b/%C3%A4%20b")
        }
    }

    @Test func uploadsInParts() async throws {
        try await FakeServer.with { request in
            switch (request.method, request.query) {
            case ("POST", "uploads="):
                [
                    .answer(
                        200, [:],
                        "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></InitiateMultipartUploadResult>")
                ]
            case ("PUT", _): [.answer(200, ["ETag": "\"p\"", "x-amz-checksum-crc32": "AAAAAA=="])]
            case ("POST", _):
                [
                    .answer(
                        200, [:], "<CompleteMultipartUploadResult><ETag>\"w-1\"</ETag></CompleteMultipartUploadResult>")
                ]
            case ("DELETE", _): [.answer(204)]
            default:
                [
                    .answer(
                        200, [:],
                        "<ListMultipartUploadsResult><Upload><Key>k</Key><UploadId>u</UploadId></Upload></ListMultipartUploadsResult>"
                    )
                ]
            }
        } _: { server in
            let s3 = TestClient(port: server.port).s3
            let identifier = try await s3.createMultipartUpload(bucket: "b", key: "k")
            #expect(identifier == "u/1")
            let part = try await s3.uploadPart(
                bucket: "b", key: "k", uploadID: identifier, number: 1, body: .bytes([1]))
            #expect(part == S3UploadedPart(number: 1, eTag: "\"p\"", crc32: "AAAAAA=="))
            let stored = try await s3.completeMultipartUpload(
                bucket: "b", key: "k", uploadID: identifier, parts: [part])
            #expect(stored.eTag == "\"w-1\"")
            try await s3.abortMultipartUpload(bucket: "b", key: "k", uploadID: identifier)
            #expect(try await s3.multipartUploads(bucket: "b").collect().map(\.uploadID) == ["u"])
            #expect(server.requests[1].query == "partNumber=1&uploadId=u%2F1")
            #expect(
                String(decoding: server.requests[2].body, as: UTF8.self).contains(
                    "<Part><PartNumber>1</PartNumber><ETag>&quot;p&quot;</ETag><ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part>"
                ))
        }
    }

    @Test func presignedURLsHold() throws {
        let test = TestClient(port: 4566)
        let url = try test.s3.presignPut(bucket: "b", key: "ä/k", contentType: "image/png", lifetime: .seconds(600))
        let start = "http://127.0.0.1:4566/b/%C3%A4/k?"
        #expect(url.hasPrefix(start))
        let request = SignableRequest(
            method: "PUT", path: "/b/%C3%A4/k", query: String(url.dropFirst(start.count)),
            headers: [("Host", "127.0.0.1:4566"), ("Content-Type", "image/png")])
        let signature = try #require(try SignatureV4.parse(request))
        #expect(signature.signedHeaders == ["content-type", "host"])
        try signature.verify(
            request, secretAccessKey: TestClient.credentials.secretAccessKey,
            now: SigningDate(secondsSinceEpoch: 1_440_938_160 + 600))
    }

    @Test(arguments: [
        ("pictures", "https://pictures.s3.eu-west-1.amazonaws.com/a%20b?"),
        ("with.dots", "https://s3.eu-west-1.amazonaws.com/with.dots/a%20b?"),
        ("Capitals", "https://s3.eu-west-1.amazonaws.com/Capitals/a%20b?"),
    ])
    func onAmazonBucketsStandInTheHost(_ bucket: String, _ start: String) throws {
        let client = AWSClient(
            configuration: AWSConfiguration(region: "eu-west-1", credentials: TestClient.credentials))
        let url = try S3Client(client).presignGet(bucket: bucket, key: "a b", lifetime: .seconds(60))
        #expect(url.hasPrefix(start))
    }
}
