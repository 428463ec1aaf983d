import Testing

@testable import Template

/// What templates say of APIs beside their routes.
@Suite("APIs")
struct APITests {
    private func api(_ type: String, _ properties: String) -> TemplateReading {
        let event = type == "Api" ? ("Api", "RestApiId") : ("HttpApi", "ApiId")
        let stage = type == "Api" ? #""StageName": "v1", "# : ""
        return read(
            resources(
                #""Front": {"Type": "AWS::Serverless::\#(type)", "Properties": {\#(stage)\#(properties)}}, "#
                    + function(
                        #"""
                        {"E": {"Type": "\#(event.0)", "Properties": {"\#(event.1)": {"Ref": "Front"}, "Path": "/",
                        "Method": "get"}}}
                        """#)))
    }

    @Test(
        arguments: [
            ("Api", "", [""]), ("Api", #", "BasePath": "/v1/shop""#, ["v1shop"]),
            ("Api", #", "BasePath": ["v1/shop", "/"], "NormalizeBasePath": false"#, ["v1/shop", ""]),
            ("HttpApi", #", "BasePath": ["/v1/shop/", "a-b"]"#, ["v1/shop", "a-b"]),
            ("HttpApi", #", "BasePath": "(none)""#, [""]), ("HttpApi", #", "BasePath": []"#, [""]),
        ] as [(String, String, [String])])
    func basePathsAreRead(type: String, more: String, expected: [String]) throws {
        let reading = api(type, #""Domain": {"DomainName": "a.example", "CertificateArn": "c"\#(more)}"#)
        #expect(reading.errors.isEmpty, "\(reading.errors)")
        let front = try #require(reading.template.apis.first)
        #expect(front.domainNames == ["a.example"])
        #expect(front.basePaths == expected)
    }

    @Test(arguments: [
        ("AWS::ApiGatewayV2::Api", #"{"ProtocolType": "WEBSOCKET"}"#, "WebSocket APIs are not served"),
        ("AWS::Serverless::WebSocketApi", "{}", "WebSocket APIs are not served"),
        (
            "AWS::ApiGatewayV2::Api", #"{"ProtocolType": "HTTP"}"#,
            "Declared as an AWS::Serverless::HttpApi it is served."
        ),
        ("AWS::ApiGateway::RestApi", "{}", "Declared as an AWS::Serverless::Api it is served."),
        ("AWS::ApiGateway::BasePathMapping", "{}", "The Domain of a serverless API is served."),
    ])
    func whatIsNotServedIsNamed(type: String, properties: String, advice: String) throws {
        let reading = read(resources(#""X": {"Type": "\#(type)", "Properties": \#(properties)}, "# + function()))
        #expect(reading.errors.isEmpty)
        let message = try #require(reading.diagnostics.first { $0.path == "/Resources/X/Type" }?.message)
        #expect(message.hasPrefix("\(type) is not emulated: 'X' is skipped. "))
        #expect(message.contains(advice))
        #expect(reading.template.skipped.map(\.logicalID) == ["X"])
    }
}
