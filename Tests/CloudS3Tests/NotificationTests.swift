import CloudCore
import CloudCoreTesting
import CloudS3
import Foundation
import JSONValue
import NIOCore
import Synchronization
import Testing

@Suite struct NotificationTests {
    static let queue = "arn:aws:sqs:us-east-1:000000000000:orders"
    static let function = "arn:aws:lambda:us-east-1:000000000000:function:sort"

    /// Takes deliveries, or refuses them as long as it is told to.
    final class Targets: TargetDelivery {
        private struct State {
            var refusals: [ServiceError]
            var taken: [Delivery] = []
        }

        private let state: Mutex<State>
        private let known: Set<String>
        private let arrivals: AsyncStream<Delivery>.Continuation
        private let stream: AsyncStream<Delivery>

        init(refusing refusals: [ServiceError] = [], known: Set<String> = [queue, function]) {
            state = Mutex(State(refusals: refusals))
            self.known = known
            (stream, arrivals) = AsyncStream.makeStream()
        }

        func canDeliver(to arn: String) -> Bool { known.contains(arn) }

        func deliver(_ delivery: Delivery) async throws {
            let refusal = state.withLock { $0.refusals.isEmpty ? nil : $0.refusals.removeFirst() }
            if let refusal { throw refusal }
            state.withLock { $0.taken.append(delivery) }
            arrivals.yield(delivery)
        }

        var taken: [Delivery] { state.withLock { $0.taken } }

        /// The next deliveries.
        func next(_ count: Int) async -> [Delivery] {
            var deliveries: [Delivery] = []
            for await delivery in stream {
                deliveries.append(delivery)
                if deliveries.count == count { break }
            }
            return deliveries
        }
    }

    static let unavailable = ServiceError("ServiceUnavailable", "Not now.", status: 503)

    func record(_ delivery: Delivery) throws -> JSONValue {
        let message = try JSONValue(parsing: delivery.payload.readableBytesView)
        #expect(message["Records"]?.array?.count == 1)
        return try #require(message["Records"]?.array?.first)
    }

