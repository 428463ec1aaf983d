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

    /// An authorizer named `A` of an API of this type, whose function is `Fn`.
    private func authorized(_ type: String, _ properties: String, _ auth: String = "") -> TemplateReading {
        let function = #""FunctionArn": {"Fn::GetAtt": ["Fn", "Arn"]}"#
        return api(type, #""Auth": {"Authorizers": {"A": {\#(function)\#(properties)}}\#(auth)}"#)
    }

    @Test(arguments: [
        ("Api", #", "FunctionPayloadType": "REQUEST""#, "needs an Identity with Headers"),
        ("Api", #", "FunctionPayloadType": "REQUEST", "Identity": {"ReauthorizeEvery": 10}"#, "needs an Identity"),
        ("Api", #", "FunctionPayloadType": "REQUEST", "Identity": {"Headers": []}"#, "needs an Identity"),
        ("HttpApi", #", "AuthorizerPayloadFormatVersion": "3.0""#, "must be '1.0' or '2.0'"),
        (
            "HttpApi", #", "AuthorizerPayloadFormatVersion": "1.0", "EnableSimpleResponses": true"#,
            "takes an AuthorizerPayloadFormatVersion of '2.0'"
        ),
        ("HttpApi", #", "AuthorizerPayloadFormatVersion": "2.0", "Identity": {"ReauthorizeEvery": 3601}"#, "3600"),
    ])
    func authorizersThatAWSRefusesAreRefused(type: String, properties: String, sentence: String) {
        let reading = authorized(type, properties)
        #expect(reading.errors.count == 1)
        #expect(reading.errors.first?.message.contains(sentence) == true)
    }

    @Test func aRequestAuthorizerMayHaveNoIdentityWhereNothingIsKept() throws {
        let request = #", "FunctionPayloadType": "REQUEST", "Identity": "#
        #expect(authorized("Api", request + #"{"ReauthorizeEvery": 0}"#).errors.isEmpty)
        let reading = authorized("Api", request + #"{"Headers": ["A"], "QueryStrings": ["b"], "Context": ["c"]}"#)
        guard case .request(let function) = try #require(reading.template.apis.first).authorizers["A"] else {
            Issue.record("It is no request authorizer.")
            return
        }
        #expect(
            function.identitySources == ["method.request.header.A", "method.request.querystring.b", "context.c"])
        #expect(function.cacheSeconds == 300)
    }

    @Test func whatGuardsNobodyHereIsSaid() {
        let auth = #", "ApiKeyRequired": true, "ResourcePolicy": {}"#
        #expect(
            authorized("Api", "", auth).diagnostics.map(\.message) == [
                "API keys are not emulated: requests without one pass.",
                "Resource policies of APIs are not evaluated: requests that they deny pass.",
            ])
        let domain = api("Api", #""Domain": {"DomainName": "d", "MutualTlsAuthentication": {"TruststoreUri": "s"}}"#)
        #expect(
            domain.diagnostics.map(\.message) == [
                "Callers' certificates are not asked for: whoever has none passes."
            ])
    }
}
