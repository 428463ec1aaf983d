import Digests
import JSONValue
import Pictures
import Testing

@testable import PictureFunctions

/// Pictures on a cloud.
@Suite(.onACloud) struct PictureScenarios {
    @Test func goUpAndComeBack() async throws {
        let cloud = try await Cloud()
        let client = try await cloud.member("ada")
        let picture = TestPictures.png(1, padding: 100_000)
        let stored = try await client.upload(picture, key: "cats/tom 1.png", fileName: "C:\\Tom.png")
        #expect(stored.status == 201)
        #expect(stored["location"] == "/pictures/cats/tom%201.png")
        let digest = Hex.encode(Digest.of(picture, .sha256))
        #expect(stored["etag"] == "\"\(digest)\"")
        for (name, value) in [
            "key": "cats/tom 1.png", "contentType": "image/png", "bytes": JSONValue(picture.count),
            "sha256": .string(digest), "width": 1, "height": 1, "fileName": "Tom.png", "state": "queued",
            "replaced": false, "labels": [],
        ] as [String: JSONValue] {
            #expect(stored.json[name] == value, "\(name)")
        }

        let back = try await client.send("GET", "/pictures/cats/tom%201.png")
        #expect(back.status == 200)
        #expect(back.body == picture)
        #expect(back["content-type"] == "image/png")
        #expect(back["x-cache"] == "MISS")
        #expect(back["etag"] == stored["etag"])
        #expect(back["cache-control"] == "private, no-cache")
        #expect(back["content-disposition"]?.contains("Tom.png") == true)
        let again = try await client.send("GET", "/pictures/cats%2Ftom%201.png")
        #expect(again["x-cache"] == "HIT")
        #expect(again.body == picture)

        let details = try await client.send("GET", "/details/cats/tom%201.png")
        #expect(details.json["sha256"]?.string == digest)
        let known = try await client.send(
            "GET", "/pictures/cats/tom%201.png", headers: ["if-none-match": "\"x\", \"\(digest)\""])
        #expect(known.status == 304)
        #expect(known.body.isEmpty)
        let head = try await client.send("HEAD", "/pictures/cats/tom%201.png")
        #expect(head.status == 200)
        #expect(head["content-length"] == String(picture.count))
        #expect(head.body.isEmpty)
    }

    @Test func areGivenInRanges() async throws {
        let client = try await Cloud().member("ada")
        let picture = TestPictures.png(2, padding: 5_000)
        _ = try await client.send("PUT", "/pictures/cat", body: picture)
        let size = picture.count
        for (field, range) in [("bytes=0-9", 0..<10), ("bytes=100-", 100..<size), ("bytes=-20", (size - 20)..<size)] {
            let part = try await client.send("GET", "/pictures/cat", headers: ["range": field])
            #expect(part.status == 206)
            #expect(part.body == Array(picture[range]))
            #expect(part["content-range"] == "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)")
        }
        let outside = try await client.send("GET", "/pictures/cat", headers: ["range": "bytes=999999-"])
        #expect(outside.status == 416)
        #expect(outside["content-range"] == "bytes */\(size)")
        let changed = try await client.send(
            "GET", "/pictures/cat", headers: ["range": "bytes=0-9", "if-range": "\"other\""])
        #expect(changed.status == 200)
        #expect(changed.body == picture)
    }

    @Test func giveWayToAnother() async throws {
        let cloud = try await Cloud()
        let client = try await cloud.member("ada")
        let (first, second) = (TestPictures.png(1), TestPictures.png(2))
        #expect(try await client.upload(first, key: "cat").status == 201)
        #expect(try await client.send("GET", "/pictures/cat").body == first)
        let replaced = try await client.upload(second, key: "cat")
        #expect(replaced.status == 200)
        #expect(replaced.json["replaced"]?.bool == true)
        // Neither the cache nor the bucket has anything of the old one left.
        #expect(try await client.send("GET", "/pictures/cat").body == second)
        let objects = try await cloud.objects()
        #expect(objects.count == 1)
        #expect(try await cloud.referencedObjects() == objects)
    }

