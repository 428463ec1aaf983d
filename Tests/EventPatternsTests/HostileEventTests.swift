import EventPatterns
import JSONValue
import Testing

/// Patterns and events that would take very long if matching tried everything.
@Suite(.timeLimit(.minutes(1))) struct HostileEventTests {
    @Test func wildcardsSearchWithoutGoingBack() throws {
        let part = String(repeating: "a", count: 500)
        let pattern = try EventPattern(["f": [["wildcard": .string("*\(part)b*\(part)b*\(part)b*")]]])
        #expect(!pattern.matches(["f": .string(String(repeating: "a", count: 1 << 20))]))
        #expect(pattern.matches(["f": .string(String(repeating: part + "b", count: 3))]))
    }

    @Test func manyFieldsOfManyElements() throws {
        let names = (0..<12).map { "f\($0)" }
        let pattern = try EventPattern(["list": .object(JSONObject(names.map { ($0, [1]) }))])
        // Every field matches in all elements but one, a different one for each: only their common elements do.
        func element(_ index: Int, without: Int?) -> JSONValue {
            .object(JSONObject(names.enumerated().filter { $0.offset != without }.map { ($0.element, 1) }))
        }
        let broken = (0..<6000).map { element($0, without: $0 % names.count) }
        #expect(!pattern.matches(["list": .array(broken)]))
        #expect(pattern.matches(["list": .array(broken + [element(0, without: nil)])]))
    }

    @Test func manyArraysInManyArrays() throws {
        let pattern = try EventPattern(["a": ["b": ["x": [1], "y": [1]], "c": [1]]])
        let inner: JSONValue = ["b": [["x": 1], ["y": 1]], "c": 1]
        let outer = [JSONValue](repeating: inner, count: 5000)
        #expect(!pattern.matches(["a": .array(outer)]))
        #expect(pattern.matches(["a": .array(outer + [["b": [["x": 1, "y": 1]], "c": 1]])]))
    }

    @Test func manyIndependentArrays() throws {
        let names = (0..<10).map { "a\($0)" }
        let pattern = try EventPattern(.object(JSONObject(names.map { ($0, ["x": [1]]) })))
        let list = JSONValue.array([JSONValue](repeating: ["x": 1], count: 1000))
        #expect(pattern.matches(.object(JSONObject(names.map { ($0, list) }))))
        #expect(!pattern.matches(.object(JSONObject(names.dropLast().map { ($0, list) }))))
    }
}
