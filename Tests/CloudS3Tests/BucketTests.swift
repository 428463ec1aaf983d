import CloudCore
import Testing

@testable import CloudS3

@Suite struct BucketTests {
    @Test func bucketsAreMadeListedAndDeleted() async throws {
        let s3 = try await LocalS3(bucket: nil)
        defer { s3.close() }
        #expect(await s3.send("PUT", "/one-bucket").status == 200)
        #expect(await s3.send("PUT", "/another.bucket").status == 200)
        let list = await s3.send("GET", "/")
        #expect(
            list.document?["Buckets"]?.all("Bucket").map { $0.text(of: "Name") } == ["another.bucket", "one-bucket"])
        #expect(list.document?["Buckets"]?["Bucket"]?.text(of: "CreationDate") == "2026-03-01T12:00:00.000Z")
        #expect(await s3.send("HEAD", "/one-bucket")["x-amz-bucket-region"] == "us-east-1")
        await s3.put("/one-bucket/key", "content")
        let refused = await s3.send("DELETE", "/one-bucket")
        #expect(refused.status == 409)
        #expect(refused.code == "BucketNotEmpty")
        #expect(await s3.send("DELETE", "/one-bucket/key").status == 204)
        #expect(await s3.send("DELETE", "/one-bucket").status == 204)
        #expect(await s3.send("HEAD", "/one-bucket").status == 404)
        let missing = await s3.send("GET", "/one-bucket")
        #expect(missing.code == "NoSuchBucket")
        #expect(missing.document?.text(of: "BucketName") == "one-bucket")
        #expect(missing.document?.text(of: "RequestId") == "REQUEST")
        #expect(missing["x-amz-request-id"] == "REQUEST")
        #expect(missing["x-amz-id-2"]?.isEmpty == false)
        #expect(service(s3) == ["another.bucket"])
    }

    private func service(_ s3: LocalS3) -> [String] { s3.service.bucketNames }

    @Test func bucketsArePagedAndFiltered() async throws {
        let s3 = try await LocalS3(bucket: nil)
        defer { s3.close() }
        for name in ["aaa", "bbb-1", "bbb-2", "ccc"] { try await s3.service.createBucketIfMissing(name) }
        let first = await s3.send("GET", "/?max-buckets=2")
        #expect(first.document?["Buckets"]?.all("Bucket").map { $0.text(of: "Name") } == ["aaa", "bbb-1"])
        let token = try #require(first.document?.text(of: "ContinuationToken"))
        let second = await s3.send("GET", "/?max-buckets=2&continuation-token=\(token)")
        #expect(second.document?["Buckets"]?.all("Bucket").map { $0.text(of: "Name") } == ["bbb-2", "ccc"])
        #expect(second.document?["ContinuationToken"] == nil)
        let filtered = await s3.send("GET", "/?prefix=bbb")
        #expect(filtered.document?["Buckets"]?.all("Bucket").count == 2)
    }

    @Test(arguments: [
        ("abc", true), ("a.b-c1", true), ("ab", false), ("Abc", false), ("a_b", false), ("-abc", false),
        ("abc-", false), ("a..b", false), ("192.168.1.1", false), ("xn--abc", false), ("abc-s3alias", false),
        (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false), ("1.2.3", true),
        ("bücket", false),
    ])
    func namesKeepTheRules(_ name: String, _ isValid: Bool) {
        #expect(BucketName.isValid(name) == isValid)
    }

    @Test(
        arguments: [
            (nil, "us-east-1", "us-east-1"), ("eu-west-1", "us-east-1", "eu-west-1"), ("EU", "us-east-1", "eu-west-1"),
            ("eu-central-1", "eu-central-1", "eu-central-1"), (nil, "eu-central-1", nil),
            ("us-east-1", "us-east-1", nil),
            ("eu-west-1", "eu-central-1", nil), ("nowhere", "us-east-1", nil),
        ] as [(String?, String, String?)])
    func regionsFollowTheConstraint(_ constraint: String?, _ endpoint: String, _ region: String?) {
        #expect((try? S3Service.region(constraint: constraint, endpoint: endpoint)) == region)
    }

    @Test func aBucketTellsItsLocation() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let body =
            "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint>"
            + "</CreateBucketConfiguration>"
        #expect(await s3.send("PUT", "/far-away", text: body).status == 200)
        #expect(await s3.send("GET", "/far-away?location").document?.text == "eu-west-1")
        #expect(
            await s3.send("GET", "/pictures?location").document
                == XMLElement(
                    "LocationConstraint", attributes: ["xmlns": S3Service.namespace]))
        let again = await s3.send(
            "PUT", "/far-away", text: body, call: ServiceCall(requestID: "R", region: "eu-west-1"))
        #expect(again.code == "BucketAlreadyOwnedByYou")
        #expect(await s3.send("PUT", "/far-away").status == 200)
        #expect(await s3.send("PUT", "/far-away", text: "<a/>").code == "MalformedXML")
        #expect(await s3.send("PUT", "/No").code == "InvalidBucketName")
    }

    @Test func configurationsComeBackAsTheyWerePut() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        // Notifications come back with what S3 adds to them: NotificationTests.
        for configuration in BucketConfiguration.table where configuration.kind != "notification" {
            let kind = configuration.kind
            let before = await s3.send("GET", "/pictures?\(kind)")
            switch configuration.fallback {
            case .error(let code): #expect(before.code == code.rawValue, "\(kind)")
            case .empty, .path: #expect(before.document?.name == configuration.root, "\(kind)")
            }
            let root = configuration.root
            let inside =
                switch kind {
                case "tagging": "<TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet>"
                case "cors":
                    "<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule>"
                default: "<!-- as it is --><Any>thing</Any>"
                }
            let text = root.map { "<\($0)>\(inside)</\($0)>" } ?? "{\"Version\": \"2012-10-17\"}"
            #expect(await s3.send("PUT", "/pictures?\(kind)", text: "<Other/>").status == 400, "\(kind)")
            let put = await s3.send("PUT", "/pictures?\(kind)", text: text)
            #expect(put.status == configuration.putStatus, "\(kind) \(put.text)")
            #expect(await s3.send("GET", "/pictures?\(kind)").text == text, "\(kind)")
            guard configuration.delete != nil else { continue }
            #expect(await s3.send("DELETE", "/pictures?\(kind)").status == 204, "\(kind)")
            #expect(await s3.send("GET", "/pictures?\(kind)").text != text, "\(kind)")
        }
        #expect(await s3.send("GET", "/pictures?versioning").document?.children == [])
        #expect(await s3.send("GET", "/pictures?acl").document?["Owner"] != nil)
        #expect(await s3.send("GET", "/elsewhere?cors").code == "NoSuchBucket")
    }
}
