import JSONValue
import Testing

@testable import PictureFunctions

@Suite struct OpenAPITests {
    /// What the gateway routes, what the functions answer and what the document says are one.
    @Test func theTemplateHasJustTheRoutesOfTheFunctions() throws {
        let tables: [(String, [Route])] = [
            ("accounts", AccountsFunction.routes), ("upload", UploadFunction.routes),
            ("get", GetFunction.routes(cache: PictureCache(capacity: 0))), ("list", ListFunction.routes),
            ("rekognize", RekognizeFunction.routes), ("delete", DeleteFunction.routes),
            ("backup", BackupFunction.routes(try TestSettings.backup())), ("sweeper", []),
            ("statistics", StatisticsFunction.routes),
        ]
        let resources = try #require(Repository.json("template.json")["Resources"]?.object)
        var inTemplate: [String: Set<String>] = [:]
        for (_, resource) in resources {
            guard let handler = resource["Properties"]?["Handler"]?.string else { continue }
            let events = resource["Properties"]?["Events"]?.object ?? [:]
            inTemplate[handler] = Set(
                events.filter { $0.value["Type"] == "HttpApi" }.map { _, event in
                    "\(event["Properties"]?["Method"]?.string ?? "?") \(event["Properties"]?["Path"]?.string ?? "?")"
                })
        }
        #expect(Set(inTemplate.keys) == Set(pictureFunctions.keys))
        for (name, routes) in tables {
            #expect(inTemplate[name] == Set(routes.map { "\($0.operation.method) \($0.operation.path)" }), "\(name)")
        }
    }

    @Test func operationsHaveNamesOfTheirOwn() {
        let operations = OpenAPIDocument.operations
        #expect(Set(operations.map(\.name)).count == operations.count)
        #expect(operations.allSatisfy { !$0.summary.isEmpty && !$0.answers.isEmpty })
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        let document = OpenAPIDocument.document
        let schemas = try #require(document["components"]?["schemas"]?.object)
        var referenced: Set<String> = []
        func collect(_ value: JSONValue) {
            for element in value.array ?? [] { collect(element) }
            for (name, member) in value.object ?? [:] {
                if name == "$ref", let text = member.string { referenced.insert(text) } else { collect(member) }
            }
        }
        collect(document)
        #expect(
            referenced == Set(schemas.keys.map { "#/components/schemas/\($0)" }).subtracting(["#/components/schemas/"]))
    }

    @Test func everyOperationIsInTheDocument() throws {
        let paths = try #require(OpenAPIDocument.document["paths"]?.object)
        for operation in OpenAPIDocument.operations {
            let path = String(operation.path.filter { $0 != "+" })
            let described = try #require(paths[path]?[operation.method.lowercased()])
            #expect(described["operationId"]?.string == operation.name)
            #expect(described["security"]?.array?.isEmpty == (operation.access == .everybody))
            for answer in operation.answers { #expect(described["responses"]?[String(answer.status)] != nil) }
        }
    }
}
