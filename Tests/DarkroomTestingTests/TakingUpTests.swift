import CloudCore
import Emulator
import Foundation
import JSONValue
import Testing

@testable import DarkroomTesting

/// A template that changes while its cloud runs.
@Suite struct TakingUpTests {
    private func template(_ resources: [String]) -> String {
        #"{"Transform": "AWS::Serverless-2016-10-31", "Resources": {\#(resources.joined(separator: ",\n"))}}"#
    }

    private func function(_ id: String, path: String = "/", timeout: Int = 30, more: String = "") -> String {
        """
        "\(id)": {"Type": "AWS::Serverless::Function", "Properties": {
          "FunctionName": "\(id.lowercased())", "Handler": "counter", "Runtime": "provided.al2023",
          "CodeUri": "nothing.zip", "Timeout": \(timeout),
          "Events": {"Get": {"Type": "HttpApi", "Properties": {"Method": "GET", "Path": "\(path)"}}\(more)}}}
        """
    }

    private static let counts = """
        "CountsTable": {"Type": "AWS::DynamoDB::Table", "Properties": {
          "TableName": "Counts", "BillingMode": "PAY_PER_REQUEST",
          "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
          "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}]}}
        """
    private static let notes = #""Notes": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "notes"}}"#
    private static let queue = #""Work": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "work"}}"#

    private func withCloud(
        _ resources: [String], _ body: @Sendable (TestCloud, @Sendable ([String]) throws -> Void) async throws -> Void
    ) async throws {
        try await CounterTemplate.withFile(template(resources)) { path in
            let write: @Sendable ([String]) throws -> Void = { resources in
                try Data(template(resources).utf8).write(to: URL(fileURLWithPath: path))
            }
            try await withLocalCloud(template: path, functions: .inProcess(counterFunctions), clock: .stopped) {
                try await body($0, write)
            }
        }
    }

    @Test func whatIsNewIsMadeAndWhatIsGoneStopsActing() async throws {
        let base = [Self.counts, Self.notes]
        try await withCloud(base + [function("One")]) { cloud, write in
            #expect(try await cloud.request(.get, "/").status == 200)
            #expect(try await cloud.request(.get, "/two").status == 404)
            let scheduled = #", "Hourly": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 hour)"}}"#
            try write(base + [function("Two", path: "/two", more: scheduled), Self.queue])
            let sentences = try await cloud.cloud.takeUpTemplate()
            #expect(sentences.contains("The function two is new."))
            #expect(sentences.contains("The function one is gone."))
            #expect(sentences.contains("The route GET /two is new."))
            #expect(sentences.contains("The queue work is new."))
            #expect(try await cloud.request(.get, "/two").status == 200)
            #expect(try await cloud.request(.get, "/").status == 404)
            await #expect(throws: (any Error).self) { try await cloud.invoke("one") }
            #expect(try cloud.messages(in: "work").isEmpty)
            #expect(await cloud.clock.advance(toNextFirings: 1).count == 1)
            // Without the schedule nothing fires, and without its declaration the table still has what it had.
            try write([Self.notes, function("Two", path: "/two")])
            let second = try await cloud.cloud.takeUpTemplate()
            #expect(second.contains("The table Counts is declared no longer; it stays, with its data."))
            #expect(await cloud.clock.advance(toNextFirings: 1).isEmpty)
            #expect(try await !cloud.items(in: "Counts").isEmpty)
            #expect(try await cloud.cloud.takeUpTemplate().isEmpty)
        }
    }

    @Test func mistakesLeaveEverythingAsItWas() async throws {
        let base = [Self.counts, Self.notes]
        try await withCloud(base + [function("One")]) { cloud, write in
            try write(base + [function("One", timeout: 9999), Self.queue])
            let error = await #expect(throws: CloudStartError.self) { try await cloud.cloud.takeUpTemplate() }
            #expect(error.map { "\($0)".contains("must lie between 1 and 900") } == true)
            #expect(try await cloud.request(.get, "/").status == 200)
            #expect(throws: (any Error).self) { try cloud.messages(in: "work") }
            try write(base + [function("One", path: "/again")])
            #expect(try await cloud.cloud.takeUpTemplate().contains("The route GET /again is new."))
            #expect(try await cloud.request(.get, "/again").status == 200)
        }
    }

    @Test func thoseThatComeAtOnceWaitTheirTurn() async throws {
        let base = [Self.counts, Self.notes, function("One")]
        try await withCloud(base) { cloud, write in
            for round in 0..<5 {
                try write(base + [function("Other\(round)", path: "/other\(round)"), Self.queue])
                let told = try await withThrowingTaskGroup(of: [String].self) { group in
                    for _ in 0..<8 { group.addTask { try await cloud.cloud.takeUpTemplate() } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                // One of them takes it up, and the others find it done.
                #expect(told.filter { $0.contains("The function other\(round) is new.") }.count == 1)
                #expect(told.filter(\.isEmpty).count == 7)
                #expect(try await cloud.request(.get, "/other\(round)").status == 200)
            }
        }
    }

    @Test func requestsGoOnMeanwhile() async throws {
        let base = [Self.counts, Self.notes, function("One")]
        try await withCloud(base) { cloud, write in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<40 {
                            let status = try await cloud.request(.get, "/").status
                            #expect(status == 200)
                        }
                    }
                }
                for round in 0..<10 {
                    let other = function("Other\(round)", path: "/other\(round)")
                    try write([Self.counts, Self.notes, function("One", timeout: 30 + round), other])
                    _ = try await cloud.cloud.takeUpTemplate()
                    #expect(try await cloud.request(.get, "/other\(round)").status == 200)
                }
                try await group.waitForAll()
            }
        }
    }
}
