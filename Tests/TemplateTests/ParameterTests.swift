import Testing

@testable import Template

@Suite("Parameters")
struct ParameterTests {
    private func read(_ declaration: String, _ value: String?) -> TemplateReading {
        let text = resources(
            #""Q": {"Type": "AWS::SQS::Queue"}"#,
            #""Parameters": {"P": \#(declaration)}, "Outputs": {"V": {"Value": {"Ref": "P"}}}"#)
        return TemplateTests.read(text, value.map { ["P": $0] } ?? [:])
    }

    @Test(arguments: [
        (#"{"Type": "String", "Default": "d"}"#, nil, "d"),
        (#"{"Type": "String", "Default": "d"}"#, "given", "given"),
        (#"{"Type": "Number", "Default": 5, "MinValue": 1, "MaxValue": 9}"#, nil, "5"),
        (#"{"Type": "String", "AllowedPattern": "[a-z]+"}"#, "abc", "abc"),
        (#"{"Type": "AWS::EC2::KeyPair::KeyName"}"#, "k", "k"),
    ])
    func takes(declaration: String, given: String?, expected: String) {
        let reading = read(declaration, given)
        #expect(reading.errors.map(\.message) == [])
        #expect(reading.template.outputs.first?.value == expected)
        #expect(reading.template.parameters.first?.isOverridden == (given != nil))
    }

    @Test(arguments: [
        (#"{"Type": "String"}"#, nil, "Parameter 'P' has no default and needs a value"),
        (#"{"Default": "a"}"#, nil, "needs a property 'Type'"),
        (#"{"Type": "Colour"}"#, "red", "'Colour' is not a type of parameters"),
        (#"{"Type": "String", "AllowedValues": ["a", "b"]}"#, "c", "'c' is not one of the allowed values 'a' and 'b'"),
        (#"{"Type": "String", "AllowedPattern": "[a-z]+"}"#, "a1", "does not match the pattern '[a-z]+'"),
        (#"{"Type": "String", "AllowedPattern": "[a-z"}"#, "a", "is not a regular expression"),
        (#"{"Type": "String", "MinLength": 3}"#, "ab", "shorter than 3"),
        (#"{"Type": "String", "MaxLength": 1, "NoEcho": true}"#, "ab", "the value is longer than 1"),
        (#"{"Type": "Number"}"#, "many", "'many' is not a number"),
        (#"{"Type": "Number", "MinValue": 2}"#, "1", "less than 2"),
        (#"{"Type": "Number", "MaxValue": 2}"#, "3", "greater than 2"),
        (#"{"Type": "List<Number>"}"#, "1,x", "'x' is not a number"),
    ])
    func refuses(declaration: String, given: String?, expected: String) {
        let reading = read(declaration, given)
        #expect(reading.errors.count { $0.message.contains(expected) } == 1, "\(reading.errors)")
    }

    @Test func anUnknownOverrideIsAnError() {
        let text = resources(
            #""Q": {"Type": "AWS::SQS::Queue"}"#, #""Parameters": {"Stage": {"Type": "String", "Default": "a"}}"#)
        let reading = TemplateTests.read(text, ["Stagee": "x"])
        #expect(reading.errors.first?.message.contains("did you mean 'Stage'?") == true)
    }

    @Test func secretsAreMarked() {
        let reading = read(#"{"Type": "String", "NoEcho": true}"#, "hidden")
        #expect(reading.template.parameters.first?.isSecret == true)
    }
}
