import JSONValue
import Testing

@testable import Template

@Suite("Hostile templates")
struct HostileTemplateTests {
    @Test func deepNestingIsRefusedInGoodOrder() {
        let deep =
            String(repeating: #"{"Fn::Join": ["", ["#, count: 150) + "\"x\"" + String(repeating: "]]}", count: 150)
        let reading = read(resources(#""Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": \#(deep)}}"#))
        #expect(reading.errors.contains { $0.message.contains("nested deeper") })
        let deeper = String(repeating: "[", count: 100_000)
        #expect(read(deeper).errors.count == 1)
    }

    @Test func chainsAsLongAsTheTemplateAreFollowed() throws {
        var body = #""Q0": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "end"}}"#
        for index in 1...10_000 {
            body += #", "Q\#(index)": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "#
            body += index == 1 ? #"{"Fn::GetAtt": ["Q0", "QueueName"]}}}"# : #"{"Ref": "Q\#(index - 1)"}}}"#
        }
        let reading = read(resources(body, #""Outputs": {"End": {"Value": {"Ref": "Q10000"}}}"#))
        #expect(reading.errors.isEmpty)
        #expect(reading.template.outputs.first?.value == "end")
    }

    @Test func tenThousandResources() {
        var parts: [String] = []
        for index in 0..<10_000 {
            let event = #"{"E": {"Type": "HttpApi", "Properties": {"Path": "/r\#(index)", "Method": "GET"}}}"#
            parts.append(
                function(event, #""Description": {"Fn::Sub": "${AWS::Region}"}"#).replacing(
                    #""Fn""#, with: "\"F\(index)\""))
        }
        let reading = read(resources(parts.joined(separator: ",\n")))
        #expect(reading.errors.isEmpty)
        #expect(reading.template.functions.count == 10_000)
        #expect(reading.template.apis.first?.routes.count == 10_000)
    }

    /// Every value of a good template in turn becomes something of another type; nothing may trap.
    @Test(arguments: ["null", "true", "-1", "1e99", "\"\"", "\"\\u0000\"", "[]", "[[]]", "{}", #"{"Ref": "Upload"}"#])
    func wrongTypesEverywhere(replacement: String) throws {
        let whole = try JSONValue(parsing: WholeTemplateTests.text)
        let wrong = try JSONValue(parsing: replacement)
        var variants = 0
        whole.replacingEach(by: wrong) { variant in
            variants += 1
            let reading = TemplateReading(of: variant.encoded(), in: cloud)
            // Whatever came of it, what is said points into the template.
            #expect(reading.diagnostics.allSatisfy { $0.line == 1 && !$0.message.isEmpty })
        }
        #expect(variants > 200)
    }
}

extension JSONValue {
    /// Gives this value with each part of it in turn exchanged for another.
    func replacingEach(by wrong: JSONValue, _ visit: (JSONValue) -> Void) {
        visit(wrong)
        switch self {
        case .array(let elements):
            for index in elements.indices {
                elements[index].replacingEach(by: wrong) {
                    var copy = elements
                    copy[index] = $0
                    visit(.array(copy))
                }
            }
        case .object(let members):
            for (key, value) in members {
                value.replacingEach(by: wrong) {
                    var copy = members
                    copy[key] = $0
                    visit(.object(copy))
                }
            }
        default: break
        }
    }
}
