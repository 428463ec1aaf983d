import CloudCore
import CloudCoreTesting
import JSONValue
import Testing

@testable import CloudEvents

@Suite struct RuleTests {
    @Test func rulesAreMadeShownListedAndDeleted() async throws {
        let local = try await LocalEvents()
        let made = try await local.call(
            "PutRule",
            [
                "Name": "r1", "EventPattern": #"{"source":["a"]}"#, "Description": "d",
                "Tags": [["Key": "k", "Value": "v"]],
            ])
        #expect(made["RuleArn"] == "arn:aws:events:us-east-1:000000000000:rule/r1")
        try await local.call("PutRule", ["Name": "r2", "ScheduleExpression": "rate(5 minutes)", "State": "DISABLED"])
        let shown = try await local.call("DescribeRule", ["Name": "r1"])
        #expect(shown["EventPattern"] == #"{"source":["a"]}"#)
        #expect(shown["State"] == "ENABLED")
        #expect(shown["Description"] == "d")
        #expect(shown["EventBusName"] == "default")
        let listed = try await local.call("ListRules")
        #expect(listed["Rules"]?.array?.map { $0["Name"] } == ["r1", "r2"])
        let first = try await local.call("ListRules", ["Limit": 1])
        let second = try await local.call("ListRules", ["Limit": 1, "NextToken": try #require(first["NextToken"])])
        #expect(second["Rules"]?[0]?["Name"] == "r2")
        #expect(second["NextToken"] == nil)
        let tags = try await local.call("ListTagsForResource", ["ResourceARN": try #require(made["RuleArn"])])
        #expect(tags["Tags"] == [["Key": "k", "Value": "v"]])
        try await local.call("EnableRule", ["Name": "r2"])
        #expect(try await local.call("DescribeRule", ["Name": "r2"])["State"] == "ENABLED")
        try await local.call("DeleteRule", ["Name": "r2"])
        try await local.call("DeleteRule", ["Name": "r2"])
        #expect(try await local.refusal("DescribeRule", ["Name": "r2"]).code == "ResourceNotFoundException")
        await local.close()
    }

    static let refused: [(operation: String, input: JSONValue, code: String, message: String)] = [
        (
            "PutRule", ["Name": "r"], "ValidationException",
            "Parameter(s) EventPattern or ScheduleExpression must be specified."
        ),
        (
            "PutRule", ["Name": "r", "ScheduleExpression": "rate(1 minutes)"], "ValidationException",
            "Parameter ScheduleExpression is not valid."
        ),
        (
            "PutRule", ["Name": "r", "EventPattern": #"{"a":[]}"#], "InvalidEventPatternException",
            "Event pattern is not valid. Reason: Empty arrays are not allowed"
        ),
        (
            "PutRule", ["Name": "r s", "ScheduleExpression": "rate(1 minute)"], "ValidationException",
            #"1 validation error detected: Value 'r s' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+"#
        ),
        (
            "PutRule", ["ScheduleExpression": "rate(1 minute)"], "ValidationException",
            "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"
        ),
        (
            "PutRule", ["Name": "r", "ScheduleExpression": "rate(1 minute)", "State": "ON"], "ValidationException",
            "1 validation error detected: Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy "
                + "enum value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]"
        ),
        (
            "PutRule", ["Name": "r", "EventPattern": "{}", "EventBusName": "none"], "InvalidEventPatternException",
            "Event pattern is not valid. Reason: Empty objects are not allowed"
        ),
        (
            "PutRule", ["Name": "r", "EventPattern": #"{"a":[1]}"#, "EventBusName": "none"],
            "ResourceNotFoundException", "Event bus none does not exist."
        ),
        (
            "PutRule", ["Name": "r", "ScheduleExpression": "rate(1 minute)", "EventBusName": "other"],
            "ValidationException", "ScheduleExpression is supported only on the default event bus."
        ),
        (
            "PutRule",
            ["Name": "r", "EventPattern": "{\"a\":[\"b\"]}", "ScheduleExpression": "", "EventBusName": "other"],
            "ValidationException", "ScheduleExpression is supported only on the default event bus."
        ),
        (
            "PutTargets", ["Rule": "none", "Targets": [["Id": "1", "Arn": "arn:aws:sqs:us-east-1:000000000000:q"]]],
            "ResourceNotFoundException", "Rule none does not exist on EventBus default."
        ),
        (
            "PutTargets", ["Rule": "known", "Targets": [["Id": "1", "Arn": "queue"]]], "ValidationException",
            "Parameter queue is not valid. Reason: Provided Arn is not in correct format."
        ),
        (
            "PutTargets",
            ["Rule": "known", "Targets": [["Id": "1", "Arn": "arn:aws:sqs:us-east-1:000000000000:q.fifo"]]],
            "ValidationException", "Parameter(s) SqsParameters must be specified for target: 1."
        ),
        (
            "PutTargets",
            [
                "Rule": "known",
                "Targets": [
                    [
                        "Id": "1", "Arn": "arn:aws:sqs:us-east-1:000000000000:q",
                        "InputTransformer": ["InputPathsMap": ["a": "$.a"], "InputTemplate": "\"<b>\""],
                    ]
                ],
            ], "ValidationException", "InputTemplate for target 1 contains invalid placeholder b."
        ),
        (
            "PutTargets",
            [
                "Rule": "known",
                "Targets": [
                    ["Id": "1", "Arn": "arn:aws:sqs:us-east-1:000000000000:q", "Input": "{}", "InputPath": "$"]
                ],
            ], "ValidationException",
            "Only one of Input, InputPath, or InputTransformer must be provided for target 1."
        ),
        ("DeleteRule", ["Name": "known"], "ValidationException", "Rule can't be deleted since it has targets."),
        ("CreateEventBus", ["Name": "a/b"], "ValidationException", "Event bus name must not contain '/'."),
        (
            "CreateEventBus", ["Name": "default"], "ResourceAlreadyExistsException",
            "Event bus default already exists."
        ),
        ("DeleteEventBus", ["Name": "default"], "ValidationException", "Cannot delete event bus default."),
        (
            "PutEvents", ["Entries": []], "ValidationException",
            "1 validation error detected: Value '[]' at 'entries' failed to satisfy constraint: Member must have "
                + "length greater than or equal to 1"
        ),
        (
            "PutEvents",
            [
                "Entries": [
                    [
                        "Source": "a", "DetailType": "b",
                        "Detail": .string(#"{"a":""# + String(repeating: "x", count: 256 * 1024) + #""}"#),
                    ]
                ]
            ], "ValidationException", "Total size of the entries in the request is over the limit."
        ),
        (
            "TestEventPattern", ["EventPattern": #"{"a":[1]}"#, "Event": "plain"], "ValidationException",
            "Parameter Event is not valid."
        ),
        ("Nothing", [:], "UnknownOperationException", "The operation Nothing is not served here."),
    ]

    @Test(arguments: refused.indices)
    func refusals(_ index: Int) async throws {
        let example = Self.refused[index]
        let local = try await LocalEvents()
        try await local.call("CreateEventBus", ["Name": "other"])
        try await local.rule("known", pattern: ["source": ["a"]])
        let refusal = try await local.refusal(example.operation, example.input)
        #expect(refusal.code == example.code)
        #expect(refusal.message == example.message)
        await local.close()
    }

    @Test func targetsAreListedAsTheyWerePut() async throws {
        let local = try await LocalEvents()
        let target: JSONValue = [
            "Id": "b", "Arn": .string(LocalEvents.queue("q.fifo")), "SqsParameters": ["MessageGroupId": "g"],
            "RetryPolicy": ["MaximumRetryAttempts": 3],
        ]
        try await local.rule(
            "r", pattern: ["source": ["a"]], targets: [target, ["Id": "a", "Arn": "arn:aws:x:y:z:w"]])
        let listed = try await local.call("ListTargetsByRule", ["Rule": "r"])
        #expect(listed["Targets"]?.array == [["Id": "a", "Arn": "arn:aws:x:y:z:w"], target])
        let names = try await local.call("ListRuleNamesByTarget", ["TargetArn": "arn:aws:x:y:z:w"])
        #expect(names["RuleNames"] == ["r"])
        let removed = try await local.call("RemoveTargets", ["Rule": "r", "Ids": ["a", "z"]])
        #expect(removed["FailedEntryCount"] == 1)
        #expect(removed["FailedEntries"]?[0]?["TargetId"] == "z")
        await local.close()
    }

    @Test func busesKeepWhatTheyAreToldAfterTheStoreIsOpenedAgain() async throws {
        let folder = TemporaryFolder("events")
        defer { folder.remove() }
        let local = try await LocalEvents(directory: folder.path)
        try await local.call(
            "CreateEventBus", ["Name": "shop", "Description": "d", "Tags": [["Key": "a", "Value": "b"]]])
        try await local.call("UpdateEventBus", ["Name": "shop", "Description": "e"])
        try await local.rule("r", pattern: ["source": ["a"]], bus: "shop")
        await local.close()
        let again = try await LocalEvents(directory: folder.path)
        #expect(try await again.call("DescribeEventBus", ["Name": "shop"])["Description"] == "e")
        #expect(try await again.call("ListEventBuses")["EventBuses"]?.array?.count == 2)
        #expect(
            try await again.call("ListTargetsByRule", ["Rule": "r", "EventBusName": "shop"])["Targets"]?.array?.count
                == 1)
        #expect(try await again.refusal("DeleteEventBus", ["Name": "shop"]).code == "ValidationException")
        await again.close()
    }
}
