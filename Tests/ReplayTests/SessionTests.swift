import CloudCore
import JSONValue
import Synchronization
import Testing

@testable import Replay

@Suite("Sessions") struct SessionTests {
    static let header = SessionHeader(
        recorded: Timestamp(seconds: 1_772_323_200), identity: CloudIdentity(), edge: "http://127.0.0.1:4566",
        gateway: "http://127.0.0.1:3000", clock: Timestamp(seconds: 1_772_323_200), factor: 1
    ).value.text()
    static let end = #"{"end":{"exchanges":2,"leftOut":0}}"#

    static func line(_ number: Int, offset: Int = 0, body: String = #""body":{"text":"x"}"#) -> String {
        #"{"number":\#(number),"offset":\#(offset),"entrance":"gateway","function":"f","duration":1,"#
            + #""request":{"method":"GET","target":"/\#(number)","headers":[["A","b"]],\#(body)},"#
            + #""response":{"status":200,"headers":[]}}"#
    }

    private func session(_ lines: String...) throws -> Session {
        try Session(Array(lines.joined(separator: "\n").utf8), path: "s.jsonl")
    }

    @Test func exchangesComeInTheOrderOfTheirRequests() throws {
        let session = try session(Self.header, Self.line(1, offset: 90), Self.line(2, offset: 20), Self.end, "")
        #expect(session.exchanges.map(\.number) == [2, 1])
        #expect(session.exchanges.map(\.line) == [3, 2])
        #expect(session.notes.isEmpty)
        #expect(session.header.gateway == "http://127.0.0.1:3000")
    }

    @Test func linesComeBackAsTheyWereWritten() throws {
        let session = try session(Self.header, Self.line(1), Self.line(2), Self.end, "")
        #expect(session.exchanges[0].value == (try JSONValue(parsing: Self.line(1))))
    }

    @Test func aLastLineThatWasCutOffIsSaidAndTheRestIsUsed() throws {
        for cut in [10, 60, 150] {
            let session = try session(Self.header, Self.line(1), String(Self.line(2).prefix(cut)))
            #expect(session.exchanges.map(\.number) == [1])
            #expect(session.notes.count == 1)
            #expect(session.notes.first?.hasPrefix("Line 3 was not written to its end") == true)
        }
        // All there but the line's end.
        let whole = try session(Self.header, Self.line(1), Self.line(2))
        #expect(whole.exchanges.count == 2)
        #expect(whole.notes.first?.contains("no end line") == true)
    }

