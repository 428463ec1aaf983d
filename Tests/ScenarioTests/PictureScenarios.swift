import DarkroomTesting
import Digests
import JSONValue
import Testing

@Suite struct PictureScenarios {
    @Test(arguments: Way.allCases) func goUpComeBackAndGo(_ way: Way) async throws {
        try await way.run { visitor in
            let ada = try await visitor.member("ada")
            let picture = Picture.png(1, padding: 100_000)
            let digest = Hex.encode(Digest.of(picture, .sha256))
            let stored = try await ada.upload(picture, key: "cats/tom 1.png")
            #expect(stored.status == 201)
            #expect(stored["location"] == "/pictures/cats/tom%201.png")
            #expect(stored.json["sha256"]?.string == digest)

            let back = try await ada.send(.get, "/pictures/cats/tom%201.png")
            #expect(back.status == 200)
            #expect(back.body == picture)
            #expect(back["content-type"] == "image/png")
            #expect(back["x-cache"] == "MISS")
            #expect(back["etag"] == "\"\(digest)\"")
            let again = try await ada.send(.get, "/pictures/cats/tom%201.png")
            #expect(again["x-cache"] == "HIT")
            #expect(again.body == picture)
            let known = try await ada.send(
                .get, "/pictures/cats/tom%201.png", headers: ["if-none-match": "\"\(digest)\""])
            #expect(known.status == 304)
            #expect(known.body.isEmpty)
            let part = try await ada.send(.get, "/pictures/cats/tom%201.png", headers: ["range": "bytes=10-19"])
            #expect(part.status == 206)
            #expect(part.body == Array(picture[10...19]))
            #expect(try await ada.send(.get, "/details/cats/tom%201.png").json["bytes"]?.int == picture.count)
            #expect(try await ada.keys() == ["cats/tom 1.png"])

            // What the service says is what is stored.
            let rows = try await visitor.cloud.items(in: "PicturesTable")
            let objects = try await visitor.cloud.objects(in: "PicturesBucket")
            #expect(rows.compactMap { $0["object"]?.string } == objects)
            #expect(try await visitor.cloud.object(#require(objects.first), in: "PicturesBucket") == picture)

            #expect(try await ada.send(.delete, "/pictures/cats/tom%201.png").status == 204)
            #expect(try await ada.send(.get, "/pictures/cats/tom%201.png").status == 404)
            #expect(try await visitor.cloud.items(in: "PicturesTable").isEmpty)
            #expect(try await visitor.cloud.objects(in: "PicturesBucket").isEmpty)
        }
    }

    @Test(arguments: Way.allCases) func areListedInPages(_ way: Way) async throws {
        try await way.run { visitor in
            let ada = try await visitor.member("ada")
            for number in 0..<5 {
                let key = "k\(number)"
                #expect(try await ada.send(.put, "/pictures/\(key)", body: Picture.png(number)).status == 201)
            }
            var keys: [String] = []
            var cursor = ""
            for _ in 0..<3 {
                let page = try await ada.send(.get, "/pictures?order=key&limit=2\(cursor)").json
                keys += page["pictures"]?.array?.compactMap { $0["key"]?.string } ?? []
                cursor = page["next"]?.string.map { "&cursor=\($0)" } ?? ""
            }
            #expect(keys == ["k0", "k1", "k2", "k3", "k4"])
            #expect(cursor.isEmpty)
            #expect(try await ada.keys() == keys.reversed())
            let deleted = try await ada.send(.post, "/pictures/delete", json: ["keys": ["k1", "k3", "nothing"]])
            #expect(deleted.json == ["deleted": 2, "unknown": ["nothing"], "complete": true])
            #expect(try await ada.keys() == ["k4", "k2", "k0"])
        }
    }

