import CloudCore
import JSONValue
import Testing

@testable import CloudEvents

@Suite struct EventTests {
    @Test func aMatchingEventReachesEveryTargetAsItIs() async throws {
        let local = try await LocalEvents()
        try await local.rule(
            "r", pattern: ["source": ["shop"], "detail": ["n": [["numeric": [">", 1]]]]],
            targets: [
                ["Id": "1", "Arn": .string(LocalEvents.queue("a"))],
                [
                    "Id": "2", "Arn": .string(LocalEvents.queue("b.fifo")),
                    "SqsParameters": ["MessageGroupId": "group"],
                ],
            ])
        let answer = try await local.publish(["n": 2])
        try await local.publish(["n": 1])
        let id = try #require(answer["Entries"]?[0]?["EventId"]?.string)
        let event =
            #"{"version":"0","id":"\#(id)","detail-type":"order","source":"shop","account":"000000000000","#
            + #""time":"2026-03-01T00:00:00Z","region":"us-east-1","resources":["arn:x"],"detail":{"n":2}}"#
        #expect(local.targets.payloads(LocalEvents.queue("a")) == [event])
        #expect(local.targets.payloads(LocalEvents.queue("b.fifo")) == [event])
        #expect(local.targets.taken.map(\.group) == [nil, "group"])
        await local.close()
    }