    @Test(.timeLimit(.minutes(1)))
    func changesAreTold() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let targets = Targets()
        s3.service.deliverNotifications(through: targets)
        try await s3.service.createBucketIfMissing("unwatched")
        try await s3.service.setNotifications(
            NotificationConfiguration(rules: [
                .init(id: "made", destination: Self.function, events: ["s3:ObjectCreated:*"]),
                .init(id: "gone", destination: Self.queue, events: ["s3:ObjectRemoved:Delete"]),
            ]), of: "pictures")
        await s3.put("/unwatched/a", "content")
        let put = await s3.put("/pictures/x/a%20b%2B", "content")
        #expect(await s3.send("PUT", "/pictures/c", ["x-amz-copy-source": "pictures/x/a%20b%2B"]).status == 200)
        #expect(await s3.send("DELETE", "/pictures/x/a%20b%2B").status == 204)
        #expect(await s3.send("DELETE", "/pictures/never-there").status == 204)
        let deliveries = await targets.next(3)
        #expect(deliveries.map(\.target) == [Self.function, Self.function, Self.queue])
        #expect(deliveries.map(\.principal) == Array(repeating: "s3.amazonaws.com", count: 3))
        let records = try deliveries.map(record)
        #expect(
            records.map { $0["eventName"]?.string } == [
                "ObjectCreated:Put", "ObjectCreated:Copy", "ObjectRemoved:Delete",
            ])
        let objects = try records.map { try #require($0["s3"]?["object"]) }
        #expect(objects.map { $0["key"]?.string } == ["x/a+b%2B", "c", "x/a+b%2B"])
        #expect(objects[0]["eTag"]?.string.map { "\"\($0)\"" } == put["etag"])
        #expect(objects[0]["size"]?.int == 7)
        #expect(objects[2]["size"] == nil)
        let sequencers = objects.compactMap { $0["sequencer"]?.string }
        #expect(sequencers.count == 3 && sequencers == sequencers.sorted() && Set(sequencers).count == 3)
        #expect(records[0]["eventTime"]?.string == LocalS3.now.iso8601WithMilliseconds)
        #expect(records[0]["responseElements"]?["x-amz-request-id"]?.string == "REQUEST")
        #expect(records[0]["s3"]?["configurationId"]?.string == "made")
        #expect(records[0]["s3"]?["bucket"]?["arn"]?.string == "arn:aws:s3:::pictures")
    }

    @Test(.timeLimit(.minutes(1)))
    func everyWayToMakeAnObjectIsTold() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let targets = Targets()
        s3.service.deliverNotifications(through: targets)
        try await s3.service.setNotifications(
            NotificationConfiguration(
                rules: [
                    .init(id: "tags", destination: Self.queue, events: ["s3:ObjectTagging:*"]),
                    .init(
                        id: "parts", destination: Self.queue, events: ["s3:ObjectCreated:CompleteMultipartUpload"]),
                ],
                notifiesEventBridge: true), of: "pictures")
        let started = await s3.send("POST", "/pictures/big?uploads")
        let upload = try #require(started.document?.text(of: "UploadId"))
        let part = await s3.put("/pictures/big?partNumber=1&uploadId=\(upload)", "content")
        let completion = """
            <CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\(part["etag"] ?? "")</ETag></Part>\
            </CompleteMultipartUpload>
            """
        let first = await s3.send("POST", "/pictures/big?uploadId=\(upload)", text: completion)
        // Asked for again, since the answer was not heard: the same answer, and nothing more is told.
        let second = await s3.send("POST", "/pictures/big?uploadId=\(upload)", text: completion)
        #expect(first.status == 200 && second.status == 200 && first.text == second.text)
        let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
        #expect(await s3.send("PUT", "/pictures/big?tagging", text: tags).status == 200)
        #expect(await s3.send("DELETE", "/pictures/big?tagging").status == 204)
        #expect(await s3.send("DELETE", "/pictures/big").status == 204)

        let deliveries = await targets.next(7)
        let bus = deliveries.filter { $0.target == "arn:aws:events:us-east-1:000000000000:event-bus/default" }
        #expect(
            bus.map { $0.envelope?.detailType } == [
                "Object Created", "Object Tags Added", "Object Tags Deleted", "Object Deleted",
            ])
        let details = try bus.map { try JSONValue(parsing: $0.payload.readableBytesView) }
        #expect(details[0]["reason"]?.string == "CompleteMultipartUpload")
        #expect(details[0]["object"]?["size"]?.int == 7)
        #expect(details[3]["deletion-type"]?.string == "Permanently Deleted")
        #expect(bus[0].envelope?.resources == ["arn:aws:s3:::pictures"])
        let names = try deliveries.filter { $0.target == Self.queue }.map { try record($0)["eventName"]?.string }
        #expect(
            names == [
                "ObjectCreated:CompleteMultipartUpload", "ObjectTagging:Put", "ObjectTagging:Delete",
            ])
    }

    @Test(.timeLimit(.minutes(1)))
    func whatCannotBeTakenNowIsOfferedAgainAndDelaysNoOther() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let targets = Targets(refusing: [Self.unavailable])
        s3.service.deliverNotifications(through: targets)
        try await s3.service.setNotifications(
            NotificationConfiguration(rules: [
                .init(id: "made", destination: Self.function, events: ["s3:ObjectCreated:*"])
            ]), of: "pictures")
        await s3.put("/pictures/a", "1")
        await s3.clock.settled()
        #expect(targets.taken.isEmpty)
        await s3.put("/pictures/b", "2")
        await s3.clock.settled()
        let early = try targets.taken.map { try record($0)["s3"]?["object"]?["key"]?.string }
        #expect(early == ["b"])
        await s3.clock.advance(by: .seconds(2))
        let all = try targets.taken.map { try record($0)["s3"]?["object"]?["key"]?.string }
        #expect(all == ["b", "a"])
    }

    @Test(.timeLimit(.minutes(1)))
    func whatIsNeverTakenIsDroppedAndSaid() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let said = Mutex<[String]>([])
        let targets = Targets(refusing: [ServiceError("ResourceNotFoundException", "Gone.", status: 404)])
        s3.service.deliverNotifications(through: targets) { sentence in said.withLock { $0.append(sentence) } }
        try await s3.service.setNotifications(
            NotificationConfiguration(rules: [
                .init(id: "made", destination: Self.function, events: ["s3:ObjectCreated:Put"])
            ]), of: "pictures")
        await s3.put("/pictures/a", "1")
        await s3.put("/pictures/b", "2")
        #expect(try await targets.next(1).map { try record($0)["s3"]?["object"]?["key"]?.string } == ["b"])
        await s3.clock.settled()
        await s3.clock.advance(by: .seconds(3600))
        #expect(targets.taken.count == 1)
        let sentences = said.withLock { $0 }
        #expect(sentences.count == 1 && sentences[0].contains("ObjectCreated:Put of a in the bucket pictures"))
    }

    @Test(.timeLimit(.minutes(1)))
    func whatWasNotTakenIsToldAfterANewStart() async throws {
        let folder = TemporaryFolder("s3")
        defer { folder.remove() }
        var s3 = try await LocalS3(directory: folder.path)
        let refusing = Targets(refusing: Array(repeating: Self.unavailable, count: 100))
        s3.service.deliverNotifications(through: refusing)
        try await s3.service.setNotifications(
            NotificationConfiguration(rules: [
                .init(id: "made", destination: Self.function, events: ["s3:ObjectCreated:*"])
            ]), of: "pictures")
        await s3.put("/pictures/a", "content")
        await s3.put("/pictures/b", "content")
        s3.close()
        s3 = try await LocalS3(directory: folder.path)
        defer { s3.close() }
        let targets = Targets()
        s3.service.deliverNotifications(through: targets)
        // The configuration is still there too.
        await s3.put("/pictures/c", "content")
        let keys = try await targets.next(3).map { try record($0)["s3"]?["object"]?["key"]?.string }
        #expect(keys == ["a", "b", "c"])
    }

    // MARK: The configuration

    func document(_ entries: String) -> String {
        "<NotificationConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(entries)"
            + "</NotificationConfiguration>"
    }

    func entry(_ id: String, _ event: String, prefix: String? = nil, suffix: String? = nil) -> String {
        let rules = [("prefix", prefix), ("suffix", suffix)].compactMap { name, value in
            value.map { "<FilterRule><Name>\(name)</Name><Value>\($0)</Value></FilterRule>" }
        }
        let filter = rules.isEmpty ? "" : "<Filter><S3Key>\(rules.joined())</S3Key></Filter>"
        return "<QueueConfiguration><Id>\(id)</Id><Queue>\(Self.queue)</Queue><Event>\(event)</Event>\(filter)"
            + "</QueueConfiguration>"
    }

    @Test(.timeLimit(.minutes(1)))
    func aConfigurationIsPutShownAndTriedOut() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let targets = Targets()
        s3.service.deliverNotifications(through: targets)
        let text = document(
            entry("mine", "s3:ObjectCreated:*", prefix: "in/", suffix: ".jpg") + "<EventBridgeConfiguration/>"
                + "<CloudFunctionConfiguration><CloudFunction>\(Self.function)</CloudFunction>"
                + "<Event>s3:ObjectRemoved:*</Event></CloudFunctionConfiguration>")
        #expect(await s3.send("PUT", "/pictures?notification", text: text).status == 200)
        let test = try JSONValue(parsing: try #require(await targets.next(1).first).payload.readableBytesView)
        #expect(test["Event"]?.string == "s3:TestEvent" && test["Bucket"]?.string == "pictures")
        let shown = try #require(await s3.send("GET", "/pictures?notification").document)
        #expect(shown["QueueConfiguration"]?.text(of: "Id") == "mine")
        #expect(shown["QueueConfiguration"]?["Filter"]?["S3Key"]?.all("FilterRule").count == 2)
        #expect(shown["CloudFunctionConfiguration"]?.text(of: "Id")?.count == 32)
        #expect(shown["EventBridgeConfiguration"] != nil)

        await s3.put("/pictures/in/a.png", "1")
        await s3.put("/pictures/out/a.jpg", "1")
        await s3.put("/pictures/in/a.jpg", "1")
        let told = await targets.next(4)
        #expect(told.filter { $0.target == Self.queue }.count == 1)
        // The empty document ends it.
        #expect(await s3.send("PUT", "/pictures?notification", text: document("")).status == 200)
        #expect(await s3.send("GET", "/pictures?notification").document?.children.isEmpty == true)
        await s3.put("/pictures/in/b.jpg", "1")
        await s3.clock.settled()
        #expect(targets.taken.count == 5)
    }

    @Test func whatIsNoConfigurationIsRefused() async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        s3.service.deliverNotifications(through: Targets(known: [Self.queue]))
        func put(_ entries: String) async -> (code: String?, message: String?) {
            let answer = await s3.send("PUT", "/pictures?notification", text: document(entries))
            return (answer.code, answer.document?.text(of: "Message"))
        }
        #expect(await put(entry("a", "s3:ObjectCreated:Sent")).code == "InvalidArgument")
        #expect(await put("<Something/>").code == "MalformedXML")
        #expect(
            await put("<QueueConfiguration><Queue>\(Self.queue)</Queue></QueueConfiguration>").code == "MalformedXML")
        #expect(
            await put("<QueueConfiguration><Queue>orders</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>")
                .message == "The ARN could not be parsed")
        let unknown = entry("a", "s3:ObjectCreated:*").replacing(":orders<", with: ":nobody<")
        #expect(
            await put(unknown).message == "Unable to validate the following destination configurations")
        let function =
            "<CloudFunctionConfiguration><CloudFunction>\(Self.function)</CloudFunction>"
            + "<Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration>"
        #expect(await put(function).message == "Unable to validate the following destination configurations")
        #expect(
            await put(entry("a", "s3:ObjectCreated:*") + entry("a", "s3:ObjectRemoved:*")).message
                == "Same ID used for multiple configurations")
        #expect(await s3.send("GET", "/pictures?notification").document?.children.isEmpty == true)
        let skipping = await s3.send(
            "PUT", "/pictures?notification", ["x-amz-skip-destination-validation": "true"], text: document(unknown))
        #expect(skipping.status == 200)
    }

    /// Two entries, and whether some key's event would go to both.
    static let pairs: [(String, String?, String?, String, String?, String?, Bool)] = [
        ("s3:ObjectCreated:*", nil, nil, "s3:ObjectCreated:Put", nil, nil, true),
        ("s3:ObjectCreated:Copy", nil, nil, "s3:ObjectCreated:Put", nil, nil, false),
        ("s3:ObjectCreated:*", nil, nil, "s3:ObjectRemoved:*", nil, nil, false),
        ("s3:ObjectCreated:*", "a/", nil, "s3:ObjectCreated:*", "b/", nil, false),
        ("s3:ObjectCreated:*", "a/", nil, "s3:ObjectCreated:*", "a/b", nil, true),
        ("s3:ObjectCreated:*", "a/", ".jpg", "s3:ObjectCreated:*", "a/", ".png", false),
        ("s3:ObjectCreated:*", "a/", ".jpg", "s3:ObjectCreated:*", "a/", nil, true),
        ("s3:ObjectCreated:*", nil, "jpg", "s3:ObjectCreated:*", "a/", ".jpg", true),
    ]

    @Test(arguments: pairs)
    func entriesThatOverlapAreRefused(
        _ event: String, _ prefix: String?, _ suffix: String?, _ other: String, _ otherPrefix: String?,
        _ otherSuffix: String?, _ overlap: Bool
    ) async throws {
        let s3 = try await LocalS3()
        defer { s3.close() }
        let text = document(
            entry("a", event, prefix: prefix, suffix: suffix)
                + entry("b", other, prefix: otherPrefix, suffix: otherSuffix))
        let answer = await s3.send("PUT", "/pictures?notification", text: text)
        #expect(answer.status == (overlap ? 400 : 200))
        if overlap { #expect(answer.text.contains("Configurations overlap.")) }
    }
}
