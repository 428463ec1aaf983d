import AWSClient
import JSONValue
import Pictures
import Testing

@testable import PictureFunctions

/// Listings on a cloud.
@Suite(.onACloud) struct ListScenarios {
    /// All pages of a listing, each no longer than asked for.
    private func keys(_ client: FunctionClient, _ query: String, limit: Int) async throws -> [String] {
        var keys: [String] = []
        var cursor = ""
        for _ in 0..<100 {
            let answer = try await client.send("GET", "/pictures", query: "limit=\(limit)&\(query)\(cursor)")
            #expect(answer.status == 200, "\(answer.json.text())")
            let page = (answer.json["pictures"]?.array ?? []).compactMap { $0["key"]?.string }
            #expect(page.count <= limit)
            keys += page
            guard let next = answer.json["next"]?.string else { return keys }
            cursor = "&cursor=\(next)"
        }
        Issue.record("the listing has no end")
        return keys
    }

    @Test func comesInPagesInEitherOrder() async throws {
        let client = try await Cloud().member("ada")
        let names = ["m", "a/1", "z", "a/2", "b", "a/10", "c"]
        for (number, name) in names.enumerated() { _ = try await client.upload(TestPictures.png(number), key: name) }
        for limit in [1, 2, 3, 7, 8, 200] {
            #expect(try await keys(client, "order=key", limit: limit) == names.sorted())
            #expect(try await keys(client, "order=newest", limit: limit) == names.reversed())
            #expect(try await keys(client, "order=key&prefix=a/", limit: limit) == ["a/1", "a/10", "a/2"])
            #expect(try await keys(client, "prefix=a/", limit: limit) == ["a/10", "a/2", "a/1"])
        }
        #expect(try await keys(client, "prefix=x", limit: 10) == [])
    }

    @Test func isFilteredByWhatRecognitionFound() async throws {
        let cloud = try await Cloud()
        let client = try await cloud.member("ada")
        for name in ["cat", "dog", "sign", "raw"] { _ = try await client.upload(TestPictures.png(), key: name) }
        let id = try #require(try await client.send("GET", "/me").json["userId"]?.string)
        let owner = try #require(UserID(id))
        func change(_ name: String, _ body: (inout PictureRecord) -> Void) async throws {
            let table = cloud.service.pictures
            var record = try #require(try await table.record(owner, PictureKey(name), .none))
            body(&record)
            #expect(try await table.put(record, over: record.object, .none))
        }
        try await change("cat") {
            $0.labels = [Label(name: "Cat", confidence: 99, parents: ["Animal"])]
            $0.recognition = .done
            $0.predictedClass = "pet"
        }
        try await change("dog") {
            $0.labels = [Label(name: "Dog", confidence: 98, parents: ["Animal"])]
            $0.recognition = .done
            $0.predictedClass = "pet"
            $0.adminLabel = "wolf"
        }
        try await change("sign") {
            $0.textLines = [TextLine(text: "BEWARE of the dog", confidence: 97)]
            $0.recognition = .failed(reason: "too dark")
        }
        for limit in [1, 50] {
            #expect(try await keys(client, "order=key&label=CAT", limit: limit) == ["cat"])
            #expect(try await keys(client, "order=key&label=animal", limit: limit) == ["cat", "dog"])
            #expect(try await keys(client, "label=animal", limit: limit) == ["dog", "cat"])
            #expect(try await keys(client, "text=Beware%20OF", limit: limit) == ["sign"])
            #expect(try await keys(client, "class=pet", limit: limit) == ["cat"])
            #expect(try await keys(client, "class=wolf", limit: limit) == ["dog"])
            #expect(try await keys(client, "state=failed", limit: limit) == ["sign"])
            #expect(try await keys(client, "state=queued", limit: limit) == ["raw"])
            #expect(
                try await keys(client, "state=done&label=dog&class=wolf&prefix=d&order=key", limit: limit) == ["dog"])
        }
        let details = try await client.send("GET", "/details/sign")
        #expect(details.json["failure"] == "too dark")
        #expect(details.json["text"]?[0]?["text"] == "BEWARE of the dog")
    }

    @Test func passesOverARowThatCannotBeRead() async throws {
        let cloud = try await Cloud()
        let client = try await cloud.member("ada")
        for number in 0..<3 { _ = try await client.upload(TestPictures.png(number), key: "k\(number)") }
        let table = cloud.service.settings.tables.pictures
        let rows = try await DynamoDBClient(cloud.aws).items(DynamoDBSelection(table: table)).collect()
        var damaged = try #require(rows.first { $0["key"] == "k1" })
        damaged["width"] = "wide"
        try await DynamoDBClient(cloud.aws).putItem(table: table, item: damaged)
        #expect(try await keys(client, "order=key", limit: 2) == ["k0", "k2"])
        let answer = try await client.send("GET", "/details/k1")
        #expect(answer.status == 500)
        #expect(answer.errorCode == "UnreadableRow")
    }

    @Test func takesCursorsOfItsOwnAlone() async throws {
        let cloud = try await Cloud()
        let client = try await cloud.member("ada")
        for number in 0..<3 { _ = try await client.upload(TestPictures.png(number), key: "k\(number)") }
        let first = try await client.send("GET", "/pictures", query: "limit=1")
        let next = try #require(first.json["next"]?.string)
        for query in ["order=key&cursor=\(next)", "prefix=k&cursor=\(next)", "cursor=\(next)x"] {
            let answer = try await client.send("GET", "/pictures", query: query)
            #expect(answer.status == 400)
            #expect(answer.errorCode == "InvalidCursor")
        }
        let eve = try await cloud.member("eve")
        #expect(try await eve.send("GET", "/pictures", query: "cursor=\(next)").errorCode == "InvalidCursor")
        // A cursor holds although its picture has gone.
        #expect(try await client.send("DELETE", "/pictures/k2").status == 204)
        let second = try await client.send("GET", "/pictures", query: "limit=5&cursor=\(next)")
        #expect(second.json["pictures"]?.array?.compactMap { $0["key"]?.string } == ["k1", "k0"])
    }
}
