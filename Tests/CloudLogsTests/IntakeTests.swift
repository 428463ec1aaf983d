import CloudCore
import CloudCoreTesting
import Foundation
import JSONValue
import Testing

@testable import CloudLogs

/// What functions log on its way into the store.
@Suite struct IntakeTests {
    @Test func everyLineOfAChattyFunctionArrivesInOrder() async throws {
        try await LocalLogs.with { logs in
            // Ten times what may wait: whoever writes has to wait for the store.
            let line = String(repeating: "x", count: 300)
            logs.log((0..<100_000).map { "\($0) \(line)" })
            let messages = try await logs.filter(in: "/aws/lambda/f")
            #expect(messages.count == 100_000)
            #expect(messages.enumerated().allSatisfy { $1 == "\($0) \(line)\n" })
        }
    }

    @Test func writersOnManyThreadsLoseNothing() async throws {
        try await LocalLogs.with { logs in
            await withTaskGroup(of: Void.self) { group in
                for stream in 0..<4 {
                    group.addTask { logs.log((0..<5000).map(String.init), stream: "s\(stream)") }
                }
            }
            for stream in 0..<4 {
                let found = try await logs.filter(["logStreamNames": [.string("s\(stream)")]], in: "/aws/lambda/f")
                #expect(found == (0..<5000).map { "\($0)\n" })
            }
        }
    }

    @Test func linesAreStoredWithoutBeingAskedFor() async throws {
        try await LocalLogs.with { logs in
            logs.log(["one"])
            // Looked for in the database, since calls would fetch what waits.
            try await eventually("the line was not stored") {
                try logs.service.database.read { database in
                    try database.first("SELECT count(*) FROM events") { $0.integer(0) }
                } == 1
            }
        }
    }

    @Test func aFunctionsGroupKeepsTheNewest() async throws {
        let limit = 1_000_000
        try await LocalLogs.with(functionLogLimit: limit) { logs in
            try await logs.call("CreateLogGroup", ["logGroupName": "own"])
            for round in 0..<10 {
                for group in ["/aws/lambda/f", "own"] {
                    logs.log(
                        (0..<2000).map { "\(round * 2000 + $0) \(String(repeating: "x", count: 100))" }, group: group)
                }
                await logs.service.intake.flush()
            }
            let groups = try #require(try await logs.call("DescribeLogGroups")["logGroups"]?.array)
            let kept = try #require(groups[0]["storedBytes"]?.int)
            #expect(kept <= limit && kept > limit * 9 / 10)
            let messages = try await logs.filter(in: "/aws/lambda/f")
            let numbers = messages.compactMap { Int($0.prefix { $0 != " " }) }
            #expect(numbers.last == 19_999)
            #expect(numbers == Array((20_000 - numbers.count)..<20_000))
            // What somebody made on purpose is theirs.
            #expect(try await logs.filter(in: "own").count == 20_000)
        }
    }

    @Test func aDeletedGroupComesBackWithTheNextLine() async throws {
        try await LocalLogs.with { logs in
            logs.log(["one"])
            try await logs.call("DeleteLogGroup", ["logGroupName": "/aws/lambda/f"])
            logs.log(["two"])
            #expect(try await logs.filter(in: "/aws/lambda/f") == ["two\n"])
        }
    }

    @Test func afterTheEndNobodyWaits() async throws {
        let logs = try LocalLogs()
        logs.log(["one"])
        await logs.service.stop()
        logs.log((0..<200_000).map { "late \($0)" })
        #expect(try await logs.filter(in: "/aws/lambda/f") == ["one\n"])
        logs.store.close()
    }
}
