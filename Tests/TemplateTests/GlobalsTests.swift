import Testing

@testable import Template

@Suite("Globals")
struct GlobalsTests {
    private func function(_ own: String, _ global: String, _ more: String = "") throws -> FunctionDefinition {
        let reading = read(
            #"""
            {"Transform": "AWS::Serverless-2016-10-31",
             "Globals": {"Function": {"Handler": "h", "Runtime": "provided", "CodeUri": "c", \#(global)}},
             "Resources": {"Fn": {"Type": "AWS::Serverless::Function"\#(more), "Properties": {\#(own)}}}}
            """#)
        #expect(messages(reading) == [])
        return try #require(reading.template.functions.first)
    }

    @Test func scalarsAreReplaced() throws {
        #expect(try function(#""Timeout": 9"#, #""Timeout": 5"#).timeout == 9)
        #expect(try function("", #""Timeout": 5"#).timeout == 5)
    }

    @Test func mapsAreMergedAtEveryDepth() throws {
        let merged = try function(
            #""Environment": {"Variables": {"BB": "own", "CC": "own"}}"#,
            #""Environment": {"Variables": {"AA": "global", "BB": "global"}}"#)
        #expect(merged.environment == ["AA": "global", "BB": "own", "CC": "own"])
    }

    @Test func listsAreAddedUpWithTheGlobalPartFirst() throws {
        let merged = try function(#""Layers": ["own"]"#, #""Layers": ["global"]"#)
        #expect(merged.layers == ["global", "own"])
    }

    @Test func intrinsicFunctionsCountAsScalars() throws {
        let merged = try function(
            #""Environment": {"Variables": {"AA": {"Ref": "AWS::Region"}}}"#,
            #""Environment": {"Variables": {"AA": {"Fn::Sub": "x"}}}"#)
        #expect(merged.environment == ["AA": "us-east-1"])
    }

    @Test func noValueTakesAGlobalAway() throws {
        let merged = try function(#""Timeout": {"Ref": "AWS::NoValue"}"#, #""Timeout": 5"#)
        #expect(merged.timeout == 3)
    }

    @Test func globalsCanBeIgnored() throws {
        let one = try function("", #""Timeout": 5, "MemorySize": 256"#, #", "IgnoreGlobals": ["Timeout"]"#)
        #expect(one.timeout == 3)
        #expect(one.memorySize == 256)
        let all = try function(
            #""Handler": "own", "Runtime": "provided", "CodeUri": "c""#, #""Timeout": 5"#, #", "IgnoreGlobals": "*""#)
        #expect(all.timeout == 3)
        #expect(all.handler == "own")
    }

    @Test func architecturesAddUpToTooMany() {
        let reading = read(
            #"""
            {"Transform": "AWS::Serverless-2016-10-31", "Globals": {"Function": {"Architectures": ["arm64"]}},
            "Resources": {\#(TemplateTests.function("{}", #""Architectures": ["x86_64"]"#))}}
            """#)
        #expect(reading.errors.first?.message.contains("because lists are added up") == true)
    }
}
