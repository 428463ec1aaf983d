import CloudCore
import Foundation
import JSONValue
import NIOCore
import Testing

@testable import CloudLambda

/// What was published stays as it was, and aliases lead to it.
@Suite struct VersionTests {
    static let functions = "/2015-03-31/functions"

    /// Answers with a word, and with the version that it runs as.
    static func script(_ word: String) -> String {
        Scripts.head + """
            while True:
                id, fields, body = next_event()
                text = '"\(word) of ' + os.environ["AWS_LAMBDA_FUNCTION_VERSION"] + " in " + os.environ.get("MODE", "-")
                respond(id, (text + '"').encode())
            """
    }

    private func answer(_ lambda: LocalLambda, _ qualifier: String) async -> (text: String, version: String?) {
        let response = await lambda.request("POST", "\(Self.functions)/f/invocations?Qualifier=\(qualifier)", "{}")
        return (response.text, response.headers.first(name: "X-Amz-Executed-Version"))
    }

    @Test func aPublishedVersionStaysAsItWas() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: Self.script("old")) { $0.environment = ["MODE": "calm"] }
            let published = await lambda.request("POST", "\(Self.functions)/f/versions", #"{"Description": "first"}"#)
            #expect(published.status == 201)
            #expect(published.json["Version"]?.string == "1")
            #expect(published.json["Description"]?.string == "first")
            #expect(published.json["FunctionArn"]?.string == "arn:aws:lambda:us-east-1:000000000000:function:f:1")
            // The program is built anew and configured anew.
            try lambda.deploy("f", script: Self.script("new")) { $0.environment = ["MODE": "wild"] }
            #expect(await answer(lambda, "1") == ("\"old of 1 in calm\"", "1"))
            #expect(await answer(lambda, "$LATEST") == ("\"new of $LATEST in wild\"", "$LATEST"))
            let shown = await lambda.request("GET", "\(Self.functions)/f/configuration?Qualifier=1").json
            #expect(shown["Environment"]?["Variables"]?["MODE"]?.string == "calm")
            let log = lambda.logs.all.filter { $0.text.hasPrefix("START") }
            #expect(log.contains { $0.text.hasSuffix("Version: 1") && $0.stream.contains("[1]") })
        }
    }

    @Test func nothingNewIsNoNewVersion() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: Self.script("a"))
            func publish() async -> String? {
                await lambda.request("POST", "\(Self.functions)/f/versions", "{}").json["Version"]?.string
            }
            #expect(await publish() == "1")
            #expect(await publish() == "1")
            try lambda.deploy("f", script: Self.script("b"))
            #expect(await publish() == "2")
            // A number is not used twice.
            #expect(await lambda.request("DELETE", "\(Self.functions)/f?Qualifier=2").status == 204)
            #expect(await publish() == "3")
            let list = await lambda.request("GET", "\(Self.functions)/f/versions").json["Versions"]?.array
            #expect(list?.map { $0["Version"]?.string } == ["$LATEST", "1", "3"])
            let page = await lambda.request("GET", "\(Self.functions)/f/versions?MaxItems=2").json
            #expect(page["NextMarker"]?.string == "1")
            let rest = await lambda.request("GET", "\(Self.functions)/f/versions?MaxItems=2&Marker=1").json
            #expect(rest["Versions"]?.array?.map { $0["Version"]?.string } == ["3"])
            #expect(rest["NextMarker"] == nil)
            #expect(await answer(lambda, "2").text.contains("Function not found"))
        }
    }

    @Test func anAliasLeadsToItsVersions() async throws {
        try await LocalLambda.with { lambda in
            try lambda.deploy("f", script: Self.script("a"))
            _ = await lambda.request("POST", "\(Self.functions)/f/versions", "{}")
            try lambda.deploy("f", script: Self.script("b"))
            _ = await lambda.request("POST", "\(Self.functions)/f/versions", "{}")
            let aliases = "\(Self.functions)/f/aliases"
            let made = await lambda.request("POST", aliases, #"{"Name": "live", "FunctionVersion": "1"}"#)
            #expect(made.status == 201)
            #expect(made.json["AliasArn"]?.string == "arn:aws:lambda:us-east-1:000000000000:function:f:live")
            #expect(await answer(lambda, "live") == ("\"a of 1 in -\"", "1"))
            #expect(await lambda.request("POST", aliases, #"{"Name": "live", "FunctionVersion": "1"}"#).status == 409)
            #expect(await lambda.request("DELETE", "\(Self.functions)/f?Qualifier=1").status == 409)
            let moved = await lambda.request("PUT", aliases + "/live", #"{"FunctionVersion": "2"}"#)
            #expect(moved.status == 200 && moved.json["RevisionId"] != made.json["RevisionId"])
            #expect(await answer(lambda, "live") == ("\"b of 2 in -\"", "2"))
            // All calls go to the second version, then none.
            for (weight, version) in [("1.0", "1"), ("0.0", "2")] {
                let routing = #"{"RoutingConfig": {"AdditionalVersionWeights": {"1": \#(weight)}}}"#
                let divided = await lambda.request("PUT", aliases + "/live", routing)
                #expect(divided.json["RoutingConfig"]?["AdditionalVersionWeights"]?["1"]?.double == Double(weight))
                for _ in 0..<5 { #expect(await answer(lambda, "live").version == version) }
            }
            let stale = #"{"RevisionId": "\#(made.json["RevisionId"]?.string ?? "")"}"#
            #expect(await lambda.request("PUT", aliases + "/live", stale).status == 412)
            #expect(await lambda.request("GET", aliases).json["Aliases"]?.array?.count == 1)
            #expect(await lambda.request("GET", aliases + "?FunctionVersion=7").json["Aliases"]?.array?.isEmpty == true)
            #expect(await lambda.request("DELETE", aliases + "/live").status == 204)
            #expect(await lambda.request("GET", aliases + "/live").status == 404)
            #expect(await answer(lambda, "live").text.contains("Function not found"))
        }
    }

    @Test(arguments: [
        #"{"FunctionVersion": "1"}"#, #"{"Name": "7", "FunctionVersion": "1"}"#, #"{"Name": "a"}"#,
        #"{"Name": "a b", "FunctionVersion": "1"}"#,
        #"{"Name": "a", "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}}"#,
        #"{"Name": "a", "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"$LATEST": 0.5}}}"#,
        #"{"Name": "a", "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"1": 2}}}"#,
    ])
    func whatIsNoAliasIsRefused(_ body: String) async throws {
        try await LocalLambda.with(launcher: PeerLauncher()) { lambda in
            try lambda.deploy("f", script: "")
            _ = await lambda.request("POST", "\(Self.functions)/f/versions", "{}")
            #expect(await lambda.request("POST", "\(Self.functions)/f/aliases", body).status == 400)
            #expect(await lambda.request("GET", "\(Self.functions)/f/aliases").json["Aliases"]?.array?.isEmpty == true)
        }
    }

    @Test func anAliasOfNoVersionIsRefused() async throws {
        try await LocalLambda.with(launcher: PeerLauncher()) { lambda in
            try lambda.deploy("f", script: "")
            let answer = await lambda.request(
                "POST", "\(Self.functions)/f/aliases", #"{"Name": "a", "FunctionVersion": "9"}"#)
            #expect(answer.status == 404)
        }
    }

    @Test func versionsAndAliasesOutliveTheCloud() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("versions-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var store = try Store(directory: directory, durability: .process)
        var lambda = try LocalLambda(store: store, clock: CloudClock())
        try lambda.deploy("f", script: Self.script("kept"))
        _ = await lambda.request("POST", "\(Self.functions)/f/versions", "{}")
        _ = await lambda.request("POST", "\(Self.functions)/f/aliases", #"{"Name": "live", "FunctionVersion": "1"}"#)
        await lambda.end()
        store = try Store(directory: directory, durability: .process)
        lambda = try LocalLambda(store: store, clock: CloudClock())
        try lambda.deploy("f", script: Self.script("changed"))
        #expect(await answer(lambda, "live") == ("\"kept of 1 in -\"", "1"))
        _ = await lambda.request("DELETE", "\(Self.functions)/f")
        #expect(await answer(lambda, "live").text.contains("Function not found"))
        await lambda.end()
    }
}
