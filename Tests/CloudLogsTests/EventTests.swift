import CloudCore
import Foundation
import JSONValue
import Testing

@testable import CloudLogs

/// Putting, getting and searching events.
@Suite struct EventTests {
    private func get(_ logs: LocalLogs, _ more: JSONObject = [:]) async throws -> JSONValue {
        var input: JSONObject = ["logGroupName": "g", "logStreamName": "s"]
        for (name, value) in more { input[name] = value }
        return try await logs.call("GetLogEvents", .object(input))
    }

    @Test func tokensGoBothWays() async throws {
        try await LocalLogs.with { logs in
            try await logs.stream()
            try await logs.put((0..<25).map { ($0 / 2, "\($0)") })
            let numbers = { (range: Range<Int>) in range.map(String.init) }
            let last = try await get(logs, ["limit": 10])
            #expect(LocalLogs.messages(last) == numbers(15..<25))
            let middle = try await get(logs, ["limit": 10, "nextToken": try #require(last["nextBackwardToken"])])
            #expect(LocalLogs.messages(middle) == numbers(5..<15))
            let first = try await get(logs, ["limit": 10, "nextToken": try #require(middle["nextBackwardToken"])])
            #expect(LocalLogs.messages(first) == numbers(0..<5))
            let before = try await get(logs, ["nextToken": try #require(first["nextBackwardToken"])])
            #expect(LocalLogs.messages(before).isEmpty)
            #expect(before["nextBackwardToken"] == first["nextBackwardToken"])
            // From the end of the one way back onto the other.
            let again = try await get(logs, ["limit": 3, "nextToken": try #require(before["nextForwardToken"])])
            #expect(LocalLogs.messages(again) == numbers(0..<3))
            let onward = try await get(logs, ["nextToken": try #require(again["nextForwardToken"])])
            #expect(LocalLogs.messages(onward) == numbers(3..<25))
            let end = try await get(logs, ["nextToken": try #require(onward["nextForwardToken"])])
            #expect(LocalLogs.messages(end).isEmpty && end["nextForwardToken"] == onward["nextForwardToken"])
            // What is put later is found behind the token.
            try await logs.put([(20, "new")])
            let later = try await get(logs, ["nextToken": try #require(end["nextForwardToken"])])
            #expect(LocalLogs.messages(later) == ["new"])
        }
    }

    @Test func timesAndHeadAreKeptTo() async throws {
        try await LocalLogs.with { logs in
            try await logs.stream()
            let empty = try await get(logs)
            try await logs.put((0..<10).map { ($0, "\($0)") })
            #expect(
                LocalLogs.messages(try await get(logs, ["nextToken": try #require(empty["nextForwardToken"])])).count
                    == 10)
            let (start, end) = (JSONValue(logs.now + 3), JSONValue(logs.now + 6))
            #expect(LocalLogs.messages(try await get(logs, ["startTime": start, "endTime": end])) == ["3", "4", "5"])
            #expect(
                LocalLogs.messages(try await get(logs, ["startTime": start, "limit": 2, "startFromHead": true]))
                    == ["3", "4"])
            #expect(LocalLogs.messages(try await get(logs, ["endTime": end, "limit": 2])) == ["4", "5"])
            // Searches include their end.
            #expect(try await logs.filter(["startTime": start, "endTime": end]) == ["3", "4", "5", "6"])
            let event = try #require(try await get(logs)["events"]?[0])
            #expect(event == ["timestamp": JSONValue(logs.now), "message": "0", "ingestionTime": JSONValue(logs.now)])
        }
    }

    @Test func answersAreBoundedInBytes() async throws {
        try await LocalLogs.with { logs in
            try await logs.stream()
            let large = String(repeating: "x", count: 400_000)
            for number in 0..<4 { try await logs.put([(Int64(number), "\(number)" + large)]) }
            let page = try await get(logs, ["startFromHead": true])
            #expect(LocalLogs.messages(page).map { $0.prefix(1) } == ["0", "1"])
            let rest = try await get(
                logs, ["startFromHead": true, "nextToken": try #require(page["nextForwardToken"])])
            #expect(LocalLogs.messages(rest).map { $0.prefix(1) } == ["2", "3"])
            #expect(try await logs.filter().map { $0.prefix(1) } == ["0", "1", "2", "3"])
        }
    }

    @Test func searchesAreInterleavedAndPaged() async throws {
        try await LocalLogs.with { logs in
            for name in ["web-1", "web-2", "job"] { try await logs.stream(name) }
            try await logs.put([(0, "a ERROR"), (2, "c"), (4, "e ERROR")], to: "web-1")
            try await logs.put([(1, "b ERROR"), (3, "d")], to: "web-2")
            try await logs.put([(2, "j ERROR")], to: "job")
            #expect(try await logs.filter() == ["a ERROR", "b ERROR", "c", "j ERROR", "d", "e ERROR"])
            #expect(try await logs.filter(["limit": 1]) == ["a ERROR", "b ERROR", "c", "j ERROR", "d", "e ERROR"])
            #expect(
                try await logs.filter(["filterPattern": "ERROR", "limit": 2])
                    == ["a ERROR", "b ERROR", "j ERROR", "e ERROR"])
            #expect(
                try await logs.filter(["logStreamNamePrefix": "web-"]) == ["a ERROR", "b ERROR", "c", "d", "e ERROR"])
            #expect(try await logs.filter(["logStreamNames": ["job"]]) == ["j ERROR"])
            #expect(
                try await logs.filter(["logStreamNames": ["job", "web-2"], "filterPattern": "-d"])
                    == ["b ERROR", "j ERROR"])
            let both: JSONValue = ["logGroupName": "g", "logStreamNames": ["job"], "logStreamNamePrefix": "w"]
            #expect(try await logs.failure("FilterLogEvents", both).hasPrefix("InvalidParameterException"))
            let page = try await logs.call("FilterLogEvents", ["logGroupName": "g", "limit": 1])
            let event = try #require(page["events"]?[0])
            #expect(event["logStreamName"] == "web-1" && event["eventId"]?.string?.utf8.count == 56)
        }
    }

    @Test func aLongSearchAnswersInPieces() async throws {
        try await LocalLogs.with { logs in
            logs.log((0..<LogLimits.searchedEvents + 10).map { "line \($0)" })
            let wanted = "\"line \(LogLimits.searchedEvents + 5)\""
            let input: JSONObject = ["logGroupName": "/aws/lambda/f", "filterPattern": .string(wanted)]
            let page = try await logs.call("FilterLogEvents", .object(input))
            #expect(LocalLogs.messages(page).isEmpty && page["nextToken"] != nil)
            #expect(
                try await logs.filter(["filterPattern": .string(wanted)], in: "/aws/lambda/f")
                    == ["line \(LogLimits.searchedEvents + 5)\n"])
        }
    }

    @Test func putsAnswerWithTokensAndRejections() async throws {
        try await LocalLogs.with { logs in
            try await logs.stream()
            let first = try await logs.put([(0, "a")])
            var input = try #require(LocalLogs.events([(-15 * LogLimits.day, "old"), (0, "b")], now: logs.now).object)
            input["sequenceToken"] = "nonsense"
            let second = try await logs.call("PutLogEvents", .object(input))
            #expect(second["rejectedLogEventsInfo"] == ["tooOldLogEventEndIndex": 1])
            #expect(first["nextSequenceToken"]?.string?.utf8.count == 56)
            #expect(first["nextSequenceToken"] != second["nextSequenceToken"])
            #expect(try await logs.filter() == ["a", "b"])
        }
    }

    @Test func patternsAreTested() async throws {
        try await LocalLogs.with { logs in
            let answer = try await logs.call(
                "TestMetricFilter",
                ["filterPattern": "[level = E*, code]", "logEventMessages": ["E 1", "I 2", "ERR 3"]])
            #expect(
                answer["matches"] == [
                    ["eventNumber": 1, "eventMessage": "E 1", "extractedValues": ["$level": "E", "$code": "1"]],
                    ["eventNumber": 3, "eventMessage": "ERR 3", "extractedValues": ["$level": "ERR", "$code": "3"]],
                ])
        }
    }
}