    @Test func remainWholeWhoeverUploadsAtOnce() async throws {
        let cloud = try await Cloud()
        let client = try await cloud.member("ada")
        let pictures = (0..<12).map { TestPictures.png($0, padding: 3_000 * $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for picture in pictures {
                group.addTask {
                    let answer = try await client.upload(picture, key: "cat")
                    #expect([200, 201].contains(answer.status), "\(answer.json.text())")
                }
            }
            try await group.waitForAll()
        }
        let left = try await client.send("GET", "/pictures/cat")
        #expect(pictures.contains(left.body))
        let objects = try await cloud.objects()
        #expect(objects.count == 1)
        #expect(try await cloud.referencedObjects() == objects)
    }

    @Test func areStoredTwiceAndSaidToBeTheSame() async throws {
        let client = try await Cloud().member("ada")
        let picture = TestPictures.png(7)
        #expect(try await client.upload(picture, key: "one").json["duplicateOf"] == nil)
        #expect(try await client.upload(picture, key: "two").json["duplicateOf"] == "one")
        #expect(try await client.upload(picture, key: "three").json["duplicateOf"] == "one")
        #expect(try await client.send("GET", "/pictures/two").body == picture)
    }

    @Test func areTakenOnCondition() async throws {
        let client = try await Cloud().member("ada")
        let (first, second) = (TestPictures.png(1), TestPictures.png(2))
        let free = ["if-none-match": "*"]
        let stored = try await client.send("PUT", "/pictures/cat", headers: free, body: first)
        #expect(stored.status == 201)
        let taken = try await client.send("PUT", "/pictures/cat", headers: free, body: second)
        #expect(taken.status == 412)
        #expect(taken.errorCode == "PreconditionFailed")
        let tag = try #require(stored["etag"])
        #expect(
            try await client.send("PUT", "/pictures/cat", headers: ["if-match": "\"x\""], body: second).status == 412)
        #expect(try await client.send("PUT", "/pictures/dog", headers: ["if-match": tag], body: second).status == 412)
        #expect(try await client.send("PUT", "/pictures/cat", headers: ["if-match": tag], body: second).status == 200)
    }

    @Test func areTheirOwnersAlone() async throws {
        let cloud = try await Cloud()
        let ada = try await cloud.member("ada")
        let eve = try await cloud.member("eve")
        let picture = TestPictures.png(1)
        _ = try await ada.upload(picture, key: "cat")
        for method in ["GET", "DELETE"] {
            let answer = try await eve.send(method, "/pictures/cat")
            #expect(answer.status == 404)
            #expect(answer.errorMessage == "Unknown key")
        }
        #expect(try await eve.send("GET", "/pictures").json["pictures"] == [])
        let own = try await eve.upload(picture, key: "cat")
        #expect(own.status == 201)
        #expect(own.json["duplicateOf"] == nil)
        #expect(try await eve.send("DELETE", "/pictures/cat").status == 204)
        #expect(try await ada.send("GET", "/pictures/cat").body == picture)
    }

    @Test func goOneManyAndAll() async throws {
        let cloud = try await Cloud()
        let client = try await cloud.member("ada")
        for number in 0..<25 { _ = try await client.upload(TestPictures.png(number), key: "k\(number)") }
        #expect(try await client.send("DELETE", "/pictures/k0").status == 204)
        #expect(try await client.send("DELETE", "/pictures/k0").status == 404)
        let many = try await client.send("POST", "/pictures/delete", json: ["keys": ["k1", "k2", "nothing", "k2"]])
        #expect(many.json == ["deleted": 2, "unknown": ["nothing"], "complete": true])
        #expect(try await cloud.objects().count == 22)
        let all = try await client.send(
            "POST", "/pictures/delete", json: ["all": true, "confirm": .string(DeleteFunction.confirmation)])
        #expect(all.json == ["deleted": 22, "unknown": [], "complete": true])
        #expect(try await cloud.objects().isEmpty)
        #expect(try await client.send("GET", "/pictures").json["pictures"] == [])
    }

    @Test func thatAreTooLargeForAnAnswerAreSomewhereElse() async throws {
        let cloud = try await Cloud { $0.answerByteCount = 1_000 }
        let client = try await cloud.member("ada")
        let picture = TestPictures.png(1, padding: 5_000)
        _ = try await client.upload(picture, key: "cat")
        let answer = try await client.send("GET", "/pictures/cat")
        #expect(answer.status == 307)
        #expect(answer["location"]?.contains("X-Amz-Signature=") == true)
        let part = try await client.send("GET", "/pictures/cat", headers: ["range": "bytes=10-509"])
        #expect(part.status == 206)
        #expect(part.body == Array(picture[10...509]))
        #expect(try await client.send("HEAD", "/pictures/cat").status == 200)
    }
}
