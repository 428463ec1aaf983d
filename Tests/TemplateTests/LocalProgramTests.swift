import Testing

@testable import Template

@Suite("Local programs")
struct LocalProgramTests {
    /// A template on one line for each of its sections; functions by their `CodeUri`, named F0, F1 and so on.
    private func template(
        _ darkroom: String, code: [String], metadata: [String] = [], runtime: String = "provided.al2023"
    ) -> TemplateReading {
        let functions = code.enumerated().map { index, uri in
            let own =
                index < metadata.count && !metadata[index].isEmpty
                ? "\"Metadata\": {\"Darkroom\": \(metadata[index])}, " : ""
            return """
                "F\(index)": {\(own)"Type": "AWS::Serverless::Function", "Properties": {"Handler": "h", \
                "Runtime": "\(runtime)", "CodeUri": "\(uri)"}}
                """
        }
        return read(
            """
            {"Transform": "AWS::Serverless-2016-10-31",
            "Metadata": {"Darkroom": \(darkroom)},
            "Resources": {
            \(functions.joined(separator: ",\n"))
            }}
            """)
    }

    private func programs(_ reading: TemplateReading) -> [LocalProgram] {
        reading.template.functions.map(\.localProgram)
    }

    @Test(arguments: [
        // The zip of the program's name is what it is packaged in.
        (
            #"{"Bootstrap": ".build/debug/app"}"#, ["dist/app.zip", "shell", "./out/app.zip"],
            [LocalProgram.shared, .packaged, .shared]
        ),
        // None has that name: the program runs all.
        (#"{"Bootstrap": "app"}"#, ["nothing.zip", "shell"], [.shared, .shared]),
        (#"{"Bootstrap": "app", "Package": "./dist//x.zip"}"#, ["dist/x.zip", "dist/app.zip"], [.shared, .packaged]),
        (#"{"Bootstrap": "app", "Package": ["a", "/b"]}"#, ["a/", "/b", "b"], [.shared, .shared, .packaged]),
        // For a program that is named when the cloud starts.
        (#"{"Package": "a"}"#, ["a", "b"], [.shared, .packaged]),
        ("{}", ["a", "b"], [.shared, .shared]),
    ])
    func theProgramStandsInForItsPackage(darkroom: String, code: [String], expected: [LocalProgram]) {
        let reading = template(darkroom, code: code)
        #expect(messages(reading).isEmpty)
        #expect(programs(reading) == expected)
    }

    @Test func functionsDecideForThemselves() {
        let reading = template(
            #"{"Bootstrap": "app"}"#, code: ["x", "x", "x"],
            metadata: [#"{"Bootstrap": "other"}"#, #"{"Bootstrap": false}"#, ""])
        #expect(messages(reading).isEmpty)
        #expect(reading.template.sharedProgram == "app")
        #expect(programs(reading) == [.own(path: "other"), .packaged, .shared])
    }

    @Test(arguments: [
        (#"["app"]"#, "Darkroom must be an object, not a list."),
        (#"{"Bootstrap": 3}"#, "Bootstrap must be the path of a program, not a number."),
        (#"{"Bootstrap": ""}"#, "Bootstrap must be the path of a program, not an empty string."),
        (#"{"Package": {}}"#, "Package must be the CodeUri of functions, or a list of such, not an object."),
        (#"{"Package": ["x", true]}"#, "Package must be the CodeUri of functions, or a list of such, not a boolean."),
    ])
    func whatIsWrongIsAnErrorOnItsLine(darkroom: String, expected: String) {
        let reading = template(darkroom, code: ["x"])
        #expect(reading.errors.map(\.message) == [expected])
        #expect(reading.errors.first?.line == 2)
    }

    @Test(arguments: [
        (#"{"Bootstrp": "app"}"#, "", "'Bootstrp' has no meaning here; did you mean 'Bootstrap'?", 2),
        (#"{"Package": "y"}"#, "", "No function of a provided runtime has the CodeUri 'y'.", 2),
        ("{}", #"{"Package": "y"}"#, "'Package' has no meaning here.", 4),
    ])
    func whatHasNoEffectIsSaid(darkroom: String, own: String, expected: String, line: Int) {
        let reading = template(darkroom, code: ["x"], metadata: [own])
        #expect(reading.diagnostics.map(\.message) == [expected])
        #expect(reading.diagnostics.first?.line == line)
        #expect(reading.errors.isEmpty)
    }

    @Test func otherRuntimesRunTheirCode() {
        let reading = template("{}", code: ["x"], metadata: [#"{"Bootstrap": "app"}"#], runtime: "python3.13")
        #expect(
            reading.diagnostics.first?.message.hasPrefix("A program runs functions of provided runtimes only") == true)
        #expect(reading.diagnostics.first?.line == 4)
        #expect(programs(reading) == [.packaged])
    }

    @Test func aFunctionsOwnProgramMustBeAPath() {
        let reading = template("{}", code: ["x"], metadata: [#"{"Bootstrap": true}"#])
        #expect(reading.errors.first?.message.hasPrefix("Bootstrap must be the path of a program, or false") == true)
        #expect(reading.errors.first?.line == 4)
    }
}