    @Test func entriesFailOneByOne() async throws {
        let local = try await LocalEvents()
        let answer = try await local.call(
            "PutEvents",
            [
                "Entries": [
                    ["DetailType": "t", "Detail": "{}"], ["Source": "s", "Detail": "{}"],
                    ["Source": "s", "DetailType": "t"], ["Source": "s", "DetailType": "t", "Detail": "{"],
                    ["Source": "s", "DetailType": "t", "Detail": "[1]"],
                    ["Source": "aws.s3", "DetailType": "t", "Detail": "{}"],
                    ["Source": "s", "DetailType": "t", "Detail": "{}"],
                    ["Source": "s", "DetailType": "t", "Detail": "{}", "EventBusName": "nowhere"],
                ]
            ])
        #expect(answer["FailedEntryCount"] == 6)
        let entries = answer["Entries"]?.array ?? []
        #expect(
            entries.map { $0["ErrorCode"]?.string } == [
                "InvalidArgument", "InvalidArgument", "InvalidArgument", "MalformedDetail", "MalformedDetail",
                "NotAuthorizedForSourceException", nil, nil,
            ])
        #expect(
            entries[0]["ErrorMessage"] == "Parameter Source is not valid. Reason: Source is a required argument.")
        #expect(entries[3]["ErrorMessage"] == "Detail is malformed.")
        #expect(entries[6]["EventId"] != nil)
        await local.close()
    }

    static let inputs: [(target: JSONObject, payload: String)] = [
        (["Input": #"{"fixed": 1}"#], #"{"fixed": 1}"#),
        (["InputPath": "$.detail"], #"{"name":"x \"y\"","n":2,"list":[{"v":1},{"v":2}],"none":null}"#),
        (["InputPath": "$.detail.list[1].v"], "2"),
        (["InputPath": "$.detail.list[*].v"], "[1,2]"),
        (["InputPath": "$.detail.name"], #""x \"y\"""#),
        (["InputPath": "$.detail-type"], #""order""#),
        (
            transformer(#"{"name": <name>, "text": "is <name>, <n>", "list": <list>}"#),
            #"{"name": "x \"y\"", "text": "is x \"y\", 2", "list": [{"v":1},{"v":2}]}"#
        ),
        (transformer(#""order <n> of <name>""#), #""order 2 of x \"y\"""#),
        (transformer(#"{"gone": <gone>, "none": <none>}"#), #"{"gone": "", "none": null}"#),
        (transformer(#""gone <gone>.""#), #""gone .""#),
        (transformer(#""list <list>""#), #""list [{v:1},{v:2}]""#),
        (transformer(#"{"a": "1 \" <n> \" 2"}"#), #"{"a": "1 \" 2 \" 2"}"#),
        (
            transformer(#"{"rule": <aws.events.rule-name>, "arn": "<aws.events.rule-arn>"}"#),
            #"{"rule": "r", "arn": "arn:aws:events:us-east-1:000000000000:rule/r"}"#
        ),
        (transformer(#"{"at": <aws.events.event.ingestion-time>}"#), #"{"at": "2026-03-01T00:00:00Z"}"#),
    ]

    static func transformer(_ template: String) -> JSONObject {
        let paths: JSONValue = [
            "name": "$.detail.name", "n": "$.detail.n", "list": "$.detail.list", "gone": "$.detail.gone",
            "none": "$.detail.none",
        ]
        return ["InputTransformer": ["InputPathsMap": paths, "InputTemplate": .string(template)]]
    }

    @Test(arguments: inputs.indices)
    func whatTargetsAreGiven(_ index: Int) async throws {
        let (input, payload) = Self.inputs[index]
        let local = try await LocalEvents()
        var target = input
        target["Id"] = "t"
        target["Arn"] = .string(LocalEvents.queue("q"))
        try await local.rule("r", pattern: ["source": ["shop"]], targets: [.object(target)])
        try await local.publish(["name": "x \"y\"", "n": 2, "list": [["v": 1], ["v": 2]], "none": nil])
        #expect(local.targets.payloads(LocalEvents.queue("q")) == [payload])
        await local.close()
    }

    @Test func theWholeEventFitsIntoATemplate() async throws {
        let local = try await LocalEvents()
        try await local.rule(
            "r", pattern: ["source": ["shop"]],
            targets: [
                [
                    "Id": "t", "Arn": .string(LocalEvents.queue("q")),
                    "InputTransformer": [
                        "InputTemplate": #"{"all": <aws.events.event.json>, "head": <aws.events.event>}"#
                    ],
                ]
            ])
        try await local.publish(["n": 1])
        let given = try JSONValue(parsing: try #require(local.targets.payloads(LocalEvents.queue("q")).first))
        #expect(given["all"]?["detail"] == ["n": 1])
        #expect(given["head"]?["detail"] == nil)
        #expect(given["head"]?["detailType"] == "order")
        await local.close()
    }

    @Test func busesPassEventsOnButNotInCircles() async throws {
        let local = try await LocalEvents()
        for bus in ["a", "b"] { try await local.call("CreateEventBus", ["Name": .string(bus)]) }
        func arn(_ bus: String) -> JSONValue { .string("arn:aws:events:us-east-1:000000000000:event-bus/\(bus)") }
        let pattern: JSONValue = ["source": ["shop"]]
        try await local.rule("on", pattern: pattern, targets: [["Id": "a", "Arn": arn("a")]])
        try await local.rule(
            "round", pattern: pattern, bus: "a",
            targets: [["Id": "b", "Arn": arn("b")], ["Id": "q", "Arn": .string(LocalEvents.queue("q"))]])
        try await local.rule("back", pattern: pattern, bus: "b", targets: [["Id": "a", "Arn": arn("a")]])
        let answer = try await local.publish(["n": 1])
        let payloads = local.targets.payloads(LocalEvents.queue("q"))
        #expect(payloads.count == 3)
        #expect(Set(payloads).count == 1)
        #expect(payloads.first?.contains(try #require(answer["Entries"]?[0]?["EventId"]?.string)) == true)
        #expect(local.sentences.contains { $0.contains("came through more than 5 event buses") })
        await local.close()
    }

    @Test func theServicesOfTheCloudPublishToo() async throws {
        let local = try await LocalEvents()
        try await local.rule("r", pattern: ["source": ["aws.s3"], "detail-type": ["Object Created"]])
        let bus = "arn:aws:events:us-east-1:000000000000:event-bus/default"
        #expect(local.service.hasBus(bus))
        #expect(!local.service.hasBus(bus + "s"))
        try await local.service.publish(
            EventEnvelope(source: "aws.s3", detailType: "Object Created", resources: ["arn:aws:s3:::b"]),
            detail: .init(string: #"{"bucket":{"name":"b"}}"#), to: bus)
        await local.clock.settled()
        #expect(local.targets.payloads(LocalEvents.queue("q")).count == 1)
        await #expect(throws: ServiceError.self) {
            try await local.service.publish(
                EventEnvelope(source: "a", detailType: "b"), detail: .init(string: "{}"), to: bus + "s")
        }
        await local.close()
    }
}
