import AWSClient
import Digests
import JSONValue
import LambdaRuntime
import Pictures
import Testing

@testable import PictureFunctions

/// Tells the function of uploads as the bucket and the queue do.
struct Uploads: Sendable {
    let cloud: Cloud

    /// What the bucket says of each object that it holds now, in the order of their names.
    func messages() async throws -> [String] {
        try await cloud.objects().map { key in
            let record: JSONValue = [
                "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
                "eventTime": "2026-11-21T11:04:40.000Z", "eventName": "ObjectCreated:Put",
                "s3": [
                    "s3SchemaVersion": "1.0",
                    "bucket": [
                        "name": .string(cloud.service.settings.bucket),
                        "arn": .string("arn:aws:s3:::\(cloud.service.settings.bucket)"),
                    ], "object": ["key": .string(key.replacing("/", with: "%2F")), "size": 1, "eTag": "e"],
                ],
            ]
            return JSONValue.object(["Records": [record]]).text()
        }
    }

    /// Hands the function a batch.
    ///
    /// - Returns: the messages that are to come again: `m0` is the first.
    func deliver(_ bodies: [String]? = nil, receiveCount: Int = 1) async throws -> [String] {
        let bodies = if let bodies { bodies } else { try await messages() }
        let records = bodies.enumerated().map { index, body -> JSONValue in
            [
                "messageId": .string("m\(index)"), "receiptHandle": "handle", "body": .string(body),
                "attributes": ["ApproximateReceiveCount": .string(String(receiveCount))], "messageAttributes": [:],
                "md5OfBody": .string(Hex.encode(Digest.of(body.utf8, .md5))), "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:recognition", "awsRegion": "us-east-1",
            ]
        }
        let router = RekognizeFunction.router(cloud.service)
        let context = Context(deadline: .after(.seconds(60)), logger: Logger(sink: LogSink { _ in }))
        let output = try JSONValue(
            parsing: try await router.respond(
                to: JSONValue.object(["Records": .array(records)]).encoded(), context: context))
        return (output["batchItemFailures"]?.array ?? []).compactMap { $0["itemIdentifier"]?.string }
    }
}
