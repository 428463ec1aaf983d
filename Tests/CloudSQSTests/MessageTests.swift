import CloudCore
import Digests
import JSONValue
import Testing

@testable import CloudSQS

/// Attributes, digests, sizes and characters of messages.
@Suite struct MessageTests {
    static let attributes: JSONValue = [
        "Hello": ["DataType": "String", "StringValue": "There"],
        "General": ["DataType": "String", "StringValue": "Kenobi"],
        "Help.Me": ["DataType": "String", "StringValue": "Me"],
    ]

    /// What AWS answers for those attributes and for what is asked of them.
    static let selections: [(asked: [String], digest: String?, names: [String])] = [
        ([], nil, []),
        (["All"], "4c360f3fdafd970e05fae2f149d997f5", ["General", "Hello", "Help.Me"]),
        ([".*"], "4c360f3fdafd970e05fae2f149d997f5", ["General", "Hello", "Help.Me"]),
        (["Foo", "Help"], nil, []),
        (["Hello", "General"], "fca026605781cb4126a1e9044df24232", ["General", "Hello"]),
        (["Foo", "Hello"], "a311262e065454b75da111d535b8dacd", ["Hello"]),
        (["Hel.*"], "83fee93c1bcd8b9a5a923ffacdc636c7", ["Hello", "Help.Me"]),
        (["AWS."], nil, []),
    ]

    @Test(arguments: selections.indices)
    func attributesAreSelected(_ index: Int) async throws {
        let (asked, digest, names) = Self.selections[index]
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let sent = await sqs.send("msg", to: url, ["MessageAttributes": Self.attributes])
        #expect(sent["MD5OfMessageAttributes"] == "4c360f3fdafd970e05fae2f149d997f5")
        let message = try #require(
            await sqs.receive(url, ["MessageAttributeNames": .array(asked.map { .string($0) })]).first)
        #expect(message["MD5OfMessageAttributes"]?.string == digest)
        #expect(message["MessageAttributes"]?.object?.keys ?? [] == names)
        for name in names { #expect(message["MessageAttributes"]?[name] == Self.attributes[name]) }
    }

