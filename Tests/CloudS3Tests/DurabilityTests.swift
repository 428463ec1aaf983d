import CloudCore
import CloudCoreTesting
import Foundation
import GRDB
import NIOCore
import Testing

@testable import CloudS3

@Suite struct DurabilityTests {
    @Test(arguments: Durability.allCases)
    func whatWasAcknowledgedIsThereAfterANewStart(_ durability: Durability) async throws {
        let folder = TemporaryFolder("s3")
        defer { folder.remove() }
        var s3 = try await LocalS3(directory: folder.path, durability: durability)
        let large = patternBytes(200_000)
        #expect(await s3.send("PUT", "/pictures/large", body: large).status == 200)
        await s3.put("/pictures/small", "content")
        s3.close()
        s3 = try await LocalS3(directory: folder.path, durability: durability)
        defer { s3.close() }
        #expect(await s3.send("GET", "/pictures/large").bytes == large)
        #expect(await s3.send("GET", "/pictures/small").text == "content")
        #expect(try s3.service.storage.sweep() == 0)
        #expect(await s3.send("GET", "/pictures/large").bytes == large)
    }

    /// The process ends after each step of a put in turn: before the file is complete, before it has its place, before
    /// the row is committed, and before the content that it replaces is removed.
    @Test func aPutThatIsCutShortLeavesWhatWasThere() async throws {
        let folder = TemporaryFolder("s3")
        defer { folder.remove() }
        let before = patternBytes(100_000)
        let after = patternBytes(120_000, seed: 2)
        var s3 = try await LocalS3(directory: folder.path)
        #expect(await s3.send("PUT", "/pictures/a", body: before).status == 200)
        var root = s3.store.directory + "/s3"
        s3.close()

        try FileManager.default.createDirectory(atPath: root + "/contents/99", withIntermediateDirectories: true)
        // Half written, and complete without a row.
        try Data(after.prefix(5000)).write(to: URL(fileURLWithPath: root + "/tmp/feed-00000001"))
        try Data(after).write(to: URL(fileURLWithPath: root + "/contents/99/feed-00000099"))
        s3 = try await LocalS3(directory: folder.path)
        root = s3.store.directory + "/s3"
        #expect(await s3.send("GET", "/pictures/a").bytes == before)
        #expect(await s3.send("GET", "/pictures").keys == ["a"])
        try s3.service.storage.sweep()
        #expect(s3.files.count == 1)

        // Committed, with the old file still there.
        let old = try #require(s3.files.first)
        let kept = try Data(contentsOf: URL(fileURLWithPath: root + "/" + old))
        #expect(await s3.send("PUT", "/pictures/a", body: after).status == 200)
        #expect(!s3.files.contains(old))
        try kept.write(to: URL(fileURLWithPath: root + "/" + old))
        s3.close()
        s3 = try await LocalS3(directory: folder.path)
        defer { s3.close() }
        #expect(await s3.send("GET", "/pictures/a").bytes == after)
        try s3.service.storage.sweep()
        #expect(s3.files.count == 1)
        #expect(await s3.send("GET", "/pictures/a").bytes == after)
    }

