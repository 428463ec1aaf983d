import CloudCore
import NIOHTTP1
import Testing

@testable import CloudS3

@Suite struct AddressTests {
    @Test(arguments: [
        ("localhost:4566", "/b/k", "b", "k"), ("127.0.0.1:4566", "/b/k/l", "b", "k/l"),
        ("[::1]:4566", "/b/k", "b", "k"),
        ("s3.localhost:4566", "/b/k", "b", "k"), ("b.s3.localhost:4566", "/k", "b", "k"),
        ("b.localhost:4566", "/k/l", "b", "k/l"), ("a.b.s3.localhost", "/k", "a.b", "k"), ("B.localhost", "/", "b", ""),
        ("b.localhost.", "/k", "b", "k"), ("s3.amazonaws.com", "/b/k", "b", "k"),
        ("b.s3.amazonaws.com", "/k", "b", "k"), ("b.s3.eu-west-1.amazonaws.com", "/k", "b", "k"),
        ("b.s3-eu-west-1.amazonaws.com", "/k", "b", "k"), ("s3.eu-west-1.amazonaws.com", "/b/k", "b", "k"),
        ("b.s3.dualstack.eu-west-1.amazonaws.com", "/k", "b", "k"),
        ("x.s3.y.s3.eu-west-1.amazonaws.com", "/k", "x.s3.y", "k"),
        ("b.s3.cn-north-1.amazonaws.com.cn", "/k", "b", "k"), ("192.168.1.5:80", "/b/k", "b", "k"),
        ("elsewhere.example", "/b/k", "b", "k"), ("localhost", "/", "", ""), ("localhost", "/b", "b", ""),
        ("localhost", "/b/", "b", ""), ("localhost", "/b//", "b", "/"), ("b.localhost", "//k", "b", "/k"),
        ("localhost", "", "", ""),
    ])
    func hostsAndPathsNameBucketsAndKeys(_ host: String, _ path: String, _ bucket: String, _ key: String) throws {
        let address = try S3Address(host: host, path: path, endpointHosts: S3Service.defaultEndpointHosts)
        #expect(address.bucket == bucket)
        #expect(address.key.text == key)
    }

    @Test func bothStylesReachTheSameObject() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        await s3.put("/a/b", "content", ["Host": "pictures.s3.localhost:4566"])
        #expect(await s3.send("GET", "/pictures/a/b", ["Host": "localhost:4566"]).text == "content")
        #expect(await s3.send("GET", "/?list-type=2", ["Host": "pictures.localhost"]).keys == ["a/b"])
    }
}

@Suite struct RouteTests {
    @Test func everyOperationHasARoute() {
        let routed = Set(S3Route.table.map(\.operation))
        #expect(Set(S3Operation.allCases) == routed)
    }

    /// What stands first must not hide what stands behind it.
    @Test func everyRouteIsReachable() {
        for route in S3Route.table {
            let query = QueryItems(parsing: route.query.joined(separator: "&"))
            var headers = HTTPHeaders()
            for name in route.headers { headers.add(name: name, value: "x") }
            let found = S3Route.operation(method: route.method, scope: route.scope, query: query, headers: headers)
            #expect(found == route.operation)
        }
    }

    @Test(arguments: [
        ("GET", "/", "ListBuckets"), ("GET", "/b", "ListObjects"), ("GET", "/b?list-type=2", "ListObjectsV2"),
        ("GET", "/b?list-type=1", "ListObjects"), ("GET", "/b?prefix=uploads", "ListObjects"),
        ("GET", "/b?uploads", "ListMultipartUploads"), ("GET", "/b/k?uploadId=1", "ListParts"),
        ("PUT", "/b/k?partNumber=1&uploadId=2", "UploadPart"), ("POST", "/b/k?uploads", "CreateMultipartUpload"),
        ("POST", "/b/k?uploadId=1", "CompleteMultipartUpload"), ("DELETE", "/b/k?uploadId=1", "AbortMultipartUpload"),
        ("POST", "/b?delete", "DeleteObjects"), ("GET", "/b?analytics", "ListBucketAnalyticsConfigurations"),
        ("GET", "/b?analytics&id=1", "GetBucketAnalyticsConfiguration"), ("GET", "/b/k?x-id=GetObject", "GetObject"),
        ("PUT", "/b/k?tagging", "PutObjectTagging"), ("PUT", "/b?tagging=", "PutBucketTagging"),
        ("OPTIONS", "/b/k", "PreflightObject"), ("HEAD", "/b", "HeadBucket"),
    ])
    func requestsFindTheirOperation(_ method: String, _ target: String, _ name: String) throws {
        let request = try S3Request(
            CloudRequest(method: method, target: target), call: ServiceCall(requestID: "R"),
            endpointHosts: S3Service.defaultEndpointHosts)
        #expect(request.operation.rawValue == name)
    }

    @Test func whatIsNotThereIsNamed() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let answer = await s3.send("GET", "/pictures?replication")
        #expect(answer.status == 501)
        #expect(answer.code == "NotImplemented")
        #expect(answer.document?.text(of: "Operation") == "GetBucketReplication")
        let unknown = await s3.send("PATCH", "/pictures/a")
        #expect(unknown.status == 405)
        #expect(unknown.code == "MethodNotAllowed")
        #expect(await s3.send("DELETE", "/").status == 405)
    }

    @Test func everyErrorHasAStatusOfItsKind() {
        for code in S3ErrorCode.allCases {
            #expect((400..<600).contains(code.status))
            #expect(!code.message.isEmpty)
            #expect(ServiceError.s3(code).code == code.rawValue)
        }
    }
}
