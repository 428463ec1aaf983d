import JSONValue
import Testing

@testable import Template

@Suite("Intrinsic functions")
struct IntrinsicTests {
    /// The value of an output that is this expression.
    private func value(_ expression: String, _ parameters: [String: String] = [:]) -> (String?, [String]) {
        let text = resources(
            #"""
            "Queue": {"Type": "AWS::SQS::Queue"}, "Gone": {"Type": "AWS::SQS::Queue", "Condition": "No"},
            "Bucket": {"Type": "AWS::S3::Bucket"}, "Table": {"Type": "AWS::Serverless::SimpleTable"},
            "Odd": {"Type": "AWS::Kinesis::Stream"}, \#(function())
            """#,
            #"""
            "Parameters": {"Word": {"Type": "String", "Default": "w"}, "Count": {"Type": "Number", "Default": "7"},
              "List": {"Type": "CommaDelimitedList", "Default": "a, b,c"}},
            "Mappings": {"Regions": {"us-east-1": {"name": "virginia", "parts": ["x", "y"]}}},
            "Conditions": {"Yes": {"Fn::Equals": [{"Ref": "Count"}, 7]}, "No": {"Fn::Not": [{"Condition": "Yes"}]}},
            "Outputs": {"Value": {"Value": \#(expression)}}
            """#)
        let reading = read(text, parameters)
        return (reading.template.outputs.first?.value, reading.errors.map(\.message))
    }

    @Test(arguments: [
        (#"{"Ref": "Word"}"#, "w"),
        (#"{"Ref": "Count"}"#, "7"),
        (#"{"Ref": "AWS::Region"}"#, "us-east-1"),
        (#"{"Ref": "AWS::AccountId"}"#, "000000000000"),
        (#"{"Ref": "AWS::StackName"}"#, "shop"),
        (#"{"Ref": "Queue"}"#, "http://edge:4566/000000000000/shop-Queue"),
        (#"{"Ref": "Bucket"}"#, "shop-bucket"),
        (#"{"Ref": "Table"}"#, "shop-Table"),
        (#"{"Ref": "Fn"}"#, "shop-Fn"),
        (#"{"Fn::GetAtt": ["Fn", "Arn"]}"#, "arn:aws:lambda:us-east-1:000000000000:function:shop-Fn"),
        (#"{"Fn::GetAtt": "Queue.QueueName"}"#, "shop-Queue"),
        (#"{"Fn::GetAtt": ["Queue", "QueueUrl"]}"#, "http://edge:4566/000000000000/shop-Queue"),
        (#"{"Fn::GetAtt": ["Bucket", "Arn"]}"#, "arn:aws:s3:::shop-bucket"),
        (#"{"Fn::GetAtt": ["Bucket", "WebsiteURL"]}"#, "http://edge:4566/shop-bucket"),
        (#"{"Fn::GetAtt": ["Table", "Arn"]}"#, "arn:aws:dynamodb:us-east-1:000000000000:table/shop-Table"),
        (#"{"Fn::GetAtt": ["FnRole", "Arn"]}"#, "arn:aws:iam::000000000000:role/shop-FnRole"),
        (#"{"Fn::Sub": "${Word}-${AWS::Region}-${Queue.QueueName}"}"#, "w-us-east-1-shop-Queue"),
        (#"{"Fn::Sub": "${!Word} $ {x} ${ Word }"}"#, "${Word} $ {x} w"),
        (#"{"Fn::Sub": ["${Own}/${Word}", {"Own": {"Ref": "Count"}}]}"#, "7/w"),
        (#"{"Fn::Join": ["-", ["a", {"Ref": "Word"}, 3, {"Ref": "AWS::NoValue"}]]}"#, "a-w-3"),
        (#"{"Fn::Join": ["+", {"Ref": "List"}]}"#, "a+b+c"),
        (#"{"Fn::Select": [1, {"Fn::Split": ["::", "a::b::c"]}]}"#, "b"),
        (#"{"Fn::Select": ["2", {"Ref": "List"}]}"#, "c"),
        (#"{"Fn::Select": [0, {"Fn::GetAZs": ""}]}"#, "us-east-1a"),
        (#"{"Fn::Base64": {"Fn::Sub": "${Word}!"}}"#, "dyE="),
        (#"{"Fn::FindInMap": ["Regions", {"Ref": "AWS::Region"}, "name"]}"#, "virginia"),
        (#"{"Fn::Join": ["", {"Fn::FindInMap": ["Regions", "us-east-1", "parts"]}]}"#, "xy"),
        (#"{"Fn::FindInMap": ["Regions", "moon", "name", {"DefaultValue": "none"}]}"#, "none"),
        (#"{"Fn::If": ["Yes", "y", {"Ref": "Nothing"}]}"#, "y"),
        (#"{"Fn::If": ["No", {"Ref": "Nothing"}, {"Ref": "Word"}]}"#, "w"),
        (#"{"Fn::Join": ["", ["a", {"Fn::If": ["No", "b", {"Ref": "AWS::NoValue"}]}]]}"#, "a"),
        (#"{"Fn::Length": {"Ref": "List"}}"#, "3"),
        (#"{"Fn::ToJsonString": {"a": [{"Ref": "Word"}, 1]}}"#, #"{"a":["w",1]}"#),
        ("true", "true"),
    ])
    func gives(expression: String, expected: String) {
        let (found, errors) = value(expression)
        #expect(errors == [])
        #expect(found == expected)
    }

    @Test(arguments: [
        (#"{"Ref": "Nothing"}"#, "'Nothing' is neither a parameter nor a resource"),
        (#"{"Ref": "Bukket"}"#, "did you mean 'Bucket'?"),
        (#"{"Ref": 1}"#, "Ref takes a name"),
        (#"{"Ref": "Gone"}"#, "does not exist, because its condition 'No' is not met"),
        (#"{"Ref": "AWS::Planet"}"#, "is not a pseudo parameter"),
        (#"{"Fn::GetAtt": ["Queue", "Color"]}"#, "has no attribute 'Color'; it has 'Arn', 'QueueName' and 'QueueUrl'"),
        (#"{"Fn::GetAtt": "Queue"}"#, "Fn::GetAtt takes"),
        (#"{"Fn::GetAtt": ["Word", "Arn"]}"#, "'Word' is not a resource"),
        (#"{"Fn::Sub": "${Nothing}"}"#, "'Nothing' is neither"),
        (#"{"Fn::Sub": "${open"}"#, "no '}' behind it"),
        (#"{"Fn::Sub": "${List}"}"#, "is a list and cannot stand in a text"),
        (#"{"Fn::Sub": 3}"#, "Fn::Sub takes"),
        (#"{"Fn::Join": ["a"]}"#, "Fn::Join takes"),
        (#"{"Fn::Join": ["", [["a"]]]}"#, "joins strings, not a list"),
        (#"{"Fn::Select": [3, {"Ref": "List"}]}"#, "cannot select element 3 of a list of 3"),
        (#"{"Fn::Split": ["", "a"]}"#, "Fn::Split takes"),
        (#"{"Fn::If": ["Nothing", 1, 2]}"#, "no condition 'Nothing'"),
        (#"{"Fn::If": ["Yes", 1]}"#, "Fn::If takes"),
        (#"{"Fn::FindInMap": ["Regions", "moon", "name"]}"#, "holds nothing under 'moon', 'name'"),
        (#"{"Fn::FindInMap": ["Planets", "moon", "name"]}"#, "there is no mapping 'Planets'"),
        (#"{"Fn::ImportValue": "other"}"#, "No export named 'other'"),
        (#"{"Fn::Magic": 1}"#, "'Fn::Magic' is not an intrinsic function"),
        (#"{"Fn::Equals": ["a", "a"]}"#, "belongs into Conditions"),
        (#"{"Ref": "Word", "x": 1}"#, "must stand alone"),
    ])
    func refuses(expression: String, expected: String) {
        let (_, errors) = value(expression)
        #expect(errors.count == 1)
        #expect(errors.first?.contains(expected) == true, "\(errors)")
    }

    @Test func importsComeFromTheCaller() {
        var importing = cloud
        importing.imports = ["net": "10.0.0.0"]
        let text = resources(
            #""Q": {"Type": "AWS::SQS::Queue"}"#, #""Outputs": {"A": {"Value": {"Fn::ImportValue": "net"}}}"#)
        let reading = TemplateReading(of: Array(text.utf8), in: importing)
        #expect(reading.template.outputs.first?.value == "10.0.0.0")
    }

    @Test func attributesOfUnknownTypesAreMadeUpAndSaid() {
        let (found, errors) = value(#"{"Fn::GetAtt": ["Odd", "Arn"]}"#)
        #expect(errors == [])
        #expect(found == "arn:aws:kinesis:us-east-1:000000000000:shop-Odd")
    }
}

@Suite("Conditions")
struct ConditionTests {
    private func decide(_ condition: String, _ more: String = "") -> (Bool, [String]) {
        let text = resources(
            #""Q": {"Type": "AWS::SQS::Queue", "Condition": "C"}, "R": {"Type": "AWS::SQS::Queue"}"#,
            #"""
            "Parameters": {"P": {"Type": "String", "Default": "p"}},
            "Conditions": {"T": {"Fn::Equals": ["a", "a"]}, "F": {"Fn::Equals": ["a", "b"]}\#(more), "C": \#(condition)}
            """#)
        let reading = read(text)
        return (reading.template.queues.contains { $0.logicalID == "Q" }, reading.errors.map(\.message))
    }

    @Test(arguments: [
        (#"{"Fn::Equals": [{"Ref": "P"}, "p"]}"#, true),
        (#"{"Fn::Equals": [{"Fn::Sub": "${P}q"}, "p"]}"#, false),
        (#"{"Fn::Equals": [1, "1"]}"#, true),
        (#"{"Condition": "T"}"#, true),
        (#"{"Fn::Not": [{"Condition": "T"}]}"#, false),
        (#"{"Fn::And": [{"Condition": "T"}, {"Fn::Not": [{"Condition": "F"}]}]}"#, true),
        (#"{"Fn::And": [{"Condition": "T"}, {"Condition": "F"}]}"#, false),
        (#"{"Fn::Or": [{"Condition": "F"}, {"Condition": "T"}]}"#, true),
        (#"{"Fn::Or": [{"Condition": "F"}, {"Condition": "F"}]}"#, false),
    ])
    func decides(condition: String, expected: Bool) {
        let (met, errors) = decide(condition)
        #expect(errors == [])
        #expect(met == expected)
    }

    @Test(arguments: [
        (#"{"Fn::Equals": ["a"]}"#, "Fn::Equals takes two values"),
        (#"{"Fn::And": [{"Condition": "T"}]}"#, "2 to 10 conditions"),
        (#"{"Fn::Xor": []}"#, "is not a function for conditions"),
        (#"{"Fn::Equals": [{"Ref": "R"}, "a"]}"#, "'R' is neither a parameter nor a resource"),
        (#"{"Condition": "Nowhere"}"#, "no condition 'Nowhere'"),
        (#""yes""#, "A condition is one of"),
        (#"{"Condition": "C"}"#, "Circular dependency between conditions: C → C"),
    ])
    func refuses(condition: String, expected: String) {
        let (_, errors) = decide(condition)
        #expect(errors.contains { $0.contains(expected) }, "\(errors)")
    }

    @Test func cyclesAreNamed() {
        let more = #", "A": {"Condition": "B"}, "B": {"Fn::Not": [{"Condition": "A"}]}"#
        let (_, errors) = decide(#"{"Condition": "T"}"#, more)
        #expect(errors == ["Circular dependency between conditions: A → B → A."])
    }
}
