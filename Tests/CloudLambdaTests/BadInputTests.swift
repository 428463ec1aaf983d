import CloudCore
import Foundation
import NIOCore
import Testing

@testable import CloudLambda

/// Processes that say far more than anybody wants to hear: the exact error, bounded memory, the next call unharmed.
@Suite(.serialized) struct BadInputTests {
    /// Writes a gigabyte to where the event says, as lines or as one line without an end.
    private static let script =
        Scripts.head + """
            import json
            while True:
                id, fields, body = next_event()
                event = json.loads(body)
                if "log" in event:
                    block = b"x" * 1048575 + (b"\\n" if event["log"] == "lines" else b"x")
                    for _ in range(1024): os.write(event["to"], block)
                if "response" in event:
                    block = b"100000\\r\\n" + b"x" * 1048576 + b"\\r\\n"
                    mode = "Lambda-Runtime-Function-Response-Mode: streaming\\r\\n" if event["response"] == "stream" else ""
                    head = f"POST {base}invocation/{id}/response HTTP/1.1\\r\\nHost: x\\r\\n{mode}Transfer-Encoding: chunked\\r\\n\\r\\n"
                    try:
                        connection.sendall(head.encode())
                        for _ in range(1024): connection.sendall(block)
                        connection.sendall(b"0\\r\\n\\r\\n")
                        answer()
                    except OSError: pass
                    connection = None
                else: respond(id, b"null")
            """

    /// How far the memory of this process rises above what it was, at most, in megabytes.
    private func memoryRise(_ body: () async throws -> Void) async throws -> Int {
        func read(_ field: String) throws -> Int {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(field) })
            return try #require(
                line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) })
        }
        // The highest mark starts anew from here.
        try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
        let before = try read("VmRSS:")
        try await body()
        return (try read("VmHWM:") - before) / 1024
    }

    @Test(arguments: ["lines", "one line"], [1, 2]) func aGigabyteOfLog(_ kind: String, to descriptor: Int) async throws
    {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: Self.script) { $0.timeout = 120 }
            let rise = try await memoryRise {
                let result = try await lambda.invoke("f", #"{"log":"\#(kind)","to":\#(descriptor)}"#)
                #expect(result.text == "null")
                #expect(result.logTail.count <= 4096)
            }
            // The test itself keeps the 64 MB that pass.
            #expect(rise < 384)
            #expect(lambda.logs.texts.contains { $0.hasPrefix("[more than ") })
            #expect(try await lambda.invoke("f").text == "null")
        }
    }

    @Test(arguments: ["whole", "stream"]) func aGigabyteOfResponse(_ kind: String) async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: Self.script) { $0.timeout = 120 }
            let rise = try await memoryRise {
                let result = try await lambda.invoke("f", #"{"response":"\#(kind)"}"#)
                #expect(
                    result.text
                        == #"{"errorMessage":"Response payload size exceeded maximum allowed payload size "#
                        + #"(6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}"#)
                #expect(result.functionError == "Unhandled")
            }
            #expect(rise < 192)
            #expect(try await lambda.invoke("f").text == "null")
        }
    }

    @Test func anErrorThatIsTooLargeIsRefused() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "")
            let call = Task { try await lambda.invoke("f") }
            let connection = try await launcher.next().connect()
            let event = try await connection.next()
            let answer = try await connection.fail(event.requestID, String(repeating: "a", count: 6_291_557))
            #expect(answer.status == 413)
            #expect(answer.body.contains(#""errorType":"RequestEntityTooLarge""#))
            #expect(try await call.value.functionError == "Unhandled")
            let second = Task { try await lambda.invoke("f", "2") }
            let next = try await connection.next()
            _ = try await connection.respond(next.requestID, "3")
            #expect(try await second.value.text == "3")
            await connection.close()
        }
    }
}
