import JSONValue
import Testing

@testable import LambdaRuntime

@Suite("Typed handlers", .timeLimit(.minutes(1)))
struct TypedHandlerTests {
    struct Order: Codable, Sendable {
        struct Line: Codable, Sendable { var price: Int }
        var item: String
        var lines: [Line]
    }
    struct Total: Encodable, Sendable { var total: Int }

    struct Till: Handler {
        func handle(_ event: Order, context: Context) async throws -> Total {
            Total(total: event.lines.map(\.price).reduce(0, +))
        }
    }

    @Test("JSON in, JSON out, beside byte-level handlers in one table")
    func roundTrip() async throws {
        let table: HandlerTable = ["till": { _ in Till() }, "echo": { _ in Probe.echo }]
        let event = #"{"item":"pear","lines":[{"price":3},{"price":4}]}"#
        let till = try await serve(Script(.event(event)), table, environment: ["_HANDLER": "bootstrap.till"])
        #expect(till.posts.map(\.text) == [#"{"total":7}"#])
        let echo = try await serve(Script(.event(event)), table, environment: ["_HANDLER": "echo"])
        #expect(echo.posts.map(\.text) == [event])
    }

    @Test(
        "An event that does not fit is an error that says where",
        arguments: [
            (#"{"item":"pear","lines":[{"price":3},{"price":"x"}]}"#, "lines[1].price"),
            (#"{"item":"pear"}"#, "lines"),
            (#"{"item":"pear","lines":null}"#, "lines"),
            (#"[]"#, "Order"),
            (#"{"item":"#, "Order"),
            ("", "Order"),
            ("\u{FFFD}", "Order"),
        ])
    func invalidEvent(event: String, place: String) async throws {
        let served = try await serve(Script(.event(event)), ["till": { _ in Till() }])
        let post = try #require(served.posts.first)
        #expect(post.call == "error")
        #expect(post.headers["lambda-runtime-function-error-type"] == ["Function.InvalidEvent"])
        let message = try #require(try JSONValue(parsing: post.body)["errorMessage"]?.string)
        #expect(message.contains(place) && message.contains("Order"))
    }

    @Test("A closure is a handler, and one without an output answers null")
    func closures() async throws {
        let table: HandlerTable = [
            "double": { _ in ClosureHandler { (number: Int, _: Context) in number * 2 } },
            "nothing": { _ in ClosureHandler { (_: NoOutput, _: Context) in NoOutput() } },
        ]
        let double = try await serve(Script(.event("21")), table, environment: ["_HANDLER": "double"])
        #expect(double.posts.map(\.text) == ["42"])
        let nothing = try await serve(Script(.event(#"{"a":1}"#)), table, environment: ["_HANDLER": "nothing"])
        #expect(nothing.posts.map(\.text) == ["null"])
    }
}
