import CloudCore
import Foundation
import JSONValue
import Testing

@testable import CloudLambda

/// What a function's process starts ends with its environment, wherever it has gone.
@Suite struct DescendantTests {
    /// Starts a daemon as daemons do, forked twice and in a session of its own, and tells its number.
    private static let script =
        Scripts.head + """
            import json, time
            def daemon(environment, depth):
                reading, writing = os.pipe()
                if os.fork() == 0:
                    os.setsid()
                    for _ in range(depth):
                        if os.fork() > 0: os._exit(0)
                        os.setsid()
                    os.write(writing, str(os.getpid()).encode())
                    os.execve("/bin/sleep", ["sleep", "600"], environment)
                os.close(writing)
                return int(os.read(reading, 100))
            while True:
                id, fields, body = next_event()
                event = json.loads(body)
                if event["do"] == "exit": os._exit(3)
                if event["do"] == "hang": time.sleep(600)
                environment = {} if event["scrubbed"] else dict(os.environ)
                respond(id, str(daemon(environment, event["depth"])).encode())
            """

    private func daemon(_ lambda: LocalLambda, scrubbed: Bool, depth: Int = 1) async throws -> Int {
        let event = #"{"do":"daemon","scrubbed":\#(scrubbed),"depth":\#(depth)}"#
        let number = try #require(Int(try await lambda.invoke("f", event).text))
        #expect(Processes.isRunning(number))
        return number
    }

    @Test(arguments: [0, 1, 5]) func daemonsEndWithTheCloudWhateverTheirEnvironment(depth: Int) async throws {
        let daemons = try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: Self.script)
            var daemons: [Int] = []
            for _ in 0..<3 { daemons.append(try await daemon(lambda, scrubbed: true, depth: depth)) }
            return daemons
        }
        for number in daemons { #expect(await Processes.hasEnded(number)) }
    }

    @Test func daemonsEndWithACallThatTookTooLong() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: Self.script) { $0.timeout = 1 }
            let number = try await daemon(lambda, scrubbed: true)
            #expect(try await lambda.invoke("f", #"{"do":"hang"}"#).json["errorType"] == "Sandbox.Timedout")
            #expect(await Processes.hasEnded(number))
        }
    }

    @Test func daemonsEndWithAProcessThatEndsByItself() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: Self.script)
            let number = try await daemon(lambda, scrubbed: false)
            #expect(try await lambda.invoke("f", #"{"do":"exit"}"#).json["errorType"] == "Runtime.ExitError")
            #expect(await Processes.hasEnded(number))
        }
    }

    /// Two environments of one function, of which one ends: what belongs to the other, and to nobody, goes on.
    @Test func nobodyElsesProcessIsTouched() async throws {
        let stranger = Process()
        stranger.executableURL = URL(fileURLWithPath: "/bin/sleep")
        stranger.arguments = ["600"]
        try stranger.run()
        defer { Processes.end(stranger) }
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: Self.script)
            try FileManager.default.createDirectory(atPath: lambda.folder + "/g", withIntermediateDirectories: true)
            try lambda.deploy("g", script: Self.script)
            let number = try await daemon(lambda, scrubbed: false)
            let event = #"{"do":"daemon","scrubbed":false,"depth":1}"#
            let other = try #require(Int(try await lambda.invoke("g", event).text))
            _ = try await lambda.invoke("f", #"{"do":"exit"}"#)
            #expect(await Processes.hasEnded(number))
            #expect(Processes.isRunning(other))
            #expect(stranger.isRunning)
        }
        #expect(stranger.isRunning)
    }

    @Test func whatAKilledCloudLeftBehindEndsAtTheNextStart() async throws {
        let path = LocalLambda.temporaryPath()
        defer { LocalLambda.remove(path) }
        let store = try Store(directory: path)
        let left = try store.folder("lambda/tmp") + "/0011223344556677"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
        func sleeper(_ mark: String) throws -> Process {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sleep")
            process.arguments = ["600"]
            process.environment = ["DARKROOM_ENVIRONMENT": mark]
            try process.run()
            return process
        }
        let daemon = try sleeper(left)
        let stranger = try sleeper(path + "-other/lambda/tmp/0011223344556677")
        defer { Processes.end(stranger) }
        let lambda = try LocalLambda(store: store, clock: CloudClock())
        #expect(await Processes.hasEnded(Int(daemon.processIdentifier)))
        #expect(!FileManager.default.fileExists(atPath: left))
        #expect(stranger.isRunning)
        await lambda.end()
    }
}
