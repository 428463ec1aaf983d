import Schedule
import Testing

@testable import Template

/// One template that uses most of what there is, as somebody would write it.
@Suite("A whole template")
struct WholeTemplateTests {
    static let text = #"""
        {
          "AWSTemplateFormatVersion": "2010-09-09",
          "Transform": "AWS::Serverless-2016-10-31",
          "Metadata": {"Darkroom": {"Bootstrap": ".build/release/bootstrap"}},
          "Parameters": {
            "Stage": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]},
            "Size": {"Type": "Number", "Default": 256}
          },
          "Conditions": {"Always": {"Fn::Equals": ["a", "a"]}, "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
          "Globals": {
            "Function": {
              "Runtime": "provided.al2023", "CodeUri": "dist/bootstrap.zip", "MemorySize": {"Ref": "Size"},
              "Environment": {"Variables": {"TABLE": {"Ref": "Pictures"}, "LEVEL": "info"}},
              "Tags": {"team": "pictures"}
            },
            "HttpApi": {"CorsConfiguration": {"AllowOrigins": ["*"], "AllowMethods": ["get"], "MaxAge": 60}}
          },
          "Resources": {
            "Upload": {
              "Type": "AWS::Serverless::Function",
              "Properties": {
                "FunctionName": "upload", "Handler": "upload", "Timeout": 30,
                "Environment": {"Variables": {"LEVEL": "debug", "QUEUE": {"Ref": "Jobs"}}},
                "EventInvokeConfig": {"MaximumRetryAttempts": 1,
                  "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": {"Fn::GetAtt": "Dead.Arn"}}}},
                "FunctionUrlConfig": {"AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM"},
                "Events": {
                  "Post": {"Type": "HttpApi", "Properties": {"Method": "post", "Path": "/pictures"}},
                  "Rest": {"Type": "HttpApi"},
                  "Nightly": {"Type": "Schedule", "Properties": {"Schedule": "cron(0 3 * * ? *)", "Enabled": false}},
                  "Often": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "rate(5 minutes)",
                    "ScheduleExpressionTimezone": "Europe/Berlin", "StartDate": "2026-01-01T00:00:00Z"}},
                  "Work": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Jobs", "Arn"]}, "BatchSize": 5,
                    "FunctionResponseTypes": ["ReportBatchItemFailures"], "ScalingConfig": {"MaximumConcurrency": 4}}},
                  "Seen": {"Type": "EventBridgeRule", "Properties": {"Pattern": {"source": ["shop"]},
                    "InputPath": "$.detail"}}
                }
              }
            },
            "Notify": {
              "Type": "AWS::Serverless::Function",
              "Properties": {"Handler": "notify", "Environment": {"Variables": {"TABLE": "none"}}, "Events": {
                "Put": {"Type": "S3", "Properties": {"Bucket": {"Ref": "Objects"}, "Events": "s3:ObjectCreated:*",
                  "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}}}},
                "Old": {"Type": "Api", "Properties": {"Path": "/old/{id}", "Method": "GET"}}
              }}
            },
            "Pictures": {
              "Type": "AWS::DynamoDB::Table",
              "Properties": {
                "TableName": {"Fn::Sub": "${AWS::StackName}-pictures-${Stage}"}, "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                  {"AttributeName": "user", "AttributeType": "S"}, {"AttributeName": "key", "AttributeType": "S"},
                  {"AttributeName": "at", "AttributeType": "N"}],
                "KeySchema": [
                  {"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "key", "KeyType": "RANGE"}],
                "GlobalSecondaryIndexes": [{"IndexName": "byTime",
                  "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
                  "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["label"]}}],
                "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": true},
                "StreamSpecification": {"StreamViewType": "NEW_IMAGE"}
              }
            },
            "Sessions": {"Type": "AWS::Serverless::SimpleTable"},
            "Objects": {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}},
            "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 60, "RedrivePolicy":
              {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}}},
            "Dead": {"Type": "AWS::SQS::Queue", "Condition": "Always"},
            "Archive": {"Type": "AWS::S3::Bucket", "Condition": "IsProd"},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {}},
            "Topic": {"Type": "AWS::SNS::Topic"}
          },
          "Outputs": {
            "Address": {"Value": {"Fn::Sub": "${ServerlessHttpApi.ApiEndpoint}/pictures"}},
            "Only": {"Condition": "IsProd", "Value": {"Ref": "Archive"}}
          }
        }
        """#

    let reading = read(Self.text)

    @Test func hasNoErrors() {
        #expect(reading.errors.isEmpty)
        #expect(reading.diagnostics.map(\.message) == ["AWS::SNS::Topic is not emulated: 'Topic' is skipped."])
        #expect(reading.diagnostics.first?.line == 71)
        #expect(reading.template.skipped.map(\.logicalID) == ["Role", "Topic"])
        #expect(reading.template.metadata["Darkroom"]?["Bootstrap"] == ".build/release/bootstrap")
    }

    @Test func functionsHaveGlobalsAndTheirOwn() throws {
        let upload = try #require(reading.template.function("upload"))
        #expect(upload.arn == "arn:aws:lambda:us-east-1:000000000000:function:upload")
        #expect(upload.code == .path("dist/bootstrap.zip"))
        #expect(upload.timeout == 30)
        #expect(upload.memorySize == 256)
        #expect(
            upload.environment == [
                "TABLE": "shop-pictures-dev", "LEVEL": "debug", "QUEUE": "http://edge:4566/000000000000/shop-Jobs",
            ])
        #expect(upload.tags == ["team": "pictures"])
        #expect(upload.eventInvokeConfig.maximumRetryAttempts == 1)
        #expect(upload.eventInvokeConfig.onFailure == "arn:aws:sqs:us-east-1:000000000000:shop-Dead")
        #expect(upload.url?.invokeMode == .responseStream)
        #expect(upload.url?.url.hasSuffix(".lambda-url.us-east-1.localhost:3000/") == true)
        let notify = try #require(reading.template.function("Notify"))
        #expect(notify.name == "shop-Notify")
        #expect(notify.timeout == 3)
        #expect(notify.environment["TABLE"] == "none")
        #expect(reading.template.function(notify.arn + ":live")?.name == notify.name)
    }

    @Test func eventsBecomeRoutesRulesAndMappings() throws {
        let template = reading.template
        let http = try #require(template.apis.first)
        #expect(http.logicalID == "ServerlessHttpApi")
        #expect(http.routes.map(\.key) == ["POST /pictures", "$default"])
        #expect(http.routes.map(\.payloadFormatVersion) == ["2.0", "2.0"])
        #expect(http.cors?.allowMethods == ["GET"])
        #expect(http.stageName == "$default")
        #expect(http.endpoint == "http://gate:3000")
        let rest = try #require(template.apis.last)
        #expect(rest.routes.map(\.key) == ["GET /old/{id}"])
        #expect(rest.stageName == "Prod")
        #expect(rest.endpoint.hasSuffix(".execute-api.us-east-1.localhost:3000/Prod"))
        #expect(rest.cors == nil)

        let nightly = try #require(template.rules.first { $0.logicalID == "UploadNightly" })
        #expect(nightly.isEnabled == false)
        #expect(nightly.name == "shop-UploadNightly")
        #expect(nightly.trigger.schedule == (try ScheduleExpression(parsing: "cron(0 3 * * ? *)")))
        #expect(nightly.targets.map(\.arn) == ["arn:aws:lambda:us-east-1:000000000000:function:upload"])
        let seen = try #require(template.rules.first { $0.logicalID == "UploadSeen" })
        #expect(seen.trigger.pattern == ["source": ["shop"]])
        #expect(seen.targets.first?.input == .path("$.detail"))
        let often = try #require(template.schedules.first)
        #expect(often.name == "UploadOften")
        #expect(often.timeZone == "Europe/Berlin")
        #expect(often.start == 1_767_225_600)
        let work = try #require(template.eventSourceMappings.first)
        #expect(work.function == "upload")
        #expect(work.batchSize == 5)
        #expect(work.maximumConcurrency == 4)
        #expect(work.reportsBatchItemFailures)
        #expect(work.eventSourceARN == template.queues.first?.arn)
    }

    @Test func storesAreDeclared() throws {
        let template = reading.template
        let pictures = try #require(template.tables.first)
        #expect(pictures.key == TableDefinition.Key(hash: "user", range: "key"))
        #expect(pictures.attributes == ["user": .string, "key": .string, "at": .number])
        #expect(pictures.globalIndexes.map(\.name) == ["byTime"])
        #expect(pictures.globalIndexes.first?.projection == .include(["label"]))
        #expect(pictures.timeToLiveAttribute == "expires")
        #expect(pictures.streamView == .newImage)
        let sessions = try #require(template.tables.last)
        #expect(sessions.name == "shop-Sessions")
        #expect(sessions.key.hash == "id")
        #expect(sessions.billing == .payPerRequest)

        #expect(template.buckets.map(\.name) == ["shop-objects"])
        #expect(template.buckets.first?.versioning == .enabled)
        let notification = try #require(template.buckets.first?.notifications.first)
        #expect(notification.targetARN == template.function("Notify")?.arn)
        #expect(notification.prefix == "in/")
        #expect(notification.events == ["s3:ObjectCreated:*"])

        let jobs = try #require(template.queues.first)
        #expect(jobs.url == "http://edge:4566/000000000000/shop-Jobs")
        #expect(jobs.redrive?.maxReceiveCount == 3)
        #expect(template.queue(arn: jobs.redrive?.deadLetterTargetARN ?? "")?.logicalID == "Dead")
        #expect(jobs.attributes["VisibilityTimeout"] == "60")
        #expect(template.outputs.map(\.value) == ["http://gate:3000/pictures"])
    }

    @Test func aConditionBringsInWhatItGuards() {
        let production = read(Self.text, ["Stage": "prod", "Size": "512"])
        #expect(production.errors.isEmpty)
        #expect(production.template.buckets.map(\.name) == ["shop-objects", "shop-archive"])
        #expect(production.template.outputs.last?.value == "shop-archive")
        #expect(production.template.tables.first?.name == "shop-pictures-prod")
        #expect(production.template.function("upload")?.memorySize == 512)
    }
}