    @Test(arguments: Way.allCases) func areTheirOwnersAlone(_ way: Way) async throws {
        try await way.run { visitor in
            let ada = try await visitor.member("ada")
            let eve = try await visitor.member("eve")
            let (hers, other) = (Picture.png(1), Picture.png(2))
            #expect(try await ada.upload(hers, key: "cat").status == 201)
            for method in [HTTPMethod.get, .delete] {
                #expect(try await eve.send(method, "/pictures/cat").errorCode == "UnknownKey")
            }
            #expect(try await eve.keys().isEmpty)
            #expect(try await eve.upload(other, key: "cat").status == 201)
            #expect(try await ada.send(.get, "/pictures/cat").body == hers)
            #expect(try await eve.send(.get, "/pictures/cat").body == other)
            #expect(try await eve.send(.delete, "/pictures/cat").status == 204)
            #expect(try await ada.keys() == ["cat"])
        }
    }

    @Test(arguments: Way.allCases) func remainWholeWhoeverUploadsAtOnce(_ way: Way) async throws {
        try await way.run { visitor in
            let ada = try await visitor.member("ada")
            let pictures = (0..<8).map { Picture.png($0, padding: 3_000 * $0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for picture in pictures {
                    group.addTask {
                        let answer = try await ada.upload(picture, key: "cat")
                        #expect([200, 201].contains(answer.status), "\(answer.text)")
                    }
                }
                try await group.waitForAll()
            }
            let left = try await ada.send(.get, "/pictures/cat").body
            #expect(pictures.contains(left))
            let objects = try await visitor.cloud.objects(in: "PicturesBucket")
            #expect(objects.count == 1)
            let rows = try await visitor.cloud.items(in: "PicturesTable")
            #expect(rows.compactMap { $0["object"]?.string } == objects)
        }
    }

    @Test(arguments: Way.allCases) func goPastTheFunctionsWhereTheyAreLarge(_ way: Way) async throws {
        try await way.run { visitor in
            let ada = try await visitor.member("ada")
            let picture = Picture.png(1, padding: 7_000_000)
            let ticket = try await ada.send(
                .post, "/pictures/uploads", json: ["key": "large", "bytes": JSONValue(picture.count)])
            #expect(ticket.status == 201)
            let url = try #require(ticket.json["url"]?.string)
            #expect(try await visitor.cloud.request(.put, url: url, body: picture).status == 200)
            let complete = try #require(ticket.json["complete"]?.string)
            #expect(try await ada.send(.post, complete).status == 201)
            let elsewhere = try await ada.send(.get, "/pictures/large")
            #expect(elsewhere.status == 307)
            let location = try #require(elsewhere["location"])
            #expect(try await visitor.cloud.request(.get, url: location).body == picture)
        }
    }

    @Test(arguments: Way.allCases) func areRefusedWhereTheyAreNone(_ way: Way) async throws {
        try await way.run { visitor in
            let ada = try await visitor.member("ada")
            let cases: [(key: String, body: [UInt8], status: Int, code: String)] = [
                ("cat", Array("hello, world".utf8), 415, "NotAPicture"),
                ("cat", Array(Picture.png().dropLast(3)), 422, "TruncatedPicture"),
                ("k%C3%A4se", Picture.png(), 400, "InvalidKey"), ("a%5Cb", Picture.png(), 400, "InvalidKey"),
                (String(repeating: "k", count: 257), Picture.png(), 400, "InvalidKey"),
            ]
            for (key, body, status, code) in cases {
                let answer = try await ada.send(.put, "/pictures/\(key)", body: body)
                #expect(answer.status == status, "\(code)")
                #expect(answer.errorCode == code)
            }
            let form = ["content-type": "multipart/form-data; boundary=XX"]
            let broken = try await ada.send(.post, "/pictures", headers: form, body: Array("--XX\r\n".utf8))
            #expect(broken.status == 400)
            #expect(broken.errorCode == "InvalidMultipart")
            #expect(try await ada.send(.get, "/pictures?limit=x").errorCode == "InvalidParameter")
            #expect(try await ada.keys().isEmpty)
            #expect(try await visitor.cloud.objects(in: "PicturesBucket").isEmpty)
        }
    }
}
