import CloudCore
import Foundation
import JSONValue
import Testing

@testable import CloudLambda

/// What is set of functions through the API, beside their code.
@Suite struct ConfigurationAPITests {
    @Test func reservedVariablesAreRefusedByCreateAndUpdate() async throws {
        try await LocalLambda.with(launcher: PeerLauncher()) { lambda in
            let path = InvokeAPITests.path
            let zip = CodeTests.archive([("bootstrap", 0o100755, "")]).base64EncodedString()
            let base = #""Role":"r","Handler":"h","Code":{"ZipFile":"\#(zip)"}"#
            let variables =
                #""Environment":{"Variables":{"AWS_REGION":"mars","OWN":"1","AWS_LAMBDA_MAX_CONCURRENCY":"4"}}"#
            let created = await lambda.request("POST", path, #"{"FunctionName":"a",\#(base),\#(variables)}"#)
            #expect(await lambda.request("GET", path + "/a").status == 404)
            #expect(await lambda.request("POST", path, #"{"FunctionName":"b",\#(base)}"#).status == 201)
            let updated = await lambda.request("PUT", path + "/b/configuration", "{\(variables)}")
            for refused in [created, updated] {
                #expect(refused.status == 400)
                #expect(refused.headers["x-amzn-ErrorType"] == ["InvalidParameterValueException"])
                #expect(
                    refused.json["message"]?.string?.hasSuffix(
                        "Reserved keys used in this request: AWS_LAMBDA_MAX_CONCURRENCY, AWS_REGION") == true)
            }
            #expect(await lambda.request("GET", path + "/b/configuration").json["Environment"] == nil)
        }
    }

    @Test(arguments: ["nodejs22.x", "java21", "python2.7", "provided.al3", ""])
    func aRuntimeThatIsNotThereIsRefused(_ runtime: String) async throws {
        try await LocalLambda.with(launcher: PeerLauncher()) { lambda in
            let zip = CodeTests.archive([("bootstrap", 0o100755, "")]).base64EncodedString()
            try lambda.deploy("f", script: "")
            let created = await lambda.request(
                "POST", InvokeAPITests.path,
                #"{"FunctionName":"a","Role":"r","Handler":"h","Runtime":"\#(runtime)","Code":{"ZipFile":"\#(zip)"}}"#)
            let updated = await lambda.request(
                "PUT", InvokeAPITests.path + "/f/configuration", #"{"Runtime":"\#(runtime)"}"#)
            for refused in [created, updated] {
                #expect(refused.status == 400)
                #expect(refused.headers["x-amzn-ErrorType"] == ["InvalidParameterValueException"])
                #expect(
                    refused.json["message"]?.string?.hasPrefix("Functions of the runtime \(runtime) do not run here: ")
                        == true)
            }
            let kept = await lambda.request("GET", InvokeAPITests.path + "/f/configuration")
            #expect(kept.json["Runtime"] == "provided.al2023")
        }
    }

    private static let invokeConfiguration = "/2019-09-25/functions/f/event-invoke-config"

    @Test func whatBecomesOfEventsIsPutMergedAndDeleted() async throws {
        try await LocalLambda.with(launcher: PeerLauncher()) { lambda in
            try lambda.deploy("f", script: "")
            let path = Self.invokeConfiguration
            // There is none to look at, to change or to take away.
            for method in ["GET", "POST", "DELETE"] {
                let missing = await lambda.request(method, path, method == "GET" ? "" : "{}")
                #expect(missing.status == 404, "\(method)")
                #expect(missing.headers["x-amzn-ErrorType"] == ["ResourceNotFoundException"])
            }
            #expect(await lambda.request("GET", path + "/list").json["FunctionEventInvokeConfigs"] == [])
            let queue = "arn:aws:sqs:us-east-1:000000000000:failed"
            let put = await lambda.request(
                "PUT", path,
                #"{"MaximumRetryAttempts":0,"DestinationConfig":{"OnFailure":{"Destination":"\#(queue)"}}}"#)
            #expect(put.status == 200)
            #expect(put.json["FunctionArn"] == .string(InvokeAPITests.arn + "f:$LATEST"))
            #expect(put.json["MaximumRetryAttempts"] == 0)
            #expect(put.json["MaximumEventAgeInSeconds"] == 21600)
            #expect(lambda.service.asyncPolicy(of: "f")?.configuration.maximumRetryAttempts == 0)
            // A change keeps what it does not name; what is put anew does not.
            let merged = await lambda.request("POST", path, #"{"MaximumEventAgeInSeconds":60}"#)
            #expect(merged.json["MaximumRetryAttempts"] == 0)
            #expect(merged.json["MaximumEventAgeInSeconds"] == 60)
            #expect(merged.json["DestinationConfig"]?["OnFailure"]?["Destination"] == .string(queue))
            let shown = await lambda.request("GET", path)
            #expect(shown.json == merged.json)
            #expect(await lambda.request("GET", path + "/list").json["FunctionEventInvokeConfigs"]?[0] == shown.json)
            let anew = await lambda.request("PUT", path, #"{"MaximumRetryAttempts":1}"#)
            #expect(anew.json["MaximumRetryAttempts"] == 1)
            #expect(anew.json["MaximumEventAgeInSeconds"] == 21600)
            #expect(anew.json["DestinationConfig"] == ["OnSuccess": [:], "OnFailure": [:]])
            #expect(await lambda.request("DELETE", path).status == 204)
            #expect(await lambda.request("GET", path).status == 404)
            #expect(lambda.service.asyncPolicy(of: "f")?.configuration == EventInvokeConfiguration())
        }
    }

    @Test(arguments: [
        ("MaximumRetryAttempts", -1, "maximumRetryAttempts", "greater than or equal to 0"),
        ("MaximumRetryAttempts", 3, "maximumRetryAttempts", "less than or equal to 2"),
        ("MaximumEventAgeInSeconds", 59, "maximumEventAgeInSeconds", "greater than or equal to 60"),
        ("MaximumEventAgeInSeconds", 21601, "maximumEventAgeInSeconds", "less than or equal to 21600"),
    ])
    func whatBecomesOfEventsHasItsRanges(_ key: String, _ value: Int, _ member: String, _ bound: String) async throws {
        try await LocalLambda.with(launcher: PeerLauncher()) { lambda in
            try lambda.deploy("f", script: "")
            let refused = await lambda.request("PUT", Self.invokeConfiguration, #"{"\#(key)":\#(value)}"#)
            #expect(refused.status == 400)
            #expect(refused.headers["x-amzn-ErrorType"] == ["ValidationException"])
            #expect(
                refused.json["message"]?.string
                    == "1 validation error detected: Value '\(value)' at '\(member)' failed to satisfy constraint: "
                    + "Member must have value \(bound)")
            #expect(await lambda.request("GET", Self.invokeConfiguration).status == 404)
        }
    }

    @Test func anEventIsTakenForAFunctionThatMayNotRun() async throws {
        let launcher = PeerLauncher()
        try await LocalLambda.with(launcher: launcher) { lambda in
            try lambda.deploy("f", script: "") { $0.reservedConcurrency = 0 }
            let path = InvokeAPITests.path + "/f/invocations"
            let accepted = await lambda.request("POST", path, "{}", headers: [("X-Amz-Invocation-Type", "Event")])
            #expect(accepted.status == 202)
            #expect(accepted.text.isEmpty)
            #expect(await lambda.request("POST", path, "{}").status == 429)
            while try lambda.service.events.count("f") > 0 { await Task.yield() }
            #expect(launcher.count == 0)
        }
    }
}
