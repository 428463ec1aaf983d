import AWSClient
import DarkroomTesting
import Foundation
import JSONValue
import Testing

/// Looking at queues and logs, and going from one scheduled moment to the next.
@Suite struct LookingTests {
    private static let template = """
        {
          "Transform": "AWS::Serverless-2016-10-31",
          "Resources": {
            "Counting": {
              "Type": "AWS::Serverless::Function",
              "Properties": {
                "FunctionName": "counting-function", "Handler": "counter", "Runtime": "provided.al2023",
                "CodeUri": "nothing.zip",
                "Events": {
                  "Hourly": {"Type": "Schedule",
                    "Properties": {"Schedule": "cron(0 * * * ? *)", "Input": "{\\"name\\": \\"hourly\\"}"}}
                }
              }
            },
            "CountsTable": {
              "Type": "AWS::DynamoDB::Table",
              "Properties": {
                "TableName": "Counts", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}]
              }
            },
            "Notes": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "notes"}},
            "Work": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "work"}}
          }
        }
        """
    /// Half past a full hour.
    private static let start = Date(timeIntervalSince1970: 1_800_001_800)

    private func withClouds(_ body: @Sendable (TestCloud) async throws -> Void) async throws {
        try await CounterTemplate.withFile(Self.template) { template in
            try await withLocalCloud(
                template: template, functions: .inProcess(counterFunctions), clock: .stopped(at: Self.start), body)
        }
    }

    @Test func queuesAreLookedAtAndNotTouched() async throws {
        try await withClouds { cloud in
            let answer = try await cloud.aws.json(
                .sqs, operation: "GetQueueUrl", body: ["QueueName": "work"], idempotent: true)
            let url = try #require(answer["QueueUrl"]?.string)
            #expect(try cloud.messages(in: "Work").isEmpty)
            for number in 1...3 {
                _ = try await SQSClient(cloud.aws).sendMessage(
                    queueURL: url, body: #"{"number": \#(number)}"#, delay: number == 3 ? .seconds(60) : nil)
            }
            for _ in 0..<3 {
                let messages = try cloud.messages(in: "Work")
                #expect(messages.map { $0.json["number"]?.int } == [1, 2, 3])
                #expect(messages.map(\.isVisible) == [true, true, false])
                #expect(messages.allSatisfy { $0.receiveCount == 0 })
            }
            await cloud.clock.advance(by: .seconds(61))
            #expect(try cloud.messages(in: "work").map(\.isVisible) == [true, true, true])
            #expect(throws: (any Error).self) { try cloud.messages(in: "nowhere") }
        }
    }

    @Test func theClockGoesFromOneFiringToTheNext() async throws {
        try await withClouds { cloud in
            let moments = await cloud.clock.advance(toNextFirings: 3)
            #expect(moments == (0..<3).map { Self.start.addingTimeInterval(1800 + Double($0) * 3600) })
            await cloud.clock.settled()
            let items = try await cloud.items(in: "Counts")
            #expect(items == [["name": "hourly", "count": 3]])
        }
    }

    @Test func logsAreAFunctionsOwn() async throws {
        try await withClouds { cloud in
            #expect(try await cloud.logs(of: "Counting").isEmpty)
            _ = try await cloud.invoke("Counting", ["name": "ada"])
            let lines = try await cloud.logs(of: "Counting")
            let named = try await cloud.logs(of: "counting-function")
            #expect(lines == named)
            #expect(lines.contains { $0.hasPrefix("START RequestId: ") })
            #expect(lines.contains { $0.contains("counting") && $0.contains("ada") })
            #expect(try await cloud.logs(of: "nobody").isEmpty)
        }
    }

    @Test func withoutSchedulesTheClockStands() async throws {
        try await withLocalCloud(clock: .stopped(at: Self.start)) { cloud in
            #expect(await cloud.clock.advance(toNextFirings: 2).isEmpty)
            #expect(cloud.clock.now == Self.start)
        }
    }
}
