import AWSClient
import AWSSigning
import ArgumentParser
import CloudCore
import Emulator
import Foundation
import JSONValue
import Replay

/// The options of replayed sessions.
struct SessionOptions: ParsableArguments {
    @Option(
        name: .customLong("secret"),
        help: ArgumentHelp(
            "What a secret is that the recording left out, by its name; may be repeated.", valueName: "NAME=VALUE"))
    var secrets: [String] = []

    @Option(
        name: .customLong("ignore"),
        help: ArgumentHelp(
            "A place that is not compared, such as body/pictures/*/created or headers/x-build; may be repeated.",
            valueName: "PLACE"))
    var ignored: [String] = []

    @Flag(help: "Wait between requests as their callers had, instead of sending one after the other.")
    var timed = false

    func validate() throws {
        for secret in secrets where !secret.contains("=") {
            throw ValidationError("--secret takes NAME=VALUE, not '\(secret.prefix(3))…'.")
        }
    }

    var replay: SessionReplay.Options {
        var options = SessionReplay.Options()
        for secret in secrets {
            let parts = secret.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            options.secrets[String(parts[0])] = String(parts[1])
        }
        options.ignored = ignored
        options.isTimed = timed
        return options
    }
}

/// Replays a session that was recorded.
struct ReplaySession {
    var path: String
    var options: SessionOptions
    var access: CloudAccess
    var json: Bool

    func run() async throws {
        let session = try Session(path: path)
        let outcomes = try await access.withCloud { target, functions in
            try SessionReplay.check(session, functions: functions)
            if !json { for note in session.notes { complain(note) } }
            let sender = try RequestSender(target: target, credentials: access.credentials)
            let replay = SessionReplay(session, on: target, options: options.replay)
            return await replay.run(send: sender.send, settle: sender.settle) { outcome in
                if !json { print(Self.lines(outcome)) }
            }
        }
        let differing = outcomes.filter { !$0.isAsRecorded }
        if json {
            let result: JSONValue = [
                "exchanges": .array(outcomes.map(Self.object)), "differing": JSONValue(differing.count),
                "notes": .array(session.notes.map { .string($0) }),
            ]
            print(result.text(.pretty))
        } else {
            let hints = Set(differing.compactMap(\.hint)).sorted()
            for hint in hints { print("\n\(hint)") }
            let all = outcomes.count == 1 ? "1 exchange" : "\(outcomes.count) exchanges"
            print("\n\(all) replayed, \(differing.isEmpty ? "none differs" : "\(differing.count) not as recorded")")
        }
        if !differing.isEmpty { throw ExitCode(1) }
    }

    private static func lines(_ outcome: SessionReplay.Outcome) -> String {
        let verdict =
            outcome.refusal != nil ? "NOT REPLAYED" : outcome.differences.isEmpty ? "as recorded" : "DIFFERS"
        let status = outcome.status.map { "\($0)" } ?? "   "
        let time = String(format: "%7.1f ms", Double(outcome.duration / .microseconds(1)) / 1000)
        var lines = ["\(status) \(time)  \(outcome.exchange.title)  \(verdict)"]
        if let refusal = outcome.refusal { lines.append("    line \(outcome.exchange.line): \(refusal)") }
        for difference in outcome.differences {
            lines += [
                "    \(difference.path)", "      expected  \(difference.expected)", "      got       \(difference.got)",
            ]
        }
        return lines.joined(separator: "\n")
    }

    private static func object(_ outcome: SessionReplay.Outcome) -> JSONValue {
        var object: JSONObject = [
            "number": JSONValue(outcome.exchange.number), "line": JSONValue(outcome.exchange.line),
            "request": .string(outcome.exchange.title),
            "milliseconds": JSONValue(Double(outcome.duration / .microseconds(1)) / 1000),
            "asRecorded": .bool(outcome.isAsRecorded),
            "differences": .array(outcome.differences.map(\.value)),
        ]
        object["function"] = outcome.exchange.function.map { .string($0) }
        object["status"] = outcome.status.map { JSONValue($0) }
        object["refusal"] = outcome.refusal.map { .string($0) }
        object["hint"] = outcome.hint.map { .string($0) }
        return .object(object)
    }
}

/// Sends requests to a cloud, signed where the recorded ones were.
private struct RequestSender: Sendable {
    /// Bytes that an answer may have.
    private static let answerLimit = 512 << 20

    let edge: Endpoint
    let gateway: Endpoint
    let credentials: Credentials
    private let client = PlainHTTPClient()

    init(target: SessionReplay.Target, credentials: Credentials) throws {
        guard let edge = Endpoint(target.edge), let gateway = Endpoint(target.gateway) else {
            throw ValidationError("The cloud has no addresses that can be called.")
        }
        self.edge = edge
        self.gateway = gateway
        self.credentials = credentials
    }

    /// Waits until the cloud has done all that was set off. One that cannot tell is not waited for.
    @Sendable func settle() async {
        _ = try? await client.send(
            "GET", to: edge, target: ControlEndpoints.settled, headers: [], body: [], limit: 65_536)
    }

    @Sendable func send(_ request: SessionReplay.Request) async throws -> ReceivedAnswer {
        let endpoint = request.entrance == .edge ? edge : gateway
        var headers = request.headers
        if let signing = request.signing {
            if !headers.contains(where: { $0.name.lowercased() == "host" }) {
                headers.append(("Host", endpoint.authority))
            }
            let mark = request.target.firstIndex(of: "?") ?? request.target.endIndex
            let signable = SignableRequest(
                method: request.method, path: String(request.target[..<mark]),
                query: String(request.target[mark...].dropFirst()), headers: headers)
            headers +=
                SignatureV4.sign(
                    signable, payload: .of(request.body), credentials: credentials, region: signing.region,
                    service: signing.service,
                    date: SigningDate(secondsSinceEpoch: Int(Timestamp.machineTime.seconds))
                ).headers
        }
        let answer = try await client.send(
            request.method, to: endpoint, target: request.target, headers: headers, body: request.body,
            limit: Self.answerLimit)
        return ReceivedAnswer(status: answer.status, headers: answer.headers, body: answer.body)
    }
}
