import Testing

@testable import Template

@Suite("Diagnostics")
struct DiagnosticTests {
    @Test func textThatIsNotJSON() {
        let reading = read("{\n  \"Resources\": {,}\n}")
        #expect(reading.errors.map(\.line) == [2])
        #expect(reading.errors.first?.message.hasPrefix("The template is not JSON:") == true)
    }

    @Test(arguments: [
        ("[]", "must be an object"), ("{}", "At least one resource"), (#"{"Resources": {}}"#, "At least one resource"),
        (#"{"Resources": []}"#, "Resources must be an object, not a list"),
        (#"{"Resources": {"A-B": {"Type": "AWS::SQS::Queue"}}}"#, "letters and digits only"),
        (#"{"Resources": {"A": {}}}"#, "needs a property 'Type'"),
        (#"{"Resources": {"A": 3}}"#, "must be an object"),
        (
            #"{"Globals": {"Functoin": {}}, "Resources": {"A": {"Type": "AWS::SQS::Queue"}}}"#,
            "not a section of Globals"
        ),
        (
            #"{"Globals": {"Function": {"FunctionName": "x"}}, "Resources": {"A": {"Type": "AWS::SQS::Queue"}}}"#,
            "is not a supported property of Globals.Function"
        ),
    ])
    func templatesThatCannotBeUsed(text: String, expected: String) {
        let reading = read(text)
        #expect(reading.errors.count == 1)
        #expect(reading.errors.first?.message.contains(expected) == true, "\(messages(reading))")
    }

    /// What is wrong with a resource; each is an error on its line, which is the second.
    @Test(arguments: [
        (#""Timeout": 901"#, "Timeout of 'Fn' is 901 and must lie between 1 and 900."),
        (#""Timeout": "soon""#, "must be a whole number, not a string"),
        (#""MemorySize": 64"#, "between 128 and 10240"),
        (#""Architectures": ["mips"]"#, "'mips' is not an architecture"),
        (#""EphemeralStorage": {"Size": 1}"#, "between 512 and 10240"),
        (#""FunctionName": "a b""#, "it may only hold letters, digits, '-' and '_'"),
        (#""FunctionName": ["x"]"#, "must be a string, not a list"),
        (#""Environment": {"Variables": {"AWS_REGION": "x"}}"#, "Lambda reserves the environment variable"),
        (
            #""Environment": {"Variables": {"AWS_LAMBDA_MAX_CONCURRENCY": "4"}}"#,
            "Lambda reserves the environment variable 'AWS_LAMBDA_MAX_CONCURRENCY'"
        ),
        (#""Environment": {"Variables": {"1A": "x"}}"#, "cannot be an environment variable"),
        (#""Environment": {"Variables": {"AB": ["x"]}}"#, "must be a string, not a list"),
        (#""Environment": {"Variables": {"AB": "\#(String(repeating: "x", count: 4096))"}}"#, "exceed the 4 KB limit"),
        (#""Environment": []"#, "must be an object, not a list"),
        (#""EventInvokeConfig": {"MaximumRetryAttempts": 3}"#, "between 0 and 2"),
        (#""FunctionUrlConfig": {}"#, "needs a property 'AuthType'"),
        (#""FunctionUrlConfig": {"AuthType": "OPEN"}"#, "must be one of 'NONE' and 'AWS_IAM'"),
        (#""DeadLetterQueue": {"Type": "SQS"}"#, "needs a property 'TargetArn'"),
        (#""ReservedConcurrentExecutions": -1"#, "between 0 and"),
        (#""Layers": [{}]"#, "must hold strings only"),
    ])
    func functionProperties(property: String, expected: String) {
        let text = "{\"Transform\": \"AWS::Serverless-2016-10-31\", \"Resources\": {\n" + oneLine(property) + "}}"
        let reading = read(text)
        #expect(reading.errors.count == 1, "\(messages(reading))")
        #expect(reading.errors.first?.message.contains(expected) == true, "\(messages(reading))")
        #expect(reading.errors.first?.line == 2)
    }

    /// What is taken and not carried out as on AWS is said.
    @Test(arguments: [
        (
            #""AutoPublishAlias": "live", "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 2}"#,
            "No environments of 'Fn' are kept ready here: they start when they are called for"
        )
    ])
    func functionWarnings(property: String, expected: String) throws {
        let reading = read(resources(function("{}", property)))
        #expect(reading.diagnostics.map(\.severity) == [.warning], "\(messages(reading))")
        #expect(reading.diagnostics.first?.message.contains(expected) == true, "\(messages(reading))")
        #expect(reading.template.functions.count == 1)
    }

    @Test(arguments: [
        ("provided", false), ("provided.al2023", false), ("python3.13", false), ("nodejs22.x", true), ("java21", true),
    ])
    func aRuntimeThatIsNotThereIsSaid(runtime: String, isTold: Bool) {
        let reading = read(resources(function().replacing("provided.al2023", with: runtime)))
        #expect(reading.diagnostics.map(\.severity) == (isTold ? [.warning] : []), "\(messages(reading))")
        #expect(reading.diagnostics.allSatisfy { $0.message.contains("the runtime '\(runtime)'") })
        #expect(reading.template.functions.count == 1)
    }

    private func oneLine(_ property: String) -> String { function("{}", property).replacing("\n", with: " ") }

    @Test func aFunctionNeedsHandlerRuntimeAndCode() {
        let reading = read(resources(#""Fn": {"Type": "AWS::Serverless::Function"}"#))
        #expect(
            reading.errors.map(\.message).sorted() == [
                "'Fn' needs a property 'Handler'.", "'Fn' needs a property 'Runtime'.",
                "Function 'Fn' needs a property 'CodeUri': the folder or zip with its code.",
            ])
        #expect(reading.template.functions.isEmpty)
    }

    @Test(arguments: [
        (
            #"{"E": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 minutes)"}}}"#,
            "Parameter ScheduleExpression is not valid."
        ),
        (#"{"E": {"Type": "Schedule", "Properties": {}}}"#, "needs a property 'Schedule'"),
        (#"{"E": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)", "Input": "x"}}}"#, "must be JSON text"),
        (
            #"{"E": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "at(now)"}}}"#,
            "Invalid Schedule Expression at(now)."
        ),
        (
            #"{"E": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "rate(1 day)", "ScheduleExpressionTimezone": "Mars/Base"}}}"#,
            "is not the name of a time zone"
        ),
        (#"{"E": {"Type": "HttpApi", "Properties": {"Path": "x", "Method": "GET"}}}"#, "it must begin with '/'"),
        (#"{"E": {"Type": "HttpApi", "Properties": {"Path": "/a{b}", "Method": "GET"}}}"#, "must fill all"),
        (
            #"{"E": {"Type": "HttpApi", "Properties": {"Path": "/{b+}/c", "Method": "GET"}}}"#,
            "only the last part may be greedy"
        ),
        (
            #"{"E": {"Type": "HttpApi", "Properties": {"Path": "/{b}/{b}", "Method": "GET"}}}"#,
            "two parameters named 'b'"
        ),
        (#"{"E": {"Type": "HttpApi", "Properties": {"Path": "/", "Method": "FETCH"}}}"#, "'FETCH' is not a method"),
        (
            #"{"E": {"Type": "HttpApi", "Properties": {"ApiId": "Nowhere", "Path": "/", "Method": "GET"}}}"#,
            "must be a Ref to an AWS::Serverless::HttpApi"
        ),
        (
            #"{"E": {"Type": "HttpApi", "Properties": {"Path": "/", "Method": "GET", "Auth": {"Authorizer": "A"}}}}"#,
            "Authorizer 'A' of route 'GET /'"
        ),
        (#"{"E": {"Type": "Api", "Properties": {"Path": "/"}}}"#, "needs a property 'Method'"),
        (#"{"E": {"Type": "HttpApi", "Properties": {"Path": "/"}}}"#, "needs a property 'Method'"),
        (#"{"E": {"Type": "HttpApi", "Properties": {"Method": "GET"}}}"#, "needs a property 'Path'"),
        (#"{"E": {"Type": "SQS", "Properties": {"Queue": "x"}}}"#, "must be a queue's ARN"),
        (
            #"{"E": {"Type": "SQS", "Properties": {"Queue": "arn:aws:sqs:a:b:c", "BatchSize": 11}}}"#,
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
        ),
        (
            #"{"E": {"Type": "SQS", "Properties": {"Queue": "arn:aws:sqs:a:b:c.fifo", "BatchSize": 11}}}"#,
            "between 1 and 10"
        ),
        (
            #"{"E": {"Type": "S3", "Properties": {"Bucket": "b", "Events": "s3:ObjectCreated:*"}}}"#,
            "is not a bucket of this template"
        ),
        (#"{"E": {"Type": "EventBridgeRule", "Properties": {}}}"#, "needs a property 'Pattern'"),
        (#"{"E": {"Type": "Httpapi"}}"#, "did you mean 'HttpApi'?"),
        (#"{"E": {}}"#, "needs a property 'Type'"),
        (#"{"E": 4}"#, "must be an object, not a number"),
    ])
    func events(events: String, expected: String) {
        let reading = read(resources(function(events)))
        #expect(reading.errors.count == 1, "\(messages(reading))")
        #expect(reading.errors.first?.message.contains(expected) == true, "\(messages(reading))")
    }

    @Test(arguments: [
        (
            #""R": {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": true, "QueueName": "a"}}"#,
            "must end with '.fifo'"
        ),
        (#""R": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 901}}"#, "between 0 and 900"),
        (
            #""R": {"Type": "AWS::SQS::Queue", "Properties": {"ContentBasedDeduplication": true}}"#,
            "for FIFO queues only"
        ),
        (
            #""R": {"Type": "AWS::SQS::Queue", "Properties": {"RedrivePolicy": {"maxReceiveCount": 1}}}"#,
            "deadLetterTargetArn"
        ),
        (#""R": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "Big"}}"#, "lower-case letters"),
        (#""R": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "a..b"}}"#, "two dots"),
        (#""R": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "1.2.3.4"}}"#, "IP address"),
        (#""R": {"Type": "AWS::DynamoDB::Table"}"#, "needs a property 'KeySchema'"),
        (
            #""R": {"Type": "AWS::Events::Rule", "Properties": {}}"#,
            "needs a ScheduleExpression, an EventPattern or both"
        ),
        (
            #""R": {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "cron(0 1 * * * *)"}}"#,
            "is not valid"
        ),
        (
            #""R": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": "f", "Action": "a", "Principal": "p"}}"#,
            "no function of this template"
        ),
        (
            #""R": {"Type": "AWS::SQS::Queue"}, "S": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "shop-R"}}"#,
            "have the same name, 'shop-R'"
        ),
    ])
    func resourceFaults(body: String, expected: String) {
        let reading = read(resources(body))
        #expect(reading.errors.count == 1, "\(messages(reading))")
        #expect(reading.errors.first?.message.contains(expected) == true, "\(messages(reading))")
    }

    @Test func routesBelongToOneFunction() {
        func two(_ type: String, _ first: String, _ second: String) -> [String] {
            let body = ["One": first, "Two": second].sorted { $0.key < $1.key }.map { name, path in
                function(#"{"E": {"Type": "\#(type)", "Properties": {"Method": "get", "Path": "\#(path)"}}}"#)
                    .replacing(#""Fn""#, with: #""\#(name)""#)
            }
            return read(resources(body.joined(separator: ", "))).errors.map(\.message)
        }
        #expect(two("HttpApi", "/a", "/b") == [])
        #expect(two("HttpApi", "/a", "/{x}") == [])
        #expect(
            two("HttpApi", "/a", "/a") == [
                "Route 'GET /a' of ServerlessHttpApi is already that of function 'shop-One'."
            ])
        #expect(
            two("HttpApi", "/a/{x}", "/a/{y}") == [
                "Route 'GET /a/{y}' of ServerlessHttpApi is already that of function 'shop-One' under 'GET /a/{x}'."
            ])
        #expect(two("Api", "/a/{x}/b", "/a/{y}/c").first?.contains("already has a variable path part") == true)
        #expect(two("HttpApi", "/a/{x}/b", "/a/{y}/c") == [])
    }

    @Test func unknownPropertiesAreNamedWithTheirLine() {
        let reading = read(
            #"""
            {"Resources": {"Q": {"Type": "AWS::SQS::Queue",
              "Propertys": {},
              "Properties": {
                "VisibilityTimout": 3,
                "Colour": "red"
              }}}}
            """#)
        #expect(reading.errors.isEmpty)
        #expect(reading.diagnostics.map(\.line) == [2, 4, 5])
        #expect(reading.diagnostics.map(\.path).last == "/Resources/Q/Properties/Colour")
        #expect(reading.diagnostics[1].message.contains("did you mean 'VisibilityTimeout'?"))
    }

    @Test func aFaultInGlobalsIsReportedWhereItStands() {
        let reading = read(
            "{\"Transform\": \"AWS::Serverless-2016-10-31\",\n\"Globals\": {\"Function\": {\n\"Timeout\": 1000}},\n"
                + "\"Resources\": {\(function())}}")
        #expect(reading.errors.map(\.path) == ["/Globals/Function/Timeout"])
        #expect(reading.errors.map(\.line) == [3])
    }
}