    @Test func aFailedWriteLeavesNothing() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let before = patternBytes(50_000)
        #expect(await s3.send("PUT", "/pictures/a", body: before).status == 200)
        // A store that takes no more rows, as one on a full disk.
        try await s3.service.storage.database.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER full BEFORE INSERT ON objects BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
                    """)
        }
        let failed = await s3.send("PUT", "/pictures/a", body: patternBytes(60_000, seed: 2))
        #expect(failed.status == 500)
        #expect(failed.code == "InternalError")
        #expect(await s3.send("PUT", "/pictures/b", text: "small").status == 500)
        #expect(await s3.send("GET", "/pictures/a").bytes == before)
        #expect(s3.files.count == 1)
        try await s3.service.storage.database.write { try $0.execute(sql: "DROP TRIGGER full") }
        #expect(await s3.send("PUT", "/pictures/b", text: "small").status == 200)
    }

    @Test func aFullDiskIsSaid() throws {
        let error = S3Storage.serviceError(for: IOError(errnoCode: ENOSPC, reason: "write"))
        #expect(error.status == 500)
        #expect(error.message.contains("disk is full"))
    }

    @Test func readersKeepWhatTheyBeganToRead() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let storage = s3.service.storage
        let bucket = try #require(storage.catalog["pictures"])
        let before = patternBytes(600_000)
        #expect(await s3.send("PUT", "/pictures/a", body: before).status == 200)
        let object = try #require(try storage.locate(ObjectKey("a"), in: bucket.id))
        var body = try storage.body(of: object, ByteRange(whole: before.count))
        var reader = ContentReader(object, storage: storage)
        #expect(await s3.send("PUT", "/pictures/a", body: patternBytes(600_000, seed: 2)).status == 200)
        let answer = await S3Answer(CloudResponse(status: 200, body: try #require(body)))
        #expect(answer.bytes == before)
        var read: [UInt8] = []
        try await reader?.forEachPiece(in: ByteRange(whole: before.count)) { read += Array($0.readableBytesView) }
        #expect(read == before)
        #expect(s3.files.count == 2)
        reader = nil
        #expect(s3.files.count == 2)
        body = nil
        #expect(s3.files.count == 1)
        #expect(ContentReader(object, storage: storage) == nil)
    }

    /// A file that served before is longer, or shorter, than what comes into it; a copy shares its file with what it was
    /// made from.
    @Test func filesServeAgainWithNothingLeftInThem() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        var copies: [(String, [UInt8])] = []
        for (index, size) in [90_000, 20_000, 300_000, 50_000, 17_000, 2_000_000, 40_000].enumerated() {
            let bytes = patternBytes(size, seed: UInt64(index + 1))
            #expect(await s3.send("PUT", "/pictures/a", body: bytes).status == 200)
            #expect(await s3.send("GET", "/pictures/a").bytes == bytes)
            if index.isMultiple(of: 2) {
                #expect(await s3.send("PUT", "/pictures/c\(index)", ["x-amz-copy-source": "pictures/a"]).status == 200)
                copies.append(("c\(index)", bytes))
            }
        }
        for (key, bytes) in copies { #expect(await s3.send("GET", "/pictures/\(key)").bytes == bytes) }
        #expect(s3.files.count == 1 + copies.count)
        let names = try FileManager.default.contentsOfDirectory(atPath: s3.store.directory + "/s3/spare")
        #expect(names.count <= 1)
    }

    @Test func ofWritersAtOnceOneWholeObjectStays() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let contents = (0..<12).map { patternBytes(30_000 + $0 * 100, seed: UInt64($0 + 1)) }
        await withTaskGroup(of: Void.self) { group in
            for content in contents {
                group.addTask { #expect(await s3.send("PUT", "/pictures/a", body: content).status == 200) }
                group.addTask {
                    let answer = await s3.send("GET", "/pictures/a")
                    #expect(answer.status == 404 || contents.contains(answer.bytes))
                }
            }
        }
        #expect(contents.contains(await s3.send("GET", "/pictures/a").bytes))
        #expect(s3.files.count == 1)
    }

    @Test func aBucketDeletedMeanwhileTakesNoObject() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let bucket = try #require(s3.service.storage.catalog["pictures"])
        #expect(await s3.send("DELETE", "/pictures").status == 204)
        // As a request sees it that looked before.
        s3.service.storage.catalog["pictures"] = bucket
        #expect(await s3.send("PUT", "/pictures/a", body: patternBytes(50_000)).code == "NoSuchBucket")
        #expect(await s3.send("POST", "/pictures/a?uploads").code == "NoSuchBucket")
        #expect(await s3.send("PUT", "/pictures?policy", text: "{}").code == "NoSuchBucket")
        #expect(s3.files.isEmpty)
    }
}
