import Testing

@testable import Template

@Suite("Dependencies between resources")
struct DependencyTests {
    @Test(arguments: [
        (
            #""A": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "B"}}}, "B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "${A.QueueName}"}}}"#,
            "A → B → A"
        ),
        (#""A": {"Type": "AWS::SQS::Queue", "DependsOn": "A"}"#, "A → A"),
        (
            #""A": {"Type": "AWS::SQS::Queue", "DependsOn": ["B"]}, "B": {"Type": "AWS::SQS::Queue", "DependsOn": "C"}, "C": {"Type": "AWS::SQS::Queue", "DependsOn": "A"}"#,
            "A → B → C → A"
        ),
        (function("{}", #""Description": {"Ref": "Fn"}"#), "Fn → Fn"),
        // SAM's own: the API's body names the function, whose environment names the API.
        (
            function(
                #"{"E": {"Type": "HttpApi"}}"#,
                #""Environment": {"Variables": {"URL": {"Fn::GetAtt": ["ServerlessHttpApi", "ApiEndpoint"]}}}"#),
            "Fn → ServerlessHttpApi → Fn"
        ),
        (
            function(
                #"{"E": {"Type": "S3", "Properties": {"Bucket": {"Ref": "B"}, "Events": "s3:ObjectCreated:*"}}}"#,
                #""Environment": {"Variables": {"BUCKET": {"Ref": "B"}}}"#) + #", "B": {"Type": "AWS::S3::Bucket"}"#,
            "Fn → B → Fn"
        ),
    ])
    func cyclesAreNamed(body: String, cycle: String) {
        let reading = read(resources(body))
        let found = reading.errors.map(\.message).filter { $0.hasPrefix("Circular") }
        #expect(found == ["Circular dependency between resources: \(cycle)."])
    }

    @Test func globalsTakePart() {
        let body =
            function(#"{"E": {"Type": "S3", "Properties": {"Bucket": {"Ref": "B"}, "Events": "s3:ObjectCreated:*"}}}"#)
            + #", "B": {"Type": "AWS::S3::Bucket"}"#
        let globals = #""Globals": {"Function": {"Environment": {"Variables": {"BUCKET": {"Ref": "B"}}}}}"#
        let reading = read(resources(body, globals))
        #expect(reading.errors.map(\.message) == ["Circular dependency between resources: Fn → B → Fn."])
    }

    @Test func aNameOfItsOwnBreaksTheCycle() {
        let body =
            function(
                #"{"E": {"Type": "S3", "Properties": {"Bucket": {"Ref": "B"}, "Events": "s3:ObjectCreated:*"}}}"#,
                #""Environment": {"Variables": {"BUCKET": "pictures"}}"#)
            + #", "B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "pictures"}}"#
        let reading = read(resources(body))
        #expect(messages(reading) == [])
        #expect(reading.template.buckets.first?.notifications.count == 1)
    }
}
