import CloudCore
import JSONValue
import NIOCore
import Testing

@testable import CloudSQS

@Suite struct QueryProtocolTests {
    @Test func messagesGoAndComeAsForms() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let created = await sqs.query([
            "Action": "CreateQueue", "QueueName": "q", "Attribute.1.Name": "VisibilityTimeout",
            "Attribute.1.Value": "40", "Attribute.2.Name": "DelaySeconds", "Attribute.2.Value": "0", "Tag.1.Key": "k",
            "Tag.1.Value": "v", "Version": "2012-11-05",
        ])
        #expect(created.status == 200 && created.headers.first(name: "content-type") == "text/xml")
        let url = try #require(created.document?["CreateQueueResult"]?.text(of: "QueueUrl"))
        #expect(created.document?["ResponseMetadata"]?.text(of: "RequestId") == "REQUEST")
        #expect(created.text.contains(#"xmlns="http://queue.amazonaws.com/doc/2012-11-05/""#))

        let sent = await sqs.query([
            "Action": "SendMessage", "QueueUrl": url, "MessageBody": "a <b> & ü",
            "MessageAttribute.1.Name": "Foo", "MessageAttribute.1.Value.DataType": "String",
            "MessageAttribute.1.Value.StringValue": "Bar",
        ])
        let result = try #require(sent.document?["SendMessageResult"])
        #expect(result.text(of: "MD5OfMessageAttributes") == "ae7155c6026991b6d54b11589678bf9c")

        let received = await sqs.query(
            [
                "Action": "ReceiveMessage", "AttributeName.1": "All", "MessageAttributeName.1": "All",
                "MaxNumberOfMessages": "10",
            ], path: "/000000000000/q")
        let message = try #require(received.document?["ReceiveMessageResult"]?["Message"])
        #expect(message.text(of: "Body") == "a <b> & ü")
        #expect(message.text(of: "MessageId") == result.text(of: "MessageId"))
        #expect(message["MessageAttribute"]?.text(of: "Name") == "Foo")
        #expect(message["MessageAttribute"]?["Value"]?.text(of: "StringValue") == "Bar")
        let attributes = message.all("Attribute").compactMap { $0.text(of: "Name") }
        #expect(
            attributes == [
                "SenderId", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "SentTimestamp",
            ])
        let handle = try #require(message.text(of: "ReceiptHandle"))
        let deleted = await sqs.query(["Action": "DeleteMessage", "QueueUrl": url, "ReceiptHandle": handle])
        #expect(deleted.status == 200 && deleted.document?.name == "DeleteMessageResponse")
        #expect(deleted.document?.children.map(\.name) == ["ResponseMetadata"])
        let empty = await sqs.query(["Action": "ReceiveMessage", "QueueUrl": url])
        #expect(empty.document?["ReceiveMessageResult"]?.children.isEmpty == true)
    }

    @Test func batchesAndMaps() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let batch = await sqs.query([
            "Action": "SendMessageBatch", "QueueUrl": url, "SendMessageBatchRequestEntry.1.Id": "a",
            "SendMessageBatchRequestEntry.1.MessageBody": "1", "SendMessageBatchRequestEntry.2.Id": "b",
            "SendMessageBatchRequestEntry.2.MessageBody": "2",
            "SendMessageBatchRequestEntry.2.DelaySeconds": "901", "SendMessageBatchRequestEntry.10.Id": "c",
            "SendMessageBatchRequestEntry.10.MessageBody": "3",
        ])
        let result = try #require(batch.document?["SendMessageBatchResult"])
        #expect(result.all("SendMessageBatchResultEntry").compactMap { $0.text(of: "Id") } == ["a", "c"])
        #expect(result["BatchResultErrorEntry"]?.text(of: "Code") == "InvalidParameterValue")
        #expect(result["BatchResultErrorEntry"]?.text(of: "SenderFault") == "true")

        let attributes = await sqs.query(
            [
                "Action": "GetQueueAttributes", "QueueUrl": url, "AttributeName.1": "VisibilityTimeout",
                "AttributeName.2": "QueueArn",
            ],
            method: "GET")
        let names = attributes.document?["GetQueueAttributesResult"]?.all("Attribute").compactMap {
            $0.text(of: "Name")
        }
        #expect(names == ["QueueArn", "VisibilityTimeout"])
        _ = await sqs.query(["Action": "TagQueue", "QueueUrl": url, "Tag.1.Key": "k", "Tag.1.Value": "v"])
        let tags = await sqs.query(["Action": "ListQueueTags", "QueueUrl": url])
        #expect(tags.document?["ListQueueTagsResult"]?["Tag"]?.text(of: "Value") == "v")
        let list = await sqs.query(["Action": "ListQueues"])
        #expect(list.document?["ListQueuesResult"]?.text(of: "QueueUrl") == url)
    }

    @Test func errorsAreXML() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        func error(_ answer: SQSAnswer) -> [String?] {
            let error = answer.document?["Error"]
            return [error?.text(of: "Type"), error?.text(of: "Code"), error?.text(of: "Message")]
        }
        let missing = await sqs.query([
            "Action": "SendMessage", "QueueUrl": "http://localhost/000000000000/no", "MessageBody": "x",
        ])
        #expect(missing.status == 400 && missing.document?.name == "ErrorResponse")
        #expect(
            error(missing) == [
                "Sender", "AWS.SimpleQueueService.NonExistentQueue",
                "The specified queue does not exist for this wsdl version.",
            ])
        #expect(missing.document?.text(of: "RequestId") == "REQUEST")
        #expect(
            error(await sqs.query(["Action": "Dance"])) == [
                "Sender", "InvalidAction", "The action Dance is not valid for this endpoint.",
            ])
        #expect(error(await sqs.query([:]))[1] == "MissingAction")
        _ = try await sqs.queue("q")
        let number = await sqs.query(
            ["Action": "ReceiveMessage", "MaxNumberOfMessages": "many"], path: "/000000000000/q")
        #expect(number.status == 400)
        let forged = await sqs.query(
            ["Action": "DeleteMessage", "ReceiptHandle": "\u{0}<x>"], path: "/000000000000/q")
        #expect(forged.status == 404 && error(forged)[1] == "ReceiptHandleIsInvalid")
    }

    @Test func strangeFormsAreRead() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let deep = String(repeating: "a.", count: 10_000) + "b"
        #expect(await sqs.query(["Action": "ListQueues", deep: "x"]).status == 200)
        #expect(
            await sqs.query(["Action": "CreateQueue", "QueueName": "q", "Tag.Key": "k", "Tag.Value": "v"]).status == 200
        )
        #expect(await sqs.call("ListQueueTags", ["QueueUrl": "/000000000000/q"])["Tags"] == ["k": "v"])
        for input in ["[1]", "{", "\"x\"", "{\"QueueUrl\":{}}", "{\"QueueUrl\":7}"] {
            let request = CloudRequest(
                method: "POST", target: "/", headers: ["X-Amz-Target": "AmazonSQS.ReceiveMessage"],
                body: .init(ByteBuffer(string: input)))
            let answer = SQSAnswer(await sqs.service.respond(to: request, call: ServiceCall(requestID: "R")))
            #expect(answer.status == 400 && answer["__type"]?.string?.hasSuffix("SerializationException") == true)
        }
    }
}
