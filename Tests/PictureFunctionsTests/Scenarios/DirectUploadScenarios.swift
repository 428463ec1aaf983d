import JSONValue
import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

/// Uploads past the functions on a cloud.
@Suite(.onACloud) struct DirectUploadScenarios {
    private func begin(_ client: FunctionClient, _ bytes: Int) async throws -> JSONValue {
        let answer = try await client.send(
            "POST", "/pictures/uploads", json: ["key": "large", "bytes": JSONValue(bytes), "fileName": "large.png"])
        #expect(answer.status == 201)
        return answer.json
    }

    /// Sends bytes as whoever holds the address would.
    private func send(_ bytes: [UInt8], to ticket: JSONValue, _ cloud: Cloud) async throws {
        let url = try #require(ticket["url"]?.string)
        let parts = url.split(separator: "?", maxSplits: 1).map(String.init)
        let endpoint = try #require(cloud.aws.configuration.endpoint)
        let transport = HTTPTransport(options: TransportOptions(), certificateBundle: nil)
        let path = String(parts[0].dropFirst("http://\(endpoint.authority)".count))
        let request = HTTPRequest(
            method: "PUT", endpoint: endpoint, path: path, query: parts[1],
            headers: [("Host", endpoint.authority)], body: .bytes(bytes), isRepeatable: true)
        let answer = try await transport.collect(
            request, limit: 65_536, limits: TransferLimits(timeout: .seconds(10), stallTimeout: .seconds(10)))
        #expect(answer.head.status == 200)
    }

    @Test func storeWhatIsTooLargeForARequest() async throws {
        let cloud = try await Cloud()
        let client = try await cloud.member("ada")
        let picture = TestPictures.png(1, padding: 7_000_000)
        let ticket = try await begin(client, picture.count)
        let complete = try #require(ticket["complete"]?.string)
        let early = try await client.send("POST", complete)
        #expect(early.status == 404)
        #expect(early.errorCode == "NothingUploaded")
        try await send(picture, to: ticket, cloud)
        #expect(try await client.send("GET", "/pictures/large").status == 404)
        let stored = try await client.send("POST", complete)
        #expect(stored.status == 201, "\(stored.json.text())")
        #expect(stored.json["bytes"]?.int == picture.count)
        #expect(stored.json["fileName"] == "large.png")
        let objects = try await cloud.objects()
        #expect(objects.count == 1)
        #expect(objects.first?.hasPrefix("pictures/") == true)
        #expect(try await client.send("GET", "/pictures/large").status == 307)
        #expect(try await client.send("POST", complete).status == 404)
    }

    @Test func cannotBeChangedAfterwards() async throws {
        let cloud = try await Cloud()
        let client = try await cloud.member("ada")
        let picture = TestPictures.png(1)
        let ticket = try await begin(client, picture.count)
        try await send(picture, to: ticket, cloud)
        #expect(try await client.send("POST", try #require(ticket["complete"]?.string)).status == 201)
        try await send(TestPictures.png(2), to: ticket, cloud)
        #expect(try await client.send("GET", "/pictures/large").body == picture)
    }

    @Test func areRefusedAndClearedAway() async throws {
        let cloud = try await Cloud { $0.limits.byteCount = 10_000 }
        let client = try await cloud.member("ada")
        let cases: [([UInt8], Int?, Int, String)] = [
            (Array("hello, world".utf8), nil, 415, "NotAPicture"),
            (Array(TestPictures.png().dropLast(3)), nil, 422, "TruncatedPicture"),
            (TestPictures.png(1, padding: 20_000), 500, 413, "PictureTooLarge"),
            (TestPictures.png(1), 500, 409, "IncompleteUpload"),
        ]
        for (bytes, said, status, code) in cases {
            let ticket = try await begin(client, said ?? bytes.count)
            try await send(bytes, to: ticket, cloud)
            let answer = try await client.send("POST", try #require(ticket["complete"]?.string))
            #expect(answer.status == status)
            #expect(answer.errorCode == code)
        }
        // The incomplete one may yet be completed.
        #expect(try await cloud.objects().filter { $0.hasPrefix("pictures/") }.isEmpty)
        #expect(try await cloud.objects().count == 1)
        let tooLarge = try await client.send("POST", "/pictures/uploads", json: ["key": "large", "bytes": 10_001])
        #expect(tooLarge.status == 413)
        #expect(tooLarge.errorMessage == "The picture has 10,001 bytes: 1 over the limit of 10,000.")
    }

    @Test func areTheirOwnersAlone() async throws {
        let cloud = try await Cloud()
        let ada = try await cloud.member("ada")
        let eve = try await cloud.member("eve")
        let ticket = try await begin(ada, 100)
        let answer = try await eve.send("POST", try #require(ticket["complete"]?.string))
        #expect(answer.status == 404)
        #expect(answer.errorCode == "UnknownUpload")
    }
}
