import CloudCore
import Foundation
import Testing

@testable import CloudLambda

/// Extensions that are programs.
@Suite(.timeLimit(.minutes(1))) struct ExtensionProcessTests {
    /// Registers, and does what the test says.
    private static func script(_ then: String) -> String {
        Scripts.head + """
            import json, signal, time
            base = "/2020-01-01/extension/"
            status, fields, body = call("POST", "register", b'{"events":["SHUTDOWN"]}',
                [("Lambda-Extension-Name", os.path.basename(__file__))])
            me = [("Lambda-Extension-Identifier", fields["lambda-extension-identifier"])]
            def event(): return json.loads(call("GET", "event/next", b"", me)[2])
            \(then)
            """
    }

    private func deploy(_ lambda: LocalLambda, extensions: [String: String], script: String = Scripts.obedient) throws {
        let folder = lambda.folder + "/f/extensions"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, then) in extensions { try LocalLambda.write(Self.script(then), to: "\(folder)/\(name)") }
        try lambda.deploy("f", script: script)
    }

    /// One that ends in good order, one that holds out, and one that leaves something behind.
    @Test func nothingIsLeftOfExtensions() async throws {
        let numbers = try await LocalLambda.with { lambda in
            let tell = "print('number', os.getpid(), flush=True)"
            try deploy(
                lambda,
                extensions: [
                    "orderly": "\(tell); event(); print('orderly is done', flush=True)",
                    "stubborn": "\(tell); event(); time.sleep(0.3); print('holds out', flush=True); time.sleep(600)",
                    "parent": "\(tell)\nif os.fork() == 0:\n    os.setsid(); \(tell); time.sleep(600)\nevent()",
                ])
            let runtime = try #require(try await lambda.invoke("f", #"{"do":"process"}"#).json["pid"]?.int)
            var numbers: [Int] = []
            while numbers.count < 4 {
                numbers = lambda.logs.texts.filter { $0.hasPrefix("number ") }.compactMap { Int($0.dropFirst(7)) }
                await Task.yield()
            }
            for number in numbers + [runtime] { #expect(Processes.isRunning(number)) }
            await lambda.service.shutdown()
            #expect(lambda.logs.texts.contains("orderly is done"))
            // The end of one is not the end of another that was started later.
            #expect(lambda.logs.texts.contains("holds out"))
            return numbers + [runtime]
        }
        for number in numbers { #expect(await Processes.hasEnded(number)) }
    }

    @Test func anExtensionThatNeverAsksRunsIntoTheLimitOfTheStart() async throws {
        try await LocalLambda.with(settings: { $0.initLimit = .milliseconds(500) }) { lambda in
            try deploy(lambda, extensions: ["silent": "time.sleep(600)"])
            try lambda.service.deploy(
                FunctionConfiguration(
                    name: "f", handler: "h", code: .directory(path: lambda.folder + "/f"), timeout: 1))
            let result = try await lambda.invoke("f")
            #expect(result.json["errorType"] == "Sandbox.Timedout")
            #expect(
                lambda.logs.texts.contains {
                    $0.hasPrefix("INIT_REPORT") && $0.hasSuffix("Phase: init\tStatus: timeout")
                })
        }
    }

    @Test func aProgramThatCannotBeRunFailsTheStart() async throws {
        try await LocalLambda.with { lambda in
            try deploy(lambda, extensions: [:])
            try LocalLambda.write("\u{1}\u{2}", to: lambda.folder + "/f/extensions/nonsense")
            let result = try await lambda.invoke("f")
            #expect(result.json["errorType"] == "Extension.LaunchError")
            #expect(result.json["errorMessage"]?.string?.hasSuffix("/nonsense: exec format error") == true)
            for number in 0..<10 {
                try LocalLambda.write("#!/bin/sh\n", to: "\(lambda.folder)/f/extensions/\(number)")
            }
            let crowded = try await lambda.invoke("f")
            #expect(crowded.json["errorMessage"]?.string?.hasSuffix("Extension limit (10) reached") == true)
        }
    }

    @Test func anExtensionThatIsWrittenAnewIsTakenUp() async throws {
        try await LocalLambda.with { lambda in
            let word = { (word: String) in "print('\(word)', flush=True); event()" }
            try deploy(lambda, extensions: ["talks": word("first")])
            _ = try await lambda.invoke("f")
            try LocalLambda.write(Self.script(word("second")), to: lambda.folder + "/f/extensions/talks")
            _ = try await lambda.invoke("f")
            #expect(lambda.logs.texts.filter { ["first", "second"].contains($0) } == ["first", "second"])
        }
    }

    /// A runtime's end in good order, where it has an extension inside: the handler of its signal runs.
    @Test func aRuntimeWithAnExtensionInsideHearsItsEnd() async throws {
        let inside = """
            import threading, signal
            def end(number, frame):
                print("ends in good order", flush=True); os._exit(0)
            signal.signal(signal.SIGTERM, end)
            def register():
                import http.client
                api = http.client.HTTPConnection(host, int(port))
                api.request("POST", "/2020-01-01/extension/register", "{}", {"Lambda-Extension-Name": "inside"})
                answer = api.getresponse(); answer.read()
                name = {"Lambda-Extension-Identifier": answer.headers["Lambda-Extension-Identifier"]}
                threading.Thread(target=lambda: (api.request("GET", "/2020-01-01/extension/event/next", None, name),
                    api.getresponse()), daemon=True).start()
            register()

            """
        try await LocalLambda.with { lambda in
            let script = Scripts.echo.replacingOccurrences(of: "while True:", with: inside + "while True:")
            try deploy(lambda, extensions: [:], script: script)
            #expect(try await lambda.invoke("f", "1").text == "1")
            await lambda.service.shutdown()
            #expect(lambda.logs.texts.contains("ends in good order"))
        }
    }
}
