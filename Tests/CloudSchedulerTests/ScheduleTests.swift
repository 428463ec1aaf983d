import CloudCore
import JSONValue
import Testing

@testable import CloudScheduler

@Suite struct ScheduleTests {
    @Test func schedulesAreMadeShownListedChangedAndDeleted() async throws {
        let local = try await LocalScheduler()
        let made = try await local.call(
            "POST", "/schedules/s1",
            LocalScheduler.input(
                "cron(0 3 * * ? *)", ["ScheduleExpressionTimezone": "Europe/Berlin", "Description": "d"]))
        #expect(made["ScheduleArn"] == "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s1")
        let shown = try await local.call("GET", "/schedules/s1")
        #expect(shown["ScheduleExpressionTimezone"] == "Europe/Berlin")
        #expect(shown["State"] == "ENABLED")
        #expect(shown["ActionAfterCompletion"] == "NONE")
        #expect(shown["GroupName"] == "default")
        #expect(shown["Target"]?["RetryPolicy"]?["MaximumRetryAttempts"] == 185)
        try await local.call("POST", "/schedule-groups/g", ["Tags": [["Key": "a", "Value": "b"]]])
        try await local.create("s2", "rate(1 hour)", ["GroupName": "g", "State": "DISABLED"])
        let all = try await local.call("GET", "/schedules")
        #expect(all["Schedules"]?.array?.map { $0["Name"] } == ["s1", "s2"])
        let some = try await local.call("GET", "/schedules?ScheduleGroup=g&State=DISABLED&NamePrefix=s&MaxResults=1")
        #expect(some["Schedules"]?.array?.map { $0["Name"] } == ["s2"])
        try await local.call("PUT", "/schedules/s1", LocalScheduler.input("rate(5 minutes)"))
        let changed = try await local.call("GET", "/schedules/s1?groupName=default")
        #expect(changed["ScheduleExpressionTimezone"] == "UTC")
        #expect(changed["Description"] == nil)
        let arn = "arn%3Aaws%3Ascheduler%3Aus-east-1%3A000000000000%3Aschedule-group%2Fg"
        #expect(try await local.call("GET", "/tags/\(arn)")["Tags"] == [["Key": "a", "Value": "b"]])
        try await local.call("DELETE", "/tags/\(arn)?TagKeys=a")
        #expect(try await local.call("GET", "/tags/\(arn)")["Tags"] == [])
        try await local.call("DELETE", "/schedule-groups/g")
        #expect(try await local.send("GET", "/schedules/s2?groupName=g").status == 404)
        try await local.call("DELETE", "/schedules/s1")
        #expect(try await local.send("DELETE", "/schedules/s1").status == 404)
        await local.close()
    }

    static let refused: [(input: JSONValue, status: Int, code: String)] = [
        (LocalScheduler.input("rate(10 seconds)"), 400, "Invalid Schedule Expression rate(10 seconds)."),
        (LocalScheduler.input("at(2021-12-31)"), 400, "Invalid Schedule Expression at(2021-12-31)."),
        (
            LocalScheduler.input("rate(1 hour)", ["ScheduleExpressionTimezone": "Mars/Base"]), 400,
            "Invalid ScheduleExpressionTimezone Mars/Base."
        ),
        (
            LocalScheduler.input("rate(1 hour)", ["State": "ON"]), 400,
            "1 validation error detected: Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum "
                + "value set: [ENABLED, DISABLED]"
        ),
        (
            LocalScheduler.input("rate(1 hour)", ["FlexibleTimeWindow": ["Mode": "FLEXIBLE"]]), 400,
            "MaximumWindowInMinutes is required for a flexible time window."
        ),
        (
            LocalScheduler.input("rate(1 hour)", ["FlexibleTimeWindow": nil]), 400,
            "1 validation error detected: Value null at 'flexibleTimeWindow' failed to satisfy constraint: Member must "
                + "not be null"
        ),
        (LocalScheduler.input("rate(1 hour)", ["GroupName": "none"]), 404, "Schedule group none does not exist."),
        (
            LocalScheduler.input("rate(1 hour)", target: ["RetryPolicy": ["MaximumRetryAttempts": 186]]), 400,
            "1 validation error detected: Value '186' at 'target.retryPolicy.maximumRetryAttempts' failed to satisfy "
                + "constraint: Member must have value less than or equal to 185"
        ),
    ]

    @Test(arguments: refused.indices)
    func refusals(_ index: Int) async throws {
        let example = Self.refused[index]
        let local = try await LocalScheduler()
        let (status, body) = try await local.send("POST", "/schedules/s", example.input)
        #expect(status == example.status)
        #expect(body["Message"]?.string == example.code)
        await local.close()
    }

    @Test func aNameIsTakenOnce() async throws {
        let local = try await LocalScheduler()
        try await local.create("s", "rate(1 hour)")
        let (status, body) = try await local.send("POST", "/schedules/s", LocalScheduler.input("rate(1 hour)"))
        #expect(status == 409)
        #expect(body["Message"] == "Schedule s already exists.")
        #expect(try await local.send("PATCH", "/schedules/s").status == 404)
        await local.close()
    }

    @Test func operationsHaveRoutesOfTheirOwn() {
        for operation in SchedulerOperation.allCases {
            let route = operation.route
            let found = SchedulerOperation.find(
                method: route.method, path: route.path + (route.member == nil ? "" : "a%20b"))
            #expect(found?.operation == operation)
            #expect(found?.value == (route.member == nil ? nil : "a b"))
        }
        #expect(SchedulerOperation.find(method: "GET", path: "/schedule") == nil)
    }
}
