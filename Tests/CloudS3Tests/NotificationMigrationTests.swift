import CloudCore
import CloudCoreTesting
import Foundation
import GRDB
import JSONValue
import Testing

@testable import CloudS3

/// Notifications that waited in the outbox of an earlier form of the store.
@Suite struct NotificationMigrationTests {
    private static let bus = "arn:aws:events:us-east-1:000000000000:event-bus/default"

    /// A store of the second form, in which two notifications wait and later ones have gone.
    private func leaveStore(in directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let database = try DatabaseQueue(path: directory + "/s3.sqlite")
        try S3Schema.migrator.migrate(database, upTo: "2: destinations of notifications, completed uploads")
        let time = LocalS3.now.milliseconds
        try database.write { database in
            for (id, name, size, etag, destination, configuration) in [
                (41, "ObjectCreated:Put", 7, "abc", NotificationTests.function, "made"),
                (42, "ObjectRemoved:Delete", nil, nil, Self.bus, ""),
                (57, "ObjectCreated:Put", 1, "gone", NotificationTests.function, "made"),
            ] as [(Int, String, Int?, String?, String, String)] {
                try database.execute(
                    sql: """
                        INSERT INTO outbox (
                            id, name, bucket, key, size, etag, time, region, requestID, hostID, sourceAddress,
                            destination, configuration)
                        VALUES (?, ?, 'pictures', ?, ?, ?, ?, 'us-east-1', 'R', 'H', '127.0.0.1', ?, ?)
                        """,
                    arguments: [id, name, Data("é \"a\"\n".utf8), size, etag, time, destination, configuration])
            }
            try database.execute(sql: "DELETE FROM outbox WHERE id = 57")
        }
        try database.close()
    }

    @Test(.timeLimit(.minutes(1)))
    func whatWaitsIsToldUnderItsNumberAndLaterOnesCountOn() async throws {
        let folder = TemporaryFolder("s3")
        defer { folder.remove() }
        try leaveStore(in: folder.path)
        let s3 = try await LocalS3(directory: folder.path)
        defer { s3.close() }
        let targets = NotificationTests.Targets()
        s3.service.deliverNotifications(through: targets)
        let waited = await targets.next(2)
        #expect(waited.map(\.target) == [NotificationTests.function, Self.bus])
        let record = try #require(
            try JSONValue(parsing: waited[0].payload.readableBytesView)["Records"]?.array?.first)
        #expect(record["eventName"]?.string == "ObjectCreated:Put")
        #expect(record["eventTime"]?.string == LocalS3.now.iso8601WithMilliseconds)
        #expect(record["s3"]?["configurationId"]?.string == "made")
        let object = try #require(record["s3"]?["object"])
        #expect(object["key"]?.string == "%C3%A9+%22a%22%0A" && object["size"] == 7 && object["eTag"] == "abc")
        #expect(object["sequencer"]?.string == "000000000000000029")
        let detail = try JSONValue(parsing: waited[1].payload.readableBytesView)
        #expect(detail["object"]?["key"]?.string == "é \"a\"\n" && detail["object"]?["size"] == nil)
        #expect(detail["object"]?["sequencer"]?.string == "00000000000000002A")
        #expect(waited[1].envelope?.detailType == "Object Deleted")

        try await s3.service.setNotifications(
            NotificationConfiguration(rules: [
                .init(id: "made", destination: NotificationTests.function, events: ["s3:ObjectCreated:*"])
            ]), of: "pictures")
        await s3.put("/pictures/b", "content")
        let later = try #require(await targets.next(1).first)
        let sequencer = try JSONValue(parsing: later.payload.readableBytesView)["Records"]?[0]?["s3"]?["object"]?[
            "sequencer"]
        #expect(sequencer?.string == "00000000000000003A")
    }
}
