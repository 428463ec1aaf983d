import CloudCore
import JSONValue
import Testing

@testable import CloudLogs

/// Groups, streams, tags: what is there, in which order, and what is refused.
@Suite struct GroupTests {
    private func names(_ page: JSONValue) -> [String]? {
        page["logGroups"]?.array?.compactMap { $0["logGroupName"]?.string }
    }

    @Test func groupsAreDescribed() async throws {
        try await LocalLogs.with { logs in
            for name in ["/b/2", "/a/1", "/b/1", "C"] {
                try await logs.call("CreateLogGroup", ["logGroupName": .string(name)])
            }
            let all = try await logs.call("DescribeLogGroups", ["limit": 3])
            #expect(names(all) == ["/a/1", "/b/1", "/b/2"])
            let rest = try await logs.call("DescribeLogGroups", ["nextToken": try #require(all["nextToken"])])
            #expect(names(rest) == ["C"])
            #expect(rest["nextToken"] == nil)
            for (input, expected): (JSONValue, [String]) in [
                (["logGroupNamePrefix": "/b"], ["/b/1", "/b/2"]), (["logGroupNamePattern": "/1"], ["/a/1", "/b/1"]),
                (["logGroupIdentifiers": ["C", "arn:aws:logs:us-east-1:000000000000:log-group:/a/1"]], ["/a/1", "C"]),
                (["logGroupClass": "DELIVERY"], []),
            ] {
                #expect(names(try await logs.call("DescribeLogGroups", input)) == expected, "\(input.text())")
            }
            let one = try #require(rest["logGroups"]?[0])
            #expect(
                one == [
                    "logGroupName": "C", "creationTime": JSONValue(logs.now), "metricFilterCount": 0,
                    "arn": "arn:aws:logs:us-east-1:000000000000:log-group:C:*", "storedBytes": 0,
                    "logGroupClass": "STANDARD", "logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:C",
                    "deletionProtectionEnabled": false,
                ])
        }
    }

    @Test func refusals() async throws {
        try await LocalLogs.with { logs in
            try await logs.stream()
            let long = JSONValue.string(String(repeating: "x", count: 513))
            let noGroup = "ResourceNotFoundException: The specified log group does not exist."
            let noStream = "ResourceNotFoundException: The specified log stream does not exist."
            let badToken = "InvalidParameterException: The specified nextToken is invalid."
            func violation(_ value: String, _ member: String, _ constraint: String) -> String {
                "InvalidParameterException: 1 validation error detected: Value \(value) at '\(member)' failed to satisfy "
                    + "constraint: \(constraint)"
            }
            let rows: [(String, JSONValue, String)] = [
                (
                    "CreateLogGroup", ["logGroupName": "g"],
                    "ResourceAlreadyExistsException: The specified log group already exists"
                ),
                (
                    "CreateLogGroup", ["logGroupName": long],
                    "InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512."
                ),
                (
                    "CreateLogGroup", ["logGroupName": "a b"],
                    violation(
                        "'a b'", "logGroupName", #"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+"#
                    )
                ),
                (
                    "CreateLogGroup", [:],
                    violation("null", "logGroupName", "Member must not be null")
                ),
                (
                    "CreateLogGroup", ["logGroupName": 1],
                    "SerializationException: NUMBER_VALUE can not be converted to a String"
                ),
                (
                    "DeleteLogGroup", ["logGroupName": "x"],
                    noGroup
                ),
                (
                    "CreateLogStream", ["logGroupName": "x", "logStreamName": "s"],
                    noGroup
                ),
                (
                    "CreateLogStream", ["logGroupName": "g", "logStreamName": "s"],
                    "ResourceAlreadyExistsException: The specified log stream already exists"
                ),
                (
                    "CreateLogStream", ["logGroupName": "g", "logStreamName": "a:b"],
                    violation("'a:b'", "logStreamName", "Member must satisfy regular expression pattern: [^:*]*")
                ),
                (
                    "DeleteLogStream", ["logGroupName": "g", "logStreamName": "x"],
                    noStream
                ),
                (
                    "DescribeLogStreams", ["logGroupName": "g", "logGroupIdentifier": "g"],
                    "ValidationException: LogGroup name and LogGroup ARN are mutually exclusive parameters."
                ),
                (
                    "DescribeLogStreams",
                    ["logGroupName": "g", "orderBy": "LastEventTime", "logStreamNamePrefix": "s"],
                    "InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix."
                ),
                (
                    "DescribeLogStreams", ["logGroupName": "g", "limit": 51],
                    violation("'51'", "limit", "Member must have value less than or equal to 50")
                ),
                (
                    "DescribeLogGroups", ["logGroupNamePrefix": "a", "logGroupNamePattern": "b"],
                    "InvalidParameterException: LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
                ),
                (
                    "PutLogEvents", LocalLogs.events([(0, "m")], to: "x", now: logs.now),
                    noStream
                ),
                (
                    "PutLogEvents", LocalLogs.events([], now: logs.now),
                    violation("'[0 events]'", "logEvents", "Member must have length greater than or equal to 1")
                ),
                (
                    "GetLogEvents", ["logGroupName": "x", "logStreamName": "s"],
                    noGroup
                ),
                (
                    "GetLogEvents", ["logGroupName": "g", "logStreamName": "x"],
                    noStream
                ),
                (
                    "GetLogEvents", ["logGroupName": "g", "logStreamName": "s", "nextToken": "invalid-token"],
                    badToken
                ),
                (
                    "GetLogEvents", ["logGroupName": "g", "logStreamName": "s", "limit": 10001],
                    violation("'10001'", "limit", "Member must have value less than or equal to 10000")
                ),
                (
                    "FilterLogEvents", ["logGroupName": "g", "nextToken": "x"],
                    badToken
                ),
                (
                    "FilterLogEvents", ["logGroupName": "g", "filterPattern": "a:b"],
                    "InvalidParameterException: Invalid character(s) in term 'a:b'"
                ),
                (
                    "FilterLogEvents", ["logGroupName": "g", "filterPattern": "{ $.a }"],
                    "InvalidParameterException: Invalid filter pattern"
                ),
                (
                    "FilterLogEvents", ["logGroupName": "g", "logStreamNames": ["x"]],
                    noStream
                ),
                (
                    "PutRetentionPolicy", ["logGroupName": "x", "retentionInDays": 7],
                    noGroup
                ),
                (
                    "TagResource",
                    ["resourceArn": "arn:aws:logs:us-east-1:000000000000:log-group:x", "tags": ["a": "b"]],
                    noGroup
                ),
                ("StartQuery", [:], "UnknownOperationException: "),
                (
                    "StartLiveTail", ["logGroupIdentifiers": ["x"]],
                    noGroup
                ),
            ]
            for (operation, input, expected) in rows {
                #expect(try await logs.failure(operation, input) == expected, "\(operation)")
            }
            let retention = try await logs.failure("PutRetentionPolicy", ["logGroupName": "g", "retentionInDays": 2])
            #expect(retention.contains("Value '2' at 'retentionInDays'"))
        }
    }

    @Test func streamsAreDescribedInBothOrders() async throws {
        try await LocalLogs.with { logs in
            for name in ["b", "a", "d", "c"] { try await logs.stream(name) }
            try await logs.put([(-3000, "x"), (-2000, "y")], to: "c")
            try await logs.put([(-1000, "x")], to: "a")
            for (input, names): (JSONObject, [String]) in [
                ([:], ["a", "b", "c", "d"]), (["descending": true], ["d", "c", "b", "a"]),
                (["orderBy": "LastEventTime"], ["b", "d", "c", "a"]),
                (["orderBy": "LastEventTime", "descending": true], ["a", "c", "d", "b"]),
                (["logStreamNamePrefix": "c"], ["c"]),
            ] {
                for limit in [1, 3, 50] {
                    var input = input
                    input["logGroupIdentifier"] = "arn:aws:logs:us-east-1:000000000000:log-group:g"
                    input["limit"] = JSONValue(limit)
                    var found: [String] = []
                    repeat {
                        let page = try await logs.call("DescribeLogStreams", .object(input))
                        found += page["logStreams"]?.array?.compactMap { $0["logStreamName"]?.string } ?? []
                        input["nextToken"] = page["nextToken"]
                    } while input["nextToken"] != nil
                    #expect(found == names, "\(JSONValue.object(input).text())")
                }
            }
            let page = try await logs.call("DescribeLogStreams", ["logGroupName": "g", "logStreamNamePrefix": "c"])
            let stream = try #require(page["logStreams"]?[0])
            #expect(stream["firstEventTimestamp"]?.int == Int(logs.now) - 3000)
            #expect(stream["lastEventTimestamp"]?.int == Int(logs.now) - 2000)
            #expect(stream["lastIngestionTime"]?.int == Int(logs.now))
            #expect(stream["arn"] == "arn:aws:logs:us-east-1:000000000000:log-group:g:log-stream:c")
        }
    }

    @Test func tagsOfBothKinds() async throws {
        try await LocalLogs.with { logs in
            try await logs.call("CreateLogGroup", ["logGroupName": "g", "tags": ["env": "test"]])
            let arn: JSONValue = "arn:aws:logs:us-east-1:000000000000:log-group:g"
            try await logs.call("TagResource", ["resourceArn": arn, "tags": ["a": "1", "b": "2"]])
            try await logs.call("TagLogGroup", ["logGroupName": "g", "tags": ["c": "3"]])
            try await logs.call("UntagResource", ["resourceArn": arn, "tagKeys": ["a"]])
            try await logs.call("UntagLogGroup", ["logGroupName": "g", "tags": ["env"]])
            let expected: JSONValue = ["tags": ["b": "2", "c": "3"]]
            #expect(try await logs.call("ListTagsForResource", ["resourceArn": arn]) == expected)
            #expect(try await logs.call("ListTagsLogGroup", ["logGroupName": "g"]) == expected)
            let many = JSONValue.object(JSONObject((0..<49).map { ("k\($0)", "v") }))
            #expect(try await logs.failure("TagResource", ["resourceArn": arn, "tags": many]).hasPrefix("TooManyTags"))
        }
    }

    @Test func whatIsProtectedStays() async throws {
        try await LocalLogs.with { logs in
            try await logs.call("CreateLogGroup", ["logGroupName": "g", "deletionProtectionEnabled": true])
            #expect(try await logs.failure("DeleteLogGroup", ["logGroupName": "g"]).hasPrefix("ValidationException"))
            try await logs.call(
                "PutLogGroupDeletionProtection", ["logGroupIdentifier": "g", "deletionProtectionEnabled": false])
            try await logs.call("DeleteLogGroup", ["logGroupName": "g"])
            #expect(try await logs.call("DescribeLogGroups")["logGroups"] == [])
        }
    }

    @Test func deletedGroupsAndStreamsTakeTheirEventsAlong() async throws {
        try await LocalLogs.with { logs in
            try await logs.stream("a")
            try await logs.stream("b")
            try await logs.put([(0, "of a")], to: "a")
            try await logs.put([(0, "of b")], to: "b")
            try await logs.call("DeleteLogStream", ["logGroupName": "g", "logStreamName": "a"])
            #expect(try await logs.filter() == ["of b"])
            try await logs.call("DeleteLogGroup", ["logGroupName": "g"])
            try await logs.stream("b")
            #expect(try await logs.filter().isEmpty)
            while try await logs.service.database.write({ try LogsStorage.purge($0) }) {}
            let left = try logs.service.database.read { database in
                try database.first("SELECT count(*) FROM events") { $0.integer(0) }
            }
            #expect(left == 0)
        }
    }
}