    @Test func digestsAreThoseOfAWS() throws {
        let bytes = Array("traceparent\u{1e}00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01".utf8)
        let cases: [([MessageAttribute], String)] = [
            (
                [MessageAttribute(name: "Foo", dataType: "String", value: .text("Bar"))],
                "ae7155c6026991b6d54b11589678bf9c"
            ),
            (
                [MessageAttribute(name: "attr1", dataType: "Binary", value: .bytes(bytes))],
                "8cbe4db156db8a94db8b801b7addb984"
            ),
        ]
        for (attributes, digest) in cases { #expect(MessageChecksum.of(attributes) == digest) }
        #expect(MessageChecksum.of([]) == nil)
        #expect(MessageChecksum.of("msg") == "6e2baaf3b97dbeef01c0043275f9a0e7")
    }

    @Test func allKindsOfAttributesComeBackAsTheyWere() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        let attributes: JSONValue = [
            "binary": ["DataType": "Binary.gif", "BinaryValue": "AAEC/w=="],
            "number": ["DataType": "Number.int", "StringValue": "-12.5e3"],
            "text": ["DataType": "String", "StringValue": "\u{1F600}\n"],
        ]
        let sent = await sqs.send(
            "msg", to: url,
            [
                "MessageAttributes": attributes,
                "MessageSystemAttributes": [
                    "AWSTraceHeader": ["DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"]
                ],
            ])
        #expect(sent["MD5OfMessageSystemAttributes"] != nil)
        let message = try #require(
            await sqs.receive(
                url, ["MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["AWSTraceHeader", "SenderId"]]
            ).first)
        #expect(message["MessageAttributes"] == attributes)
        #expect(message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"])
        #expect(
            message["Attributes"] == [
                "SenderId": "000000000000", "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
            ])
    }

    static let refused: [(JSONObject, String, String)] = [
        ([:], "MissingParameter", "The request must contain the parameter MessageBody."),
        (["MessageBody": ""], "MissingParameter", "The request must contain the parameter MessageBody."),
        (
            ["MessageBody": "a\u{0}b"], "InvalidMessageContents",
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
        ),
        (["MessageBody": "\u{FFFE}"], "InvalidMessageContents", MessageText.invalidCharacters.message),
        (["MessageBody": "x\u{1B}"], "InvalidMessageContents", MessageText.invalidCharacters.message),
        (
            ["MessageBody": "x", "DelaySeconds": 901], "InvalidParameterValue",
            "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
        ),
        (
            ["MessageBody": "x", "DelaySeconds": -1], "InvalidParameterValue",
            "Value -1 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
        ),
        (
            ["MessageBody": "x", "MessageDeduplicationId": "d"], "InvalidParameterValue",
            "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type."
        ),
        (
            attribute("ErrorDetails", ["DataType": "String", "StringValue": ""]), "InvalidParameterValue",
            "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'."
        ),
        (
            attribute("n", ["DataType": "Number", "StringValue": "12x"]), "InvalidParameterValue",
            "Can't cast the value of message (user) attribute 'n' to a number."
        ),
        (
            attribute("t", ["DataType": "Blob", "StringValue": "x"]), "InvalidParameterValue",
            "The message attribute 't' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
        ),
        (
            attribute("a b", ["DataType": "String", "StringValue": "x"]), "InvalidParameterValue",
            "The message attribute name 'a b' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters."
        ),
        (
            attribute("AWS.x", ["DataType": "String", "StringValue": "x"]), "InvalidParameterValue",
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use."
        ),
        (
            attribute("b", ["DataType": "Binary", "BinaryValue": "!"]), "InvalidParameterValue",
            "Message (user) attribute 'b' must contain a non-empty value of type 'Binary'."
        ),
    ]

    private static func attribute(_ name: String, _ value: JSONValue) -> JSONObject {
        [
            "MessageBody": "x",
            "MessageAttributes": .object([(name, value)].reduce(into: JSONObject()) { $0[$1.0] = $1.1 }),
        ]
    }

    @Test(arguments: refused.indices)
    func whatQueuesDoNotTake(_ index: Int) async throws {
        let (more, code, message) = Self.refused[index]
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        var input = more
        input["QueueUrl"] = .string(url)
        let answer = await sqs.call("SendMessage", .object(input))
        #expect(answer.status == 400)
        #expect(answer.code == code + ";Sender")
        #expect(answer.message == message)
        #expect(await sqs.counts(url) == ["0", "0", "0"])
    }

    @Test func sizesCountBytesOfBodyAndAttributes() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q", ["MaximumMessageSize": "1024"])
        await sqs.send(String(repeating: "é", count: 512), to: url)
        let over = await sqs.call(
            "SendMessage",
            [
                "QueueUrl": .string(url), "MessageBody": .string(String(repeating: "a", count: 1017)),
                "MessageAttributes": ["k": ["DataType": "String", "StringValue": "x"]],
            ])
        #expect(over.code == "InvalidParameterValue;Sender")
        #expect(over.message == "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.")
        await sqs.send(
            String(repeating: "a", count: 1016), to: url,
            ["MessageAttributes": ["k": ["DataType": "String", "StringValue": "x"]]])
        let largest = try await sqs.queue("large")
        let body = String(repeating: "\n", count: 1_048_576)
        await sqs.send(body, to: largest)
        #expect(await sqs.bodies(largest) == [body])
    }

    @Test func atMostTenAttributes() async throws {
        let sqs = try LocalSQS()
        defer { sqs.close() }
        let url = try await sqs.queue("q")
        func attributes(_ count: Int) -> JSONValue {
            .object(JSONObject((0..<count).map { ("a\($0)", ["DataType": "String", "StringValue": "x"]) }))
        }
        await sqs.send("x", to: url, ["MessageAttributes": attributes(10)])
        let answer = await sqs.call(
            "SendMessage", ["QueueUrl": .string(url), "MessageBody": "x", "MessageAttributes": attributes(11)])
        #expect(answer.message == "Number of message attributes [11] exceeds the allowed maximum [10].")
    }
}
