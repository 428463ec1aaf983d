import Testing

@testable import CloudGateway

@Suite("Routes")
struct RouteTests {
    private static let routes = [
        ("GET", "/"), ("GET", "/pets"), ("ANY", "/pets"), ("GET", "/pets/dog/1"), ("GET", "/pets/dog/{id}"),
        ("GET", "/pets/{kind}/{id}"), ("GET", "/pets/{rest+}"), ("ANY", "/{all+}"), ("POST", "/a b"),
        ("GET", "/x/{y}/z"),
    ]

    @Test(arguments: [
        ("GET", "/", "GET /", ""),
        ("GET", "/pets", "GET /pets", ""),
        ("PUT", "/pets", "ANY /pets", ""),
        ("GET", "/pets/dog/1", "GET /pets/dog/1", ""),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}", "id=2"),
        ("GET", "/pets/cat/2", "GET /pets/{kind}/{id}", "kind=cat id=2"),
        ("GET", "/pets/cat/2/3", "GET /pets/{rest+}", "rest=cat/2/3"),
        ("GET", "/pets/dog/1/x", "GET /pets/{rest+}", "rest=dog/1/x"),
        ("GET", "/pets//x", "GET /pets/{rest+}", "rest=/x"),
        ("POST", "/pets/dog/1", "ANY /{all+}", "all=pets/dog/1"),
        ("GET", "/a%2Fb/c", "ANY /{all+}", "all=a%2Fb/c"),
        ("POST", "/a%20b", "POST /a b", ""),
        ("GET", "/pets/", "ANY /{all+}", "all=pets/"),
        ("GET", "/x/1/z", "GET /x/{y}/z", "y=1"),
        ("GET", "/x/1/q", "ANY /{all+}", "all=x/1/q"),
        ("POST", "/", "none", ""),
    ])
    func theMostSpecificWins(method: String, path: String, expected: String, parameters: String) {
        let table = RouteTable(api(Self.routes).routes, ignoresTrailingSlash: false)
        let match = table.match(method: method, path: path[...])
        #expect(match?.route.key ?? "none" == expected)
        #expect((match?.parameters ?? []).map { "\($0.name)=\($0.value)" }.joined(separator: " ") == parameters)
    }

    @Test func theDefaultRouteTakesTheRest() {
        let table = RouteTable(api([("GET", "/a"), ("ANY", "$default")]).routes, ignoresTrailingSlash: false)
        #expect(table.match(method: "GET", path: "/a")?.route.key == "GET /a")
        #expect(table.match(method: "POST", path: "/a")?.route.key == "$default")
        #expect(table.match(method: "GET", path: "/b/c")?.route.key == "$default")
    }

    /// As people measured it on real REST APIs: a path and a method are found together, so that a more specific path
    /// without the method hides nothing.
    @Test(arguments: [
        ("GET", "/users/me", "GET /users/{userId}"), ("PATCH", "/users/me", "PATCH /users/me"),
        ("GET", "/users/abc", "GET /users/{userId}"), ("POST", "/users/me", "none"),
        ("POST", "/roles/provision", "POST /roles/provision"), ("GET", "/roles/provision", "GET /roles/{roleId}"),
        ("GET", "/things/real", "GET /things/real"), ("POST", "/things/real", "ANY /things/{proxy+}"),
        ("POST", "/jobs/reboot", "ANY /jobs/{proxy+}"), ("GET", "/jobs/reboot", "GET /jobs/{operation}"),
        ("OPTIONS", "/things/real", "ANY /things/{proxy+}"), ("GET", "/things", "none"),
    ])
    func methodsAreFoundWithTheirPaths(method: String, path: String, expected: String) {
        let routes = [
            ("GET", "/users/{userId}"), ("PATCH", "/users/me"), ("POST", "/roles/provision"),
            ("GET", "/roles/{roleId}"),
            ("GET", "/things/real"), ("ANY", "/things/{proxy+}"), ("GET", "/jobs/{operation}"),
            ("ANY", "/jobs/{proxy+}"),
        ]
        let table = RouteTable(api(routes, kind: .rest).routes, ignoresTrailingSlash: true)
        #expect(table.match(method: method, path: path[...])?.route.key ?? "none" == expected)
    }

    @Test func restPathsHaveNoSlashAtTheEnd() {
        let table = RouteTable(api([("GET", "/a"), ("GET", "/f/{p+}")]).routes, ignoresTrailingSlash: true)
        #expect(table.match(method: "GET", path: "/a/")?.route.key == "GET /a")
        #expect(table.match(method: "GET", path: "/f/x/y/")?.parameters.first?.value == "x/y")
    }

    @Test func aPathOfManyPartsIsSearchedOnce() {
        // Each segment could be fixed or a parameter: a search without bounds would take 2^24 steps.
        var routes: [(String, String)] = []
        for depth in 1...24 {
            routes.append(("GET", String(repeating: "/a", count: depth) + "/x"))
            routes.append(("GET", String(repeating: "/{p}", count: depth) + "/x"))
        }
        let table = RouteTable(api(routes).routes, ignoresTrailingSlash: false)
        #expect(table.match(method: "GET", path: String(repeating: "/a", count: 5000)[...]) == nil)
        #expect(table.match(method: "GET", path: "/a/a/x")?.route.path == "/a/a/x")
    }
}
