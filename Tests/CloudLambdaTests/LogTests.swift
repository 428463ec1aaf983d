import CloudCore
import Testing

@testable import CloudLambda

@Suite struct LogTests {
    private func lines(_ pieces: [String], lineLimit: Int = 8, outputLimit: Int = 1000) -> [String] {
        var output = OutputLines(lineLimit: lineLimit, outputLimit: outputLimit)
        var lines: [String] = []
        for piece in pieces { Array(piece.utf8).withUnsafeBytes { output.append($0) { lines.append($0) } } }
        output.flush { lines.append($0) }
        return lines
    }

    @Test(arguments: [
        (["a\nb\n"], ["a", "b"]), (["a", "b\nc"], ["ab", "c"]), (["\n\n"], ["", ""]), (["a\r\nb"], ["a", "b"]),
        ([], []), (["12345678\n"], ["12345678"]), (["123456789\n"], ["12345678", "9"]),
        (["1234", "56789012", "3456\n7"], ["12345678", "90123456", "7"]),
    ])
    func cutsLines(_ pieces: [String], _ expected: [String]) { #expect(lines(pieces) == expected) }

    @Test func outputPastTheLimitIsDroppedAndSaidOnce() {
        let said = "[more than 10 bytes of output: the rest is dropped until the next call]"
        #expect(
            lines(["12345\n", "6789\nabc", "more\n", "more\n"], outputLimit: 10) == ["12345", "6789", "abc", said])
    }

    @Test func theTailHoldsTheLastFourKilobytes() {
        var tail = LogTail()
        for number in 0..<5000 { tail.append("line \(number)") }
        #expect(tail.bytes.count == 4096)
        #expect(String(decoding: tail.bytes, as: UTF8.self).hasSuffix("line 4998\nline 4999\n"))
        tail.append(String(repeating: "a", count: 1_000_000))
        #expect(tail.bytes.count == 4096)
    }

    @Test func reports() {
        var report = CallReport(
            requestID: "id", duration: .microseconds(3010), memorySize: 128, peakMemory: 36 * 1_048_576,
            initDuration: .microseconds(110_100), status: .success)
        #expect(
            report.line
                == "REPORT RequestId: id\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\t"
                + "Max Memory Used: 36 MB\tInit Duration: 110.10 ms\t")
        report.initDuration = nil
        report.status = .timeout
        report.duration = .seconds(1)
        #expect(
            report.line
                == "REPORT RequestId: id\tDuration: 1000.00 ms\tBilled Duration: 1000 ms\tMemory Size: 128 MB\t"
                + "Max Memory Used: 36 MB\tStatus: timeout\t")
    }

    @Test func aFloodOfOutputIsBoundedAndTheCallSurvives() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f")
            let result = try await lambda.invoke("f", #"{"do":"flood","kilobytes":80000}"#)
            #expect(result.text == #""done""#)
            let kept = lambda.logs.all.filter { $0.origin == .function }.reduce(0) { $0 + $1.text.utf8.count + 1 }
            #expect(kept <= OutputLines.outputLimit + 65536 + 100)
            #expect(lambda.logs.texts.contains { $0.hasPrefix("[more than ") })
            // The next call is heard again.
            _ = try await lambda.invoke("f", #"{"do":"print","text":"afterwards\n"}"#)
            #expect(lambda.logs.texts.contains("afterwards"))
        }
    }
}
