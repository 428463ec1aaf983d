import CloudCore
import JSONValue
import Testing

@testable import CloudSQS

/// Queues themselves: names, attributes, lists, permissions, tags.
@Suite struct QueueTests {
    @Test func aNewQueueHasTheDefaults() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let answer = await sqs.call("GetQueueAttributes", ["QueueUrl": .string(url), "AttributeNames": ["All"]])
        let created = String(LocalSQS.now.seconds)
        #expect(
            answer["Attributes"] == [
                "QueueArn": "arn:aws:sqs:us-east-1:000000000000:q", "ApproximateNumberOfMessages": "0",
                "ApproximateNumberOfMessagesNotVisible": "0", "ApproximateNumberOfMessagesDelayed": "0",
                "CreatedTimestamp": .string(created), "LastModifiedTimestamp": .string(created),
                "VisibilityTimeout": "30", "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600",
                "DelaySeconds": "0", "ReceiveMessageWaitTimeSeconds": "0", "SqsManagedSseEnabled": "true",
            ])
        let fifo = try await sqs.queue("q.fifo", ["FifoQueue": "true"])
        let more = await sqs.call("GetQueueAttributes", ["QueueUrl": .string(fifo), "AttributeNames": ["All"]])
        for (name, value) in [
            ("FifoQueue", "true"), ("ContentBasedDeduplication", "false"), ("DeduplicationScope", "queue"),
            ("FifoThroughputLimit", "perQueue"),
        ] { #expect(more["Attributes"]?[name]?.string == value) }
        #expect(await sqs.call("GetQueueAttributes", ["QueueUrl": .string(url)]).text == "{}")
    }

    @Test(arguments: QueueAttributes.numbers.indices)
    func numbersHaveRanges(_ index: Int) async throws {
        let (name, range, _) = QueueAttributes.numbers[index]
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        await sqs.clock.advance(by: .seconds(10))
        for good in [range.lowerBound, range.upperBound] {
            let answer = await sqs.call(
                "SetQueueAttributes", ["QueueUrl": .string(url), "Attributes": .texts([name: String(good)])])
            #expect(answer.status == 200)
            let got = await sqs.call(
                "GetQueueAttributes",
                ["QueueUrl": .string(url), "AttributeNames": [.string(name), "LastModifiedTimestamp"]])
            #expect(got["Attributes"]?[name]?.string == String(good))
            #expect(got["Attributes"]?["LastModifiedTimestamp"]?.string == String(LocalSQS.now.seconds + 10))
        }
        for bad in [String(range.lowerBound - 1), String(range.upperBound + 1), "x", "", "1.5"] {
            for (operation, input) in [
                ("SetQueueAttributes", ["QueueUrl": .string(url)] as JSONObject),
                ("CreateQueue", ["QueueName": "other"]),
            ] {
                var input = input
                input["Attributes"] = .texts([name: bad])
                let answer = await sqs.call(operation, .object(input))
                #expect(answer.code == "InvalidAttributeValue;Sender")
                #expect(answer.message == "Invalid value for the parameter \(name).")
            }
        }
        #expect(sqs.service.queueNames == ["q"])
    }

    /// Attributes that are refused, of a standard queue and of a FIFO queue.
    static let refused: [(isFIFO: Bool, [String: String], String, String)] = [
        (false, ["Nonsense": "1"], "InvalidAttributeName", "Unknown Attribute Nonsense."),
        (false, ["QueueArn": "x"], "InvalidAttributeName", "Unknown Attribute QueueArn."),
        (false, ["FifoQueue": "true"], "InvalidAttributeName", "Unknown Attribute FifoQueue."),
        (
            true, ["FifoQueue": "false"], "InvalidAttributeValue",
            "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."
        ),
        (
            false, ["ContentBasedDeduplication": "true"], "InvalidAttributeName",
            "Unknown Attribute ContentBasedDeduplication."
        ),
        (
            false, ["DeduplicationScope": "queue"], "InvalidAttributeName",
            "You can specify the DeduplicationScope only when FifoQueue is set to true."
        ),
        (
            true, ["DeduplicationScope": "x"], "InvalidAttributeValue",
            "Invalid value for the parameter DeduplicationScope."
        ),
        (false, ["Policy": "nonsense"], "InvalidAttributeValue", "Invalid value for the parameter Policy."),
        (
            false, ["KmsMasterKeyId": "k", "SqsManagedSseEnabled": "true"], "InvalidAttributeName",
            "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."
        ),
        (
            false, ["RedrivePolicy": #"{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}"#],
            "InvalidParameterValue",
            #"Value {"deadLetterTargetArn": "dummy", "maxReceiveCount": 42} for parameter RedrivePolicy is invalid. Reason: Invalid value for deadLetterTargetArn."#
        ),
        (
            false,
            ["RedrivePolicy": #"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:no","maxReceiveCount":1}"#],
            "InvalidParameterValue",
            #"Value {"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:no","maxReceiveCount":1} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist."#
        ),
        (
            true,
            ["RedrivePolicy": #"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:d","maxReceiveCount":1}"#],
            "InvalidParameterValue",
            #"Value {"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:d","maxReceiveCount":1} for parameter RedrivePolicy is invalid. Reason: Dead-letter queue must be same type of queue as the source."#
        ),
        (
            false,
            ["RedrivePolicy": #"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:d","maxReceiveCount":0}"#],
            "InvalidParameterValue",
            #"Value {"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:d","maxReceiveCount":0} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive."#
        ),
        (
            false, ["RedrivePolicy": "[]"], "InvalidParameterValue",
            "Value [] for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map."
        ),
    ]

    @Test(arguments: refused.indices)
    func attributesThatAreRefused(_ index: Int) async throws {
        let (isFIFO, attributes, code, message) = Self.refused[index]
        let sqs = try LocalSQS()
        defer { sqs.close() }
        _ = try await sqs.queue("d")
        let url = try await sqs.queue(isFIFO ? "q.fifo" : "q", isFIFO ? ["FifoQueue": "true"] : [:])
        let answer = await sqs.call(
            "SetQueueAttributes", ["QueueUrl": .string(url), "Attributes": .texts(attributes)])
        #expect(answer.status == 400 && answer.code == code + ";Sender")
        #expect(answer.message == message)
    }

    @Test func makingAQueueAgainIsFineIfNothingDiffers() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q", ["DelaySeconds": "1"])
        #expect(try await sqs.queue("q", ["DelaySeconds": "1"]) == url)
        #expect(try await sqs.queue("q") == url)
        #expect(try await sqs.queue("q", ["VisibilityTimeout": "30"]) == url)
        let answer = await sqs.call("CreateQueue", ["QueueName": "q", "Attributes": ["DelaySeconds": "2"]])
        #expect(answer.status == 400 && answer.code == "QueueAlreadyExists;Sender")
        #expect(answer["__type"] == "com.amazonaws.sqs#QueueNameExists")
        #expect(
            answer.message
                == "A queue already exists with the same name and a different value for attribute DelaySeconds")
    }

    @Test(arguments: [
        ("", false), ("a b", false), ("q/x", false), (String(repeating: "a", count: 81), false), ("q.fifo", false),
        ("q", true), (".fifo", true), (String(repeating: "a", count: 76) + ".fifo", true),
    ])
    func namesThatAreRefused(_ name: String, _ isFIFO: Bool) async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let answer = await sqs.call(
            "CreateQueue",
            ["QueueName": .string(name), "Attributes": isFIFO ? ["FifoQueue": "true"] : [:]])
        #expect(answer.status == 400)
        #expect(answer.code == (name.isEmpty ? "MissingParameter;Sender" : "InvalidParameterValue;Sender"))
    }

    @Test func deletedNamesRest() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        await sqs.send("x", to: url)
        #expect(await sqs.call("DeleteQueue", ["QueueUrl": .string(url)]).status == 200)
        #expect(try sqs.rows() == 0)
        let gone = await sqs.call("SendMessage", ["QueueUrl": .string(url), "MessageBody": "x"])
        #expect(gone.status == 400 && gone.code == "AWS.SimpleQueueService.NonExistentQueue;Sender")
        #expect(gone["__type"] == "com.amazonaws.sqs#QueueDoesNotExist")
        #expect(gone.message == "The specified queue does not exist.")
        let again = await sqs.call("CreateQueue", ["QueueName": "q"])
        #expect(again.code == "AWS.SimpleQueueService.QueueDeletedRecently;Sender")
        await sqs.clock.advance(by: .seconds(60))
        #expect(try await sqs.queue("q") == url)
        #expect(await sqs.bodies(url).isEmpty)
    }

    @Test func queuesAreFoundByNameAndURL() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        #expect(await sqs.call("GetQueueUrl", ["QueueName": "q"])["QueueUrl"]?.string == url)
        let code = "AWS.SimpleQueueService.NonExistentQueue;Sender"
        #expect(await sqs.call("GetQueueUrl", ["QueueName": "Q"]).code == code)
        #expect(
            await sqs.call("GetQueueUrl", ["QueueName": "q", "QueueOwnerAWSAccountId": "123456789012"]).code == code)
        for url in [
            "https://sqs.us-east-1.amazonaws.com/000000000000/q", "http://sqs.us-east-1.localhost:4566/000000000000/q",
            "http://queue.localhost/000000000000/q", "http://localhost:4566/queue/us-east-1/000000000000/q",
            "/000000000000/q",
        ] { #expect(await sqs.call("ListQueueTags", ["QueueUrl": .string(url)]).status == 200, "\(url)") }
        for (forged, code) in [
            ("http://localhost/123456789012/q", code), ("http://localhost/000000000000/other", code),
            ("http://localhost/q", "InvalidAddress;Sender"), ("q", "InvalidAddress;Sender"),
            ("http://", "InvalidAddress;Sender"), ("http://localhost/../000000000000/%00", code),
        ] { #expect(await sqs.call("ListQueueTags", ["QueueUrl": .string(forged)]).code == code, "\(forged)") }
        #expect(await sqs.call("ListQueueTags", [:]).code == "MissingParameter;Sender")
        #expect(await sqs.call("ListQueueTags", [:], path: "/000000000000/q").status == 200)
    }

    @Test func listsComeInPages() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        #expect(await sqs.call("ListQueues").text == "{}")
        for name in ["b1", "a", "b3", "b2", "c"] { _ = try await sqs.queue(name) }
        func names(_ answer: SQSAnswer) -> [String] {
            (answer["QueueUrls"]?.array ?? []).compactMap { $0.string?.split(separator: "/").last.map(String.init) }
        }
        #expect(names(await sqs.call("ListQueues")) == ["a", "b1", "b2", "b3", "c"])
        let first = await sqs.call("ListQueues", ["QueueNamePrefix": "b", "MaxResults": 2])
        #expect(names(first) == ["b1", "b2"])
        let second = await sqs.call(
            "ListQueues", ["QueueNamePrefix": "b", "MaxResults": 2, "NextToken": first["NextToken"] ?? ""])
        #expect(names(second) == ["b3"] && second["NextToken"] == nil)
        #expect(await sqs.call("ListQueues", ["MaxResults": 1001]).code == "InvalidParameterValue;Sender")
        #expect(
            await sqs.call("ListQueues", ["MaxResults": 1, "NextToken": "!"]).message
                == "Invalid or expired next token.")
    }

    @Test func permissionsBecomeAPolicy() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        func add(_ label: String, _ actions: [String], _ accounts: [String] = ["111111111111"]) async -> SQSAnswer {
            await sqs.call(
                "AddPermission",
                [
                    "QueueUrl": .string(url), "Label": .string(label),
                    "Actions": .array(actions.map { .string($0) }),
                    "AWSAccountIds": .array(accounts.map { .string($0) }),
                ])
        }
        func policy() async throws -> JSONValue? {
            let answer = await sqs.call("GetQueueAttributes", ["QueueUrl": .string(url), "AttributeNames": ["Policy"]])
            return try answer["Attributes"]?["Policy"]?.string.map { try JSONValue(parsing: $0) }
        }
        #expect(await add("one", ["ReceiveMessage"]).status == 200)
        #expect(
            try await policy() == [
                "Version": "2008-10-17", "Id": "arn:aws:sqs:us-east-1:000000000000:q/SQSDefaultPolicy",
                "Statement": [
                    [
                        "Sid": "one", "Effect": "Allow", "Principal": ["AWS": "arn:aws:iam::111111111111:root"],
                        "Action": "SQS:ReceiveMessage", "Resource": "arn:aws:sqs:us-east-1:000000000000:q",
                    ]
                ],
            ])
        #expect(
            await add("one", ["SendMessage"]).message
                == "Value one for parameter Label is invalid. Reason: Already exists.")
        #expect(await add("two", ["SendMessage", "*"], ["111111111111", "222222222222"]).status == 200)
        #expect(try await policy()?["Statement"]?[1]?["Action"] == ["SQS:SendMessage", "SQS:*"])
        let eight = await add("three", Array(repeating: "SendMessage", count: 8))
        #expect(eight.status == 403 && eight.message == "8 Actions were found, maximum allowed is 7.")
        #expect(
            await add("three", ["CreateQueue"]).message
                == "Value SQS:CreateQueue for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action."
        )
        #expect(
            await add("three", ["SendMessage"], []).message
                == "Value [] for parameter PrincipalId is invalid. Reason: Unable to verify.")
        for label in ["one", "two"] {
            #expect(
                await sqs.call("RemovePermission", ["QueueUrl": .string(url), "Label": .string(label)]).status == 200)
        }
        #expect(try await policy() == nil)
        #expect(
            await sqs.call("RemovePermission", ["QueueUrl": .string(url), "Label": "one"]).message
                == "Value one for parameter Label is invalid. Reason: can't find label.")
    }

    @Test func tagsComeAndGo() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let answer = await sqs.call("CreateQueue", ["QueueName": "q", "tags": ["a": "1"]])
        let url = try #require(answer["QueueUrl"])
        _ = await sqs.call("TagQueue", ["QueueUrl": url, "Tags": ["b": "", "a": "2"]])
        #expect(await sqs.call("ListQueueTags", ["QueueUrl": url])["Tags"] == ["a": "2", "b": ""])
        _ = await sqs.call("UntagQueue", ["QueueUrl": url, "TagKeys": ["a", "b", "c"]])
        #expect(await sqs.call("ListQueueTags", ["QueueUrl": url]).text == #"{"Tags":{}}"#)
        #expect(await sqs.call("TagQueue", ["QueueUrl": url, "Tags": [:]]).code == "MissingParameter;Sender")
    }

    @Test func declaredQueuesAreMadeOnceAndFollowTheirDeclaration() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        try await sqs.service.createQueueIfMissing("q", attributes: ["VisibilityTimeout": "5"])
        try await sqs.service.send("kept", to: sqs.service.queueARN("q"))
        try await sqs.service.createQueueIfMissing("q", attributes: ["VisibilityTimeout": "7"])
        #expect(try sqs.service.visibilityTimeout(of: sqs.service.queueARN("q")) == 7)
        #expect(try sqs.service.messageCounts(of: sqs.service.queueARN("q")).visible == 1)
        await #expect(throws: ServiceError.self) { try await sqs.service.createQueueIfMissing("a b") }
    }
}
