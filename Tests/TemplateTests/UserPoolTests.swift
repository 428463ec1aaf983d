import Testing

@testable import Template

/// Cognito in templates: pools that are not there, authorizers that ask for their tokens, and where keys are.
@Suite("User pools")
struct UserPoolTests {
    private func api(_ authorizer: String, _ metadata: String = "{}", _ more: String = "") -> String {
        resources(
            #"""
            "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {}},
            "Client": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": {"Ref": "Pool"}}},
            "Api": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "v1", "Auth": {"DefaultAuthorizer": "A",
            "Authorizers": {"A": \#(authorizer)}}}},
            """#
                + function(
                    #"{"E": {"Type": "Api", "Properties": {"RestApiId": {"Ref": "Api"}, "Path": "/", "Method": "get"}}}"#
                ),
            #""Metadata": {"Darkroom": \#(metadata)}\#(more)"#)
    }

    private static let ofPool = #"{"UserPoolArn": {"Fn::GetAtt": ["Pool", "Arn"]}}"#

    @Test func aPoolHasNamesButIsSaidToBeMissing() throws {
        let reading = read(
            api(
                Self.ofPool, #"{"TokenKeys": {"Pool": "keys.json"}}"#,
                #"""
                , "Outputs": {"Id": {"Value": {"Ref": "Pool"}}, "Client": {"Value": {"Ref": "Client"}},
                "URL": {"Value": {"Fn::GetAtt": ["Pool", "ProviderURL"]}},
                "Name": {"Value": {"Fn::GetAtt": ["Pool", "ProviderName"]}}}
                """#))
        #expect(
            reading.diagnostics.map(\.message) == ["AWS::Cognito::UserPool is not emulated: 'Pool' is skipped."])
        let outputs = Dictionary(reading.template.outputs.map { ($0.name, $0.value) }) { $1 }
        let id = try #require(outputs["Id"])
        #expect(id.wholeMatch(of: /us-east-1_[a-z0-9]{9}/) != nil)
        #expect(outputs["URL"] == "https://cognito-idp.us-east-1.amazonaws.com/\(id)")
        #expect(outputs["Name"] == "cognito-idp.us-east-1.amazonaws.com/\(id)")
        #expect(outputs["Client"]?.utf8.count == 26)
        #expect(reading.template.tokenKeys == ["https://cognito-idp.us-east-1.amazonaws.com/\(id)": "keys.json"])
    }

    @Test func anAuthorizerIsReadWhole() throws {
        let reading = read(
            api(
                #"""
                {"UserPoolArn": ["arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_x",
                "arn:aws-cn:cognito-idp:cn-north-1:1:userpool/cn-north-1_y"], "AuthorizationScopes": ["a/b"],
                "Identity": {"Header": "X-Token", "ValidationExpression": "app", "ReauthorizeEvery": 30}}
                """#))
        #expect(reading.errors.isEmpty)
        guard
            case .cognito(let pools, let header, let validation, let scopes) = reading.template.apis[0].authorizers["A"]
        else { throw Missing() }
        #expect(
            pools.map(\.issuer) == [
                "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x",
                "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_y",
            ])
        #expect(header == "X-Token")
        #expect(validation == "app")
        #expect(scopes == ["a/b"])
    }

    private struct Missing: Error {}

    @Test(arguments: [
        #""arn:aws:cognito-idp:us-east-1:1:userpool/""#, #""arn:aws:lambda:us-east-1:1:function:f""#, #""us-east-1_x""#,
        #"["arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_x", "x"]"#, "[]", "1", "{}",
    ])
    func whatIsNoPoolIsRefused(value: String) {
        let reading = read(api(#"{"UserPoolArn": \#(value)}"#))
        #expect(reading.errors.count == 1)
        #expect(reading.errors.first?.path.contains("UserPoolArn") == true)
    }

    @Test func aPoolOfTheTemplateWithoutKeysIsSaidToLetNobodyIn() {
        let reading = read(api(Self.ofPool))
        #expect(reading.errors.isEmpty)
        #expect(
            reading.diagnostics.last?.message
                == "Authorizer 'A' of 'Api' lets nobody in: the user pool 'Pool' is not emulated. Name a JSON Web Key Set "
                + "for it in Metadata.Darkroom.TokenKeys.")
    }

    @Test func aJWTAuthorizerOfThatPoolIsSaidToLetNobodyInToo() {
        let reading = read(
            resources(
                #"""
                "Pool": {"Type": "AWS::Cognito::UserPool"}, "Api": {"Type": "AWS::Serverless::HttpApi", "Properties":
                {"Auth": {"Authorizers": {"A": {"IdentitySource": "$request.header.Authorization", "JwtConfiguration":
                {"issuer": {"Fn::GetAtt": ["Pool", "ProviderURL"]}, "audience": ["app"]}}}}}}, 
                """# + function()))
        #expect(reading.errors.isEmpty)
        #expect(reading.diagnostics.last?.message.hasPrefix("Authorizer 'A' of 'Api' lets nobody in") == true)
    }

    @Test(arguments: [
        ("https://issuer.example/x", "https://issuer.example/x"), ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("eu-west-1_Abc", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc"),
    ])
    func issuersAreNamed(name: String, issuer: String) {
        let reading = read(api(Self.ofPool, #"{"TokenKeys": {"\#(name)": "https://keys.example/jwks"}}"#))
        #expect(reading.errors.isEmpty)
        #expect(reading.template.tokenKeys == [issuer: "https://keys.example/jwks"])
    }

    @Test(arguments: [
        (#"{"TokenKeys": {"Client": "x"}}"#, "/Metadata/Darkroom/TokenKeys/Client"),
        (#"{"TokenKeys": {"nobody": "x"}}"#, "/Metadata/Darkroom/TokenKeys/nobody"),
        (#"{"TokenKeys": {"Pool": ""}}"#, "/Metadata/Darkroom/TokenKeys/Pool"),
        (#"{"TokenKeys": {"Pool": 1}}"#, "/Metadata/Darkroom/TokenKeys/Pool"),
        (#"{"TokenKeys": "x"}"#, "/Metadata/Darkroom/TokenKeys"),
    ])
    func keysThatAreNamedWronglyAreRefused(metadata: String, path: String) {
        #expect(read(api(Self.ofPool, metadata)).errors.map(\.path) == [path])
    }
}
