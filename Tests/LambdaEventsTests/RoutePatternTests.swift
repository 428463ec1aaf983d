import Testing

@testable import LambdaEvents

@Suite struct RoutePatternTests {
    @Test func readsPatterns() throws {
        #expect(try RoutePattern("/").segments == [])
        #expect(try RoutePattern("/a/{b}/{c+}").segments == [.literal("a"), .parameter("b"), .greedy("c")])
        #expect(try RoutePattern("/a/").segments == [.literal("a")])
        #expect(try RoutePattern("/a/{b}").parameterNames == ["b"])
    }

    @Test(arguments: [
        ("", "slash"), ("a", "slash"), ("//", "empty segment"), ("/a//b", "empty segment"), ("/a{b}", "whole segment"),
        ("/{b}c", "whole segment"), ("/{a", "whole segment"), ("/{}", "no name"), ("/{+}", "no name"),
        ("/{a}/{a}", "two parameters"), ("/{a+}/b", "not its last"),
    ])
    func refusesPatterns(_ pattern: String, _ reason: String) {
        let error = #expect(throws: RoutePatternError.self) { try RoutePattern(pattern) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test func refusesTheSameRouteTwice() throws {
        var table = RouteTable<Int>()
        #expect(table.insert(try RoutePattern("/a/{b}"), method: "GET", action: 1))
        #expect(table.insert(try RoutePattern("/a/{b}"), method: "PUT", action: 2))
        #expect(!table.insert(try RoutePattern("/a/{c}"), method: "GET", action: 3))
        #expect(table.insert(try RoutePattern("/a/{c+}"), method: "GET", action: 4))
        #expect(!table.insert(try RoutePattern("/a/{d+}"), method: "GET", action: 5))
    }

    @Test func methodsOfOneShapeKeepTheirOwnNames() throws {
        var table = RouteTable<Int>()
        _ = table.insert(try RoutePattern("/{id}"), method: "GET", action: 1)
        _ = table.insert(try RoutePattern("/{name}"), method: "PUT", action: 2)
        guard case .found(let match) = table.find("PUT", ["x"]) else {
            Issue.record("not found")
            return
        }
        #expect(match.action == 2)
        #expect(match.parameters == ["name": "x"])
    }
}
