import JSONValue
import Testing

@testable import Template

let cloud = DeploymentTarget(stackName: "shop", edgeURL: "http://edge:4566", gatewayURL: "http://gate:3000")

func read(_ text: String, _ parameters: [String: String] = [:]) -> TemplateReading {
    TemplateReading(of: Array(text.utf8), parameters: parameters, in: cloud)
}

/// A template with these resources and nothing else.
func resources(_ body: String, _ rest: String = "") -> String {
    #"{"Transform": "AWS::Serverless-2016-10-31", "Resources": {\#(body)}\#(rest.isEmpty ? "" : ", " + rest)}"#
}

/// A function with these events, named `Fn`.
func function(_ events: String = "{}", _ more: String = "") -> String {
    #"""
    "Fn": {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "h", "Runtime": "provided.al2023",
    "CodeUri": ".", "Events": \#(events)\#(more.isEmpty ? "" : ", " + more)}}
    """#
}

/// The messages of all diagnostics, for tests that expect none.
func messages(_ reading: TemplateReading) -> [String] { reading.diagnostics.map(\.description) }
