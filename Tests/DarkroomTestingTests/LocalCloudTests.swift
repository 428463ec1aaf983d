import AWSClient
import CloudCoreTesting
import DarkroomTesting
import Foundation
import JSONValue
import Synchronization
import Testing

@Suite struct LocalCloudTests {
    private func withCounter(
        clock: TestClock.Start = .realTime, _ body: @Sendable (TestCloud) async throws -> Void
    ) async throws {
        try await CounterTemplate.withFile { template in
            try await withLocalCloud(
                template: template, functions: .inProcess(counterFunctions), clock: clock, body)
        }
    }

    @Test func servesRequestsInProcess() async throws {
        try await withCounter { cloud in
            for _ in 0..<3 {
                let answer = try await cloud.request(.post, "/counts/ada")
                #expect(answer.status == 200)
                #expect(answer.json == ["counted": "ada", "in": "counting-function"])
            }
            #expect(try await cloud.request(.get, "/counts/ada").status == 404)
            #expect(try await cloud.items(in: "CountsTable") == [["name": "ada", "count": 3]])
            #expect(try await cloud.items(in: "Counts").count == 1)
            #expect(try await cloud.objects(in: "Notes") == ["ada"])
            #expect(try await cloud.object("ada", in: "notes") == Array("counted".utf8))
            #expect(cloud.logs.contains { $0.contains("counting") && $0.contains("ada") })
        }
    }

    @Test func invokesByNameAndByLogicalID() async throws {
        try await withCounter { cloud in
            for name in ["Counting", "counting-function"] {
                let outcome = try await cloud.invoke(name, ["name": "eve"])
                #expect(outcome.functionError == nil)
                #expect(outcome.json["counted"] == "eve")
                #expect(outcome.log.contains("REPORT RequestId:"))
            }
            let error = await #expect(throws: AWSError.self) { try await cloud.invoke("nobody") }
            #expect(error?.code == "ResourceNotFoundException")
        }
    }

    @Test func tellsHowFunctionsFail() async throws {
        try await withCounter { cloud in
            let refused = try await cloud.invoke("Counting", ["fail": "no such luck"])
            #expect(refused.functionError == "Unhandled")
            #expect(refused.json["errorType"] == "Refusal")
            #expect(refused.json["errorMessage"] == "no such luck")
            let late = try await cloud.invoke("Hasty", ["hang": true])
            #expect(late.functionError == "Unhandled")
            #expect(late.json["errorMessage"]?.string?.contains("timed out after 1.00 seconds") == true)
            let unmakeable = try await cloud.invoke("Unmakeable")
            #expect(unmakeable.json["errorType"] == "MissingVariable")
            // What went wrong leaves the next call unharmed.
            #expect(try await cloud.invoke("Counting", ["name": "ada"]).json["counted"] == "ada")
        }
    }

    @Test func runsCallsSideBySide() async throws {
        try await withCounter { cloud in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let answer = try await cloud.request(.post, "/counts/n\(number % 4)")
                        #expect(answer.status == 200, "\(answer.text)")
                    }
                }
                try await group.waitForAll()
            }
            let counts = try await cloud.items(in: "Counts").compactMap { $0["count"]?.int }
            #expect(counts == [10, 10, 10, 10])
        }
    }

    @Test func turnsTimeForward() async throws {
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        try await withCounter(clock: .stopped(at: start)) { cloud in
            #expect(cloud.clock.now == start)
            try await cloud.enqueue("Counting", ["fail": "once more"])
            func attempts() -> Int { cloud.logs.filter { $0.contains("START RequestId") }.count }
            try await eventually { attempts() == 1 }
            // The second attempt is a minute away, and nobody else turns the clock.
            try await eventually {
                await cloud.clock.advance(by: .seconds(61))
                return attempts() == 2
            }
            #expect(cloud.clock.now > start.addingTimeInterval(60))
        }
    }

    @Test func areApartFromOneAnother() async throws {
        try await withCounter { one in
            try await self.withCounter { other in
                _ = try await one.request(.post, "/counts/ada")
                #expect(try await one.items(in: "Counts").count == 1)
                #expect(try await other.items(in: "Counts").isEmpty)
                #expect(one.edgeURL != other.edgeURL)
            }
        }
    }

    @Test func leaveNothingBehind() async throws {
        let edge = Shared<String>("")
        try await withCounter { cloud in
            _ = try await cloud.request(.post, "/counts/ada")
            edge.set(cloud.edgeURL)
            await #expect(throws: TestRequestError.self) {
                try await cloud.request(.get, url: "http://127.0.0.1:1/elsewhere")
            }
        }
        var configuration = try AWSConfiguration(environment: [
            "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        ])
        configuration.endpoint = Endpoint(edge.value)
        let client = S3Client(AWSClient(configuration: configuration, retryPolicy: .never))
        await #expect(throws: TransportError.self) { try await client.objects(bucket: "notes").collect() }
    }

    @Test func saysWhyItDoesNotStart() async throws {
        await #expect(throws: (any Error).self) {
            try await withLocalCloud(template: "/nowhere/template.json") { _ in }
        }
        try await CounterTemplate.withFile { template in
            let error = await #expect(throws: (any Error).self) {
                try await withLocalCloud(template: template, functions: .product("no-such-product")) { _ in }
            }
            #expect(error.map { "\($0)".contains("no-such-product") } == true)
        }
    }

    @Test func givesBackWhatTheBodyGivesAndThrows() async throws {
        #expect(try await withLocalCloud { _ in 42 } == 42)
        await #expect(throws: Refusal.self) { try await withLocalCloud { _ in throw Refusal(words: "no") } }
    }

    @Test func failuresComeWithTheLog() async throws {
        let comments = Shared<[String]>([])
        // Taken here in the place of whoever would report it.
        let taker: IssueHandlingTrait = .compactMapIssues { issue in
            comments.set(issue.comments.map(\.rawValue))
            return nil
        }
        try await taker.provideScope(for: #require(Test.current), testCase: Test.Case.current) {
            try await withLocalCloud { cloud in
                _ = try await cloud.aws.json(.dynamoDB, operation: "ListTables", body: [:], idempotent: true)
                Issue.record("as meant")
            }
        }
        #expect(comments.value.contains { $0.contains("The cloud's log:") && $0.contains("ListTables") })
    }
}

/// A value that a test's closures share.
private final class Shared<Value: Sendable>: Sendable {
    private let state: Synchronization.Mutex<Value>
    init(_ value: Value) { state = .init(value) }
    var value: Value { state.withLock { $0 } }
    func set(_ value: Value) { state.withLock { $0 = value } }
}