    @Test func exchangesThatAreMissingAreSaid() throws {
        let session = try session(Self.header, Self.line(1), #"{"leftOut":7}"#, Self.line(2), Self.end, "")
        #expect(session.notes == ["Before line 4, 7 exchanges are missing: they came faster than they were read."])
    }

    @Test(
        arguments: [
            (["", ""], 0, "s.jsonl is empty: nothing was recorded."),
            ([#"{"a":1}"#, ""], 1, "this is no session of 'darkroom record'"),
            (["hello", ""], 1, "it is not JSON"),
            (
                [#"{"darkroom":"session","version":2}"#, ""], 1,
                "of version 2 of the format; this darkroom reads version 1"
            ),
            ([#"{"darkroom":"session","version":1}"#, ""], 1, "the header lacks one of recorded, cloud, clock"),
            ([#"{"darkroom":"ses"#], 1, "the header was not written to its end"),
            ([header, line(1), "{", line(2), end, ""], 3, "it is not JSON"),
            ([header, line(1), "[1]", end, ""], 3, "'number' is missing, or not what it should be"),
            ([header, line(1), line(1), end, ""], 3, "there is an exchange with the number 1 already"),
            ([header, line(1), end, ""], 3, "2 exchanges were recorded, but 1 are there"),
            ([header, line(1, body: #""body":{}"#), ""], 2, "a body has one of text, json, base64, pieces, leftOut"),
            ([header, line(1, body: #""body":{"base64":"?"}"#), ""], 2, "a body is no base64"),
            ([header, line(1, body: #""body":{"json":["${nothing}"]}"#), ""], 2, "'${nothing}' refers to nothing"),
        ] as [([String], Int, String)])
    func whatIsNoSessionIsSaidWithItsLine(_ lines: [String], _ line: Int, _ reason: String) throws {
        let error = #expect(throws: SessionError.self) {
            try Session(Array(lines.joined(separator: "\n").utf8), path: "s.jsonl")
        }
        let sentence = try #require(error).description
        #expect(sentence.contains(reason), "\(sentence)")
        if line > 0 { #expect(sentence.hasPrefix("s.jsonl, line \(line): "), "\(sentence)") }
    }

    @Test func aFunctionThatIsNotThereIsSaidBeforeAnythingRuns() throws {
        let session = try session(Self.header, Self.line(1), Self.line(2), Self.end, "")
        #expect(throws: SessionError.unknownFunction(line: 2, function: "f", known: ["a", "b"])) {
            try SessionReplay.check(session, functions: ["b", "a"])
        }
        try SessionReplay.check(session, functions: ["f"])
    }

    // MARK: Replaying

    /// A small service: people sign up, log in and keep things, all under identifiers of its making.
    private final class Service: Sendable {
        private struct State {
            var people: [String: String] = [:]
            var tokens: Set<String> = []
            var things: [String: String] = [:]
            var count = 0
        }
        private let salt: Int
        private let state = Mutex(State())
        private let greeting: String

        init(salt: Int, greeting: String = "hello") {
            self.salt = salt
            self.greeting = greeting
        }

        func respond(_ method: String, _ target: String, _ headers: [(name: String, value: String)], _ body: [UInt8])
            -> ReceivedAnswer
        {
            state.withLock { state in
                func fresh() -> String {
                    state.count += 1
                    let digits = String(repeating: String(state.count * 7 + salt * 1000, radix: 16) + "a9", count: 16)
                    return String(digits.prefix(32))
                }
                func answer(_ status: Int, _ value: JSONValue, _ more: [(name: String, value: String)] = [])
                    -> ReceivedAnswer
                {
                    ReceivedAnswer(
                        status: status, headers: [("Content-Type", "application/json"), ("Date", "\(salt)")] + more,
                        body: value.encoded())
                }
                let input = (try? JSONValue(parsing: body)) ?? .null
                let name = input["name"]?.string ?? ""
                switch (method, target.split(separator: "/").first.map(String.init) ?? "") {
                case ("POST", "signup"):
                    state.people[name] = input["password"]?.string
                    return answer(201, ["greeting": .string(greeting), "name": .string(name)])
                case ("POST", "login"):
                    guard state.people[name] == input["password"]?.string else { return answer(401, ["error": "no"]) }
                    let token = fresh()
                    state.tokens.insert(token)
                    return answer(200, ["token": .string(token)], [("Set-Cookie", "sid=\(token); Path=/")])
                default:
                    let sent = headers.first { $0.name == "Authorization" }?.value.dropFirst("Bearer ".count) ?? ""
                    guard state.tokens.contains(String(sent)) else { return answer(403, ["error": "who?"]) }
                    if method == "POST" {
                        let id = fresh()
                        state.things[id] = String(decoding: body, as: UTF8.self)
                        return answer(201, ["id": .string(id), "at": JSONValue(1_772_323_000 + salt)])
                    }
                    let id = String(target.split(separator: "/").last ?? "")
                    guard let thing = state.things[id] else { return answer(404, ["error": "unknown"]) }
                    return answer(200, ["id": .string(id), "thing": .string(thing)])
                }
            }
        }
    }

    /// A recorded visit: sign-up, a log-in that fails and one that does not, a thing that is kept and looked at.
    private func recordedVisit() throws -> String {
        let service = Service(salt: 1)
        var redactor = SessionRedactor()
        var lines = [Self.header]
        var answers: [JSONValue] = []
        func visit(_ method: String, _ target: String, token: String? = nil, _ body: JSONValue? = nil) throws {
            let headers: [(name: String, value: String)] = token.map { [("Authorization", "Bearer \($0)")] } ?? []
            let bytes = body?.encoded() ?? []
            let answer = service.respond(method, target, headers, bytes)
            answers.append((try? JSONValue(parsing: answer.body)) ?? .null)
            let observed = ObservedExchange(
                entrance: .gateway, offset: answers.count, method: method, target: target, requestHeaders: headers,
                requestBody: .bytes(bytes), status: answer.status, responseHeaders: answer.headers,
                responseBody: .bytes(answer.body))
            lines.append(redactor.record(observed).value.text())
        }
        try visit("POST", "/signup", ["name": "ada", "password": "correct horse"])
        try visit("POST", "/login", ["name": "ada", "password": "battery staple"])
        try visit("POST", "/login", ["name": "ada", "password": "correct horse"])
        let token = try #require(answers[2]["token"]?.string)
        try visit("POST", "/things", token: token, ["colour": "red"])
        let id = try #require(answers[3]["id"]?.string)
        try visit("GET", "/things/\(id)", token: token)
        try visit("GET", "/things/\(id)", token: "forged-forged-forged")
        let text = lines.joined(separator: "\n") + "\n" + #"{"end":{"exchanges":6,"leftOut":0}}"# + "\n"
        for secret in ["correct horse", "battery staple", token, "forged"] { #expect(!text.contains(secret)) }
        return text
    }

    private func replay(_ text: String, on service: Service) async throws -> [SessionReplay.Outcome] {
        let session = try Session(Array(text.utf8), path: "s.jsonl")
        let target = SessionReplay.Target(
            edge: "http://127.0.0.1:1", gateway: "http://127.0.0.1:2", clock: Timestamp(seconds: 1_772_323_200))
        return await SessionReplay(session, on: target).run { request in
            service.respond(request.method, request.target, request.headers, request.body)
        }
    }

    @Test func aVisitIsRepeatedOnAServiceThatKnowsNothingOfIt() async throws {
        let outcomes = try await replay(recordedVisit(), on: Service(salt: 2))
        #expect(outcomes.map(\.status) == [201, 401, 200, 201, 200, 403])
        #expect(outcomes.flatMap(\.differences) == [])
        #expect(outcomes.allSatisfy { $0.refusal == nil })
    }

    @Test func aServiceThatAnswersOtherwiseIsFound() async throws {
        let outcomes = try await replay(recordedVisit(), on: Service(salt: 2, greeting: "go away"))
        #expect(
            outcomes.flatMap(\.differences) == [
                Difference(path: "body/greeting", expected: "hello", got: "go away")
            ])
    }

    @Test func whatFollowsFromAMissingAnswerIsNotSent() async throws {
        let text = try recordedVisit().replacing(
            #""password":"${password:1}"}}},"response":{"status":200"#,
            with:
                #""password":"${password:2}"}}},"response":{"status":200"#)
        let outcomes = try await replay(text, on: Service(salt: 2))
        #expect(outcomes[2].differences.contains(Difference(path: "status", expected: "200", got: "401")))
        #expect(outcomes[3].refusal?.contains("exchange 3 has not answered anything at /") == true)
    }

    @Test func aBodyThatWasTooLongIsRefusedWithAReason() async throws {
        let line = Self.line(1, body: #""body":{"leftOut":{"bytes":99,"sha256":"00"}}"#)
        let text = [Self.header, line, #"{"end":{"exchanges":1}}"#, ""].joined(separator: "\n")
        let outcomes = try await replay(text, on: Service(salt: 2))
        #expect(outcomes[0].refusal?.contains("99 bytes") == true)
        #expect(!outcomes[0].isAsRecorded)
    }

    @Test func aReplayWaitsWhereTheRecordingFoundEverythingDone() async throws {
        let busy = #"{"settled":false,"# + Self.line(2).dropFirst()
        let session = try session(Self.header, Self.line(1), busy, Self.line(3, offset: 5))
        #expect(session.exchanges[1].value["settled"] == false)
        let steps = Mutex<[String]>([])
        let target = SessionReplay.Target(
            edge: "http://127.0.0.1:1", gateway: "http://127.0.0.1:2", clock: Timestamp(seconds: 1_772_323_200))
        let outcomes = await SessionReplay(session, on: target).run { request in
            steps.withLock { $0.append(request.target) }
            return ReceivedAnswer(status: request.target == "/1" ? 200 : 404, headers: [], body: [])
        } settle: {
            steps.withLock { $0.append("settle") }
        }
        #expect(steps.withLock { $0 } == ["settle", "/1", "/2", "settle", "/3"])
        #expect(outcomes.map { $0.hint != nil } == [false, true, false])
        #expect(outcomes[1].hint?.hasPrefix("When GET /2 was recorded, what earlier requests had set off") == true)
    }

    @Test func ignoredPlacesAreNotCompared() async throws {
        let session = try Session(Array(try recordedVisit().utf8), path: "s.jsonl")
        let service = Service(salt: 2, greeting: "go away")
        var options = SessionReplay.Options()
        options.ignored = ["*/greeting"]
        let target = SessionReplay.Target(edge: "http://a:1", gateway: "http://a:2", clock: session.header.clock)
        let outcomes = await SessionReplay(session, on: target, options: options).run { request in
            service.respond(request.method, request.target, request.headers, request.body)
        }
        #expect(outcomes.flatMap(\.differences) == [])
    }
}
