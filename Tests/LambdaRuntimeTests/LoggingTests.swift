import JSONValue
import NIOConcurrencyHelpers
import Testing

@testable import LambdaRuntime

@Suite("Log lines")
struct LoggingTests {
    private static let moment: Int64 = 1_795_259_533_014

    private func lines(
        _ format: LogFormat, level: LogLevel = .info, _ write: (Logger) -> Void
    ) -> [String] {
        let lines = NIOLockedValueBox<[String]>([])
        let sink = LogSink { line in lines.withLockedValue { $0.append(String(decoding: line, as: UTF8.self)) } }
        write(Logger(level: level, format: format, sink: sink, now: { Self.moment }))
        return lines.withLockedValue { $0 }
    }

    @Test("Text: time, id, level, message, fields")
    func text() {
        let written = lines(.text) {
            $0.info("ready")
            $0.forRequest("a-1").with(["user": "ann"]).warn("slow", ["ms": 12])
        }
        #expect(
            written == [
                "2026-11-21T11:12:13.014Z INFO ready\n",
                "2026-11-21T11:12:13.014Z a-1 WARN slow user=\"ann\" ms=12\n",
            ])
    }

    @Test("JSON: the members of Lambda's log controls, fields beside them")
    func json() {
        let written = lines(.json) {
            $0.info("ready")
            $0.forRequest("a-1").error("no \"x\"\n", ["level": "forged", "n": [1, nil]])
        }
        #expect(
            written == [
                #"{"timestamp":"2026-11-21T11:12:13.014Z","level":"INFO","message":"ready"}"# + "\n",
                #"{"timestamp":"2026-11-21T11:12:13.014Z","level":"ERROR","requestId":"a-1","#
                    + #""message":"no \"x\"\n","field.level":"forged","n":[1,null]}"# + "\n",
            ])
    }

    @Test("Nobody's text makes a second line or steers a terminal", arguments: [LogFormat.text, .json])
    func oneLine(format: LogFormat) throws {
        let text = "a\nb\r\u{1B}[2J\u{0}\u{7F}"
        let written = lines(format) { $0.forRequest(text).info(text, [text: .string(text)]) }
        let line = try #require(written.first)
        #expect(written.count == 1 && line.hasSuffix("\n"))
        #expect(line.utf8.dropLast().allSatisfy { $0 >= 0x20 })
    }

    @Test("Levels below the set one cost nothing: neither message nor fields are put together")
    func disabled() {
        var built = 0
        func build() -> String {
            built += 1
            return ""
        }
        let written = lines(.text, level: .warn) {
            $0.info(build(), [build(): .string(build())])
            $0.debug(build())
            $0.trace(build())
        }
        #expect(written.isEmpty && built == 0)
        for level in LogLevel.allCases {
            let written = lines(.text, level: level) { logger in
                for other in LogLevel.allCases { logger.log(other, "x") }
            }
            #expect(written.count == LogLevel.allCases.filter { $0 >= level }.count)
        }
    }

    @Test(
        "Format and level from the environment",
        arguments: [
            ([:], LogFormat.text, LogLevel.info), (["AWS_LAMBDA_LOG_FORMAT": "JSON"], .json, .info),
            (["AWS_LAMBDA_LOG_FORMAT": "Text", "AWS_LAMBDA_LOG_LEVEL": "debug"], .text, .debug),
            (["AWS_LAMBDA_LOG_LEVEL": "FATAL"], .text, .fatal), (["AWS_LAMBDA_LOG_LEVEL": "loud"], .text, .info),
        ] as [([String: String], LogFormat, LogLevel)])
    func environment(variables: [String: String], format: LogFormat, level: LogLevel) {
        let logger = Logger(environment: Environment(variables))
        #expect(logger.format == format && logger.level == level)
    }

    @Test(
        "Times",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (1_735_689_599_999, "2024-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func timestamp(milliseconds: Int64, text: String) {
        var output: [UInt8] = []
        Timestamp.write(milliseconds: milliseconds, into: &output)
        #expect(String(decoding: output, as: UTF8.self) == text)
    }
}
