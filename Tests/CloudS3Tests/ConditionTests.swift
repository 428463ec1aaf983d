import CloudCore
import NIOHTTP1
import Testing

@testable import CloudS3

@Suite struct ConditionTests {
    static let before = "Sun, 01 Mar 2026 11:59:59 GMT"
    static let exact = "Sun, 01 Mar 2026 12:00:00 GMT"

    @Test(
        arguments: [
            ([:], .holds), (["If-Match": "\"tag\""], .holds), (["If-Match": "tag"], .holds),
            (["If-Match": "*"], .holds),
            (["If-Match": "\"other\", \"tag\""], .holds), (["If-Match": "\"other\""], .failed("If-Match")),
            (["If-None-Match": "\"tag\""], .notModified), (["If-None-Match": "W/\"tag\""], .notModified),
            (["If-None-Match": "*"], .notModified), (["If-None-Match": "\"other\""], .holds),
            (["If-Modified-Since": exact], .notModified), (["If-Modified-Since": before], .holds),
            (["If-Unmodified-Since": exact], .holds), (["If-Unmodified-Since": before], .failed("If-Unmodified-Since")),
            (["If-Match": "\"tag\"", "If-Unmodified-Since": before], .holds),
            (["If-None-Match": "\"other\"", "If-Modified-Since": exact], .holds),
            (["If-None-Match": "\"tag\"", "If-Modified-Since": before], .notModified),
            (["If-Modified-Since": "yesterday"], .holds),
        ] as [(HTTPHeaders, ReadConditions.Outcome)])
    func readsDependOnTagAndDate(_ headers: HTTPHeaders, _ expected: ReadConditions.Outcome) {
        let modified = Timestamp(milliseconds: LocalS3.now.milliseconds + 900)
        #expect(ReadConditions(of: headers).outcome(etag: "tag", modified: modified) == expected)
    }

    @Test func answersFollowTheConditions() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let etag = try #require(await s3.put("/pictures/a", "content")["etag"])
        let unchanged = await s3.send("GET", "/pictures/a", ["If-None-Match": etag])
        #expect(unchanged.status == 304)
        #expect(unchanged.bytes.isEmpty)
        #expect(unchanged["etag"] == etag)
        let failed = await s3.send("GET", "/pictures/a", ["If-Match": "\"other\""])
        #expect(failed.status == 412)
        #expect(failed.document?.text(of: "Condition") == "If-Match")
        #expect(await s3.send("HEAD", "/pictures/a", ["If-Match": "\"other\""]).status == 412)

        #expect(await s3.send("PUT", "/pictures/a", ["If-None-Match": "*"], text: "x").status == 412)
        #expect(await s3.send("PUT", "/pictures/b", ["If-None-Match": "*"], text: "x").status == 200)
        #expect(await s3.send("PUT", "/pictures/a", ["If-None-Match": etag], text: "x").code == "NotImplemented")
        #expect(await s3.send("PUT", "/pictures/c", ["If-Match": etag], text: "x").code == "NoSuchKey")
        #expect(await s3.send("PUT", "/pictures/a", ["If-Match": "\"other\""], text: "x").status == 412)
        #expect(await s3.send("PUT", "/pictures/a", ["If-Match": etag], text: "x").status == 200)
        #expect(await s3.send("DELETE", "/pictures/a", ["If-Match": etag]).status == 412)
        #expect(await s3.send("GET", "/pictures/a").text == "x")
    }

    @Test func oneOfManyCreatorsWins() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let winners = await withTaskGroup(of: Int?.self) { group in
            for index in 0..<40 {
                group.addTask {
                    let body = patternBytes(20_000, seed: UInt64(index))
                    let answer = await s3.send("PUT", "/pictures/a", ["If-None-Match": "*"], body: body)
                    return answer.status == 200 ? index : nil
                }
            }
            return await group.reduce(into: [Int]()) { winners, winner in
                if let winner { winners.append(winner) }
            }
        }
        #expect(winners.count == 1)
        let winner = try #require(winners.first)
        #expect(await s3.send("GET", "/pictures/a").bytes == patternBytes(20_000, seed: UInt64(winner)))
        #expect(s3.files.count == 1)
    }
}
