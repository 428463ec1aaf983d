import Foundation
import JSONValue
import Testing

@testable import LambdaRuntime

@Suite("Settings, headers and errors")
struct PureTests {
    @Test(
        "AWS_LAMBDA_RUNTIME_API, as servers set it",
        arguments: [
            ("127.0.0.1:9001", "http://127.0.0.1:9001"),
            ("localhost", "http://localhost"),
            ("[::1]:9001", "http://[::1]:9001"),
            ("http://127.0.0.1:9000/.rt", "http://127.0.0.1:9000/.rt"),
            ("http://127.0.0.1:9000/.rt/echo/", "http://127.0.0.1:9000/.rt/echo"),
            ("https://runtime:443", "https://runtime:443"),
            ("", nil), ("http://", nil), ("http:///path", nil), ("a b:1", nil), ("host:1\r\nX: y", nil),
            ("host#x", nil), ("hôte:1", nil),
        ] as [(String, String?)])
    func endpoint(setting: String, base: String?) {
        let endpoint = RuntimeEndpoint(setting)
        #expect(endpoint?.base == base)
        if let endpoint, let base {
            #expect(endpoint.next == base + "/2018-06-01/runtime/invocation/next")
            #expect(endpoint.error(for: "a/é") == base + "/2018-06-01/runtime/invocation/a%2F%C3%A9/error")
        }
    }

    @Test(
        "Header lines",
        arguments: [
            ("Lambda-Runtime-Aws-Request-Id: a-1\r\n", InvocationHeaders(requestID: "a-1")),
            ("lambda-runtime-aws-request-id:\t a-1 \n", InvocationHeaders(requestID: "a-1")),
            ("LAMBDA-RUNTIME-DEADLINE-MS: 1700000000000", InvocationHeaders(deadline: 1_700_000_000_000)),
            ("Lambda-Runtime-Deadline-Ms: soon", InvocationHeaders()),
            ("Lambda-Runtime-Deadline-Ms: 99999999999999999999", InvocationHeaders()),
            ("Lambda-Runtime-Client-Context: {\"a\":\"b:c\"}", InvocationHeaders(clientContext: #"{"a":"b:c"}"#)),
            ("Lambda-Runtime-Trace-Id:", InvocationHeaders()),
            ("Lambda-Runtime-Trace-Id", InvocationHeaders()),
            ("Content-Length: 12", InvocationHeaders(contentLength: 12)),
            (": x", InvocationHeaders()), ("\r\n", InvocationHeaders()), ("", InvocationHeaders()),
            ("X-Other: y", InvocationHeaders()),
        ])
    func headerLine(line: String, expected: InvocationHeaders) {
        var headers = InvocationHeaders()
        Array(line.utf8).withUnsafeBytes { headers.read(line: $0) }
        #expect(headers == expected)
    }

    @Test(
        "Error types in the form that Lambda records",
        arguments: [
            ("OutOfStock", "Function.OutOfStock"), ("outOfStock", "Function.OutOfStock"),
            ("S3Error", "Function.SError"), ("Runtime.HandlerNotFound", "Runtime.HandlerNotFound"),
            ("Function.Thing", "Function.Thing"), ("_Private", "Function.Private"), ("", "Function.Unknown"),
            ("E", "Function.Unknown"), ("42", "Function.Unknown"), ("Größe", "Function.Gre"),
            ("A\r\nX-Forged: 1", "Function.AXForged"), ("Runtime.", "Runtime.Unknown"),
        ])
    func errorTypeHeader(type: String, header: String) {
        #expect(ErrorReport.headerValue(for: type) == header)
    }

    private struct Generic<Value>: Error {}
    private enum Kind: Error { case first(Int) }

    @Test("An error's type is its name, without module and arguments; its message is its description")
    func errorTypes() {
        #expect(ErrorReport(Generic<[Int]>()).type == "Generic")
        #expect(ErrorReport(Kind.first(1)).type == "Kind")
        #expect(ErrorReport(Kind.first(1)).message == "first(1)")
        #expect(ErrorReport(MissingVariable(name: "A")).message.contains("variable A"))
    }

    @Test("Whatever the text, a report is JSON that reads back to it, and bounded")
    func reportJSON() throws {
        for text in ["", "\"\\/\n\r\t\u{8}\u{C}\u{0}\u{1F}\u{7F}\u{2028}", "é\u{1F600}\u{FFFF}"] {
            let report = ErrorReport(message: text, type: text, stackTrace: [text, text])
            let value = try JSONValue(parsing: report.json)
            #expect(value["errorMessage"]?.string == text)
            #expect(value["errorType"]?.string == text)
            #expect(value["stackTrace"]?.array?.compactMap(\.string) == [text, text])
        }
        let long = ErrorReport(message: String(repeating: "é", count: 100_000), type: "Long")
        #expect(long.message.utf8.count <= ErrorReport.messageLimit + 6)
        #expect(try JSONValue(parsing: long.json)["errorMessage"]?.string == long.message)
    }

    @Test(
        "Deadlines: moments, spans where moments are due, and none at all",
        arguments: [
            (1_700_000_005_000, 5_000), (1_699_999_999_999, 0), (600_000, 600_000), (nil, 900_000), (-5, 0),
            (Int64.max, Int64.max - 1_700_000_000_000), (Int64.min, 0),
        ] as [(Int64?, Int64)])
    func deadline(header: Int64?, remaining: Int64) {
        let now: Int64 = 1_700_000_000_000
        #expect(Deadline(header: header, now: now).remaining(at: now) == .milliseconds(remaining))
    }

    @Test(
        "_HANDLER names a function outright, or behind or before a dot",
        arguments: [
            ("upload", "upload"), ("bootstrap.upload", "upload"), ("upload.handler", "upload"),
            ("a.b", "a.b"), ("src/x.upload", "upload"), ("", nil), ("x", nil), (".", nil), (nil, nil),
        ] as [(String?, String?)])
    func selection(setting: String?, name: String?) async throws {
        struct Named: ByteHandler {
            let name: String
            func handle(_ event: [UInt8], response: inout ResponseWriter, context: Context) async throws {}
        }
        let table: HandlerTable = ["upload": { _ in Named(name: "upload") }, "a.b": { _ in Named(name: "a.b") }]
        let make = try? table.selection(for: setting)
        let made = try await make?([:]) as? Named
        #expect(made?.name == name)
        let single: HandlerTable = ["only": { _ in Named(name: "only") }]
        #expect(try await (single.selection(for: setting)([:]) as? Named)?.name == "only")
    }
}

@Suite("The environment")
struct EnvironmentTests {
    @Test("The process's variables are those that the C library has")
    func process() {
        let environment = LambdaRuntime.Environment.process
        #expect(environment["PATH"] == getenv("PATH").map { String(cString: $0) })
        #expect(environment["NOBODY_SETS_THIS"] == nil)
    }

    @Test("A variable that must be there is named when it is not")
    func required() throws {
        let environment: LambdaRuntime.Environment = ["A": "1=2", "B": ""]
        #expect(try environment.require("A") == "1=2")
        #expect(throws: MissingVariable(name: "B")) { try environment.require("B") }
        #expect(throws: MissingVariable(name: "C")) { try environment.require("C") }
        #expect(environment.int("A") == nil)
    }
}
