import JSONValue
import Testing

@testable import Replay

@Suite("Secrets left out") struct SessionRedactorTests {
    static func exchange(
        _ method: String = "POST", _ target: String = "/", headers: [(name: String, value: String)] = [],
        body: String = "", status: Int = 200, answerHeaders: [(name: String, value: String)] = [], answer: String = ""
    ) -> ObservedExchange {
        ObservedExchange(
            entrance: .gateway, offset: 0, method: method, target: target, requestHeaders: headers,
            requestBody: .bytes(Array(body.utf8)), status: status, responseHeaders: answerHeaders,
            responseBody: .bytes(Array(answer.utf8)))
    }

    private func lines(_ exchanges: ObservedExchange..., names: [String] = []) -> [String] {
        var redactor = SessionRedactor(secretNames: names)
        return exchanges.map { redactor.record($0).value.text() }
    }

    @Test(arguments: [
        #"{"password":"hunter22hunter"}"#, #"{"user":{"newPassword":"hunter22hunter"}}"#,
        #"{"list":[{"Pass_Phrase":"hunter22hunter"}]}"#, #"{"api_key":"hunter22hunter"}"#,
        #"{"clientSecret":"hunter22hunter"}"#, #"{"refresh-token":"hunter22hunter"}"#,
        #"{"adminCode":"hunter22hunter"}"#, #"{"tokens":{"csrf":"hunter22hunter"}}"#,
        #"{"headers":{"Authorization":"Bearer hunter22hunter","cookie":"a=hunter22hunter; b=2"}}"#,
        #"{"cookies":["session=hunter22hunter"]}"#, #"{"body":"{\"password\":\"hunter22hunter\"}"}"#,
        #"{"body":"{\"b\":\"{\\\"token\\\":\\\"hunter22hunter\\\"}\"}"}"#,
        // password=hunter22hunter&a=1, and {"password":"hunter22hunter"}
        #"{"isBase64Encoded":true,"body":"cGFzc3dvcmQ9aHVudGVyMjJodW50ZXImYT0x"}"#,
        #"{"isBase64Encoded":true,"body":"eyJwYXNzd29yZCI6Imh1bnRlcjIyaHVudGVyIn0="}"#,
        "user=ada&password=hunter22hunter", "code=hunter22hunter&x=1",
    ])
    func bodiesOfRequestsAreCleaned(_ body: String) {
        let type = body.hasPrefix("{") ? "application/json" : "application/x-www-form-urlencoded"
        let line = lines(Self.exchange(headers: [("Content-Type", type)], body: body))[0]
        for form in ["hunter22hunter", "aHVudGVyMjJodW50ZXI", "Imh1bnRlcjIyaHVudGVyI"] { #expect(!line.contains(form)) }
        #expect(line.contains("${"))
    }

    @Test(arguments: [
        ("Authorization", "Bearer hunter22hunter", "Bearer ${secret:1:authorization}"),
        ("authorization", "hunter22hunter", "${secret:1:authorization}"),
        ("Cookie", "a=hunter22hunter; b=x", "a=${secret:1:a}; b=${secret:2:b}"),
        ("X-Api-Key", "hunter22hunter", "${secret:1:x-api-key}"),
        ("X-Csrf-Token", "hunter22hunter", "${secret:1:x-csrf-token}"),
        ("Referer", "http://x/?token=hunter22hunter&a=1", "http://x/?token=${secret:1:token}&a=1"),
        ("Accept", "text/html", "text/html"),
    ])
    func headerFieldsAreCleaned(_ name: String, _ value: String, _ expected: String) {
        var redactor = SessionRedactor()
        let recorded = redactor.record(Self.exchange(headers: [(name, value)]))
        #expect(recorded.requestHeaders.map(\.value.text) == [expected])
    }

    @Test func aTokenIsAReferenceToTheAnswerThatItCameFrom() {
        let lines = lines(
            Self.exchange("POST", "/login", answer: #"{"token":"abcdefgh12345678","name":"ada"}"#),
            Self.exchange("GET", "/me?token=abcdefgh12345678", headers: [("Authorization", "Bearer abcdefgh12345678")]))
        #expect(lines[0].contains(#""token":"${answer:1/body/token}","name":"ada""#))
        #expect(lines[1].contains(#""/me?token=${answer:1/body/token}""#))
        #expect(lines[1].contains("Bearer ${answer:1/body/token}"))
    }

    @Test func aTokenUnderAnotherNameIsFoundWhereItCameFrom() {
        let lines = lines(
            Self.exchange("POST", "/enter", answer: #"{"ticket":"abcdefgh12345678"}"#),
            Self.exchange("GET", "/", headers: [("Authorization", "Bearer abcdefgh12345678")]))
        #expect(lines[1].contains("Bearer ${answer:1/body/ticket}"))
        #expect(
            self.lines(Self.exchange(answer: #"{"ticket":"abcdefgh12345678"}"#), names: ["ticket"])[0]
                .contains("${answer:1/body/ticket}"))
    }

    @Test func cookiesOfAnswersAreSecretsUnlessTheyAreTakenBack() {
        let lines = lines(
            Self.exchange(answerHeaders: [("Set-Cookie", "sid=abcdefgh12345678; Path=/; HttpOnly")]),
            Self.exchange(
                headers: [("Cookie", "sid=abcdefgh12345678")], answerHeaders: [("Set-Cookie", "sid=; Max-Age=0")]))
        #expect(lines[0].contains("sid=${answer:1/cookies/sid}; Path=/; HttpOnly"))
        #expect(lines[1].contains("sid=${answer:1/cookies/sid}"))
        #expect(lines[1].contains("sid=; Max-Age=0"))
    }

    @Test func aPresignedQueryIsAReferenceAsAWhole() {
        let query = "X-Amz-Algorithm=A&X-Amz-Credential=c&X-Amz-Signature=00ff00ff00ff"
        let lines = lines(
            Self.exchange(answer: #"{"upload":{"url":"http://127.0.0.1:4566/b/k?\#(query)"}}"#),
            Self.exchange("PUT", "/b/k?\(query)", body: "contents"),
            Self.exchange("GET", "/b/other?X-Amz-Signature=ffffeeeedddd&partNumber=1"))
        #expect(lines[0].contains("http://127.0.0.1:4566/b/k?${answer:1/body/upload/url?}"))
        #expect(lines[1].contains("/b/k?${answer:1/body/upload/url?}"))
        #expect(!lines[2].contains("ffffeeeedddd"))
        #expect(lines[2].contains("partNumber=1"))
    }

    @Test func theSamePasswordIsTheSameEverywhere() {
        let lines = lines(
            Self.exchange(body: #"{"password":"correct horse"}"#), Self.exchange(body: #"{"password":"wrong horse"}"#),
            Self.exchange(headers: [("Content-Type", "application/x-www-form-urlencoded")], body: "pwd=correct+horse"),
            Self.exchange(body: #"{"password":"abc"}"#))
        #expect(lines[0].contains("${password:1}"))
        #expect(lines[1].contains("${password:2}"))
        #expect(lines[2].contains("pwd=${password:1|form}"))
        #expect(lines[3].contains("${password:3:3}"))
    }

    @Test func secretsAreFoundInBodiesThatAreNoText() throws {
        var redactor = SessionRedactor()
        var body = Array(
            "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nhunter22hunter\r\n--b\r\n".utf8)
        body += Array("Content-Disposition: form-data; name=\"file\"\r\n\r\n".utf8) + [0xFF, 0x00, 0xFE]
        body += Array("hunter22hunter\r\n--b--\r\n".utf8)
        var exchange = Self.exchange(headers: [("Content-Type", "multipart/form-data; boundary=b")])
        exchange.requestBody = .bytes(body)
        let recorded = redactor.record(exchange)
        guard case .bytes(let pieces) = recorded.requestBody else { Issue.record("not bytes"); return }
        #expect(pieces.filter { if case .secret = $0 { true } else { false } }.count == 2)
        // Filled with what it was, it is what it was.
        let read = try RecordedExchange(JSONValue(parsing: recorded.value.text()), line: 1)
        #expect(read.requestBody == recorded.requestBody)
        let again = pieces.flatMap { piece -> [UInt8] in
            switch piece {
            case .bytes(let bytes): bytes
            case .secret: Array("hunter22hunter".utf8)
            }
        }
        #expect(again == body)
    }

    @Test func errorsKeepTheirCodes() {
        let line = lines(
            Self.exchange(answer: #"{"error":{"code":"E1001","message":"no"},"code":"UnknownKey","pin":"482913"}"#))[0]
        #expect(line.contains(#""code":"E1001""#))
        #expect(line.contains(#""code":"UnknownKey""#))
        #expect(line.contains(#""pin":"${answer:1/body/pin}""#))
    }

    @Test func codesThatAreNumbersStayNumbers() throws {
        var redactor = SessionRedactor()
        let recorded = redactor.record(Self.exchange(body: #"{"pin":1234,"count":1234}"#))
        #expect(recorded.value.text().contains(#""json":{"pin":"${number:1:pin}","count":1234}"#))
        var values = SecretValues(provided: ["pin": "4321"]) { _ in [] }
        var identifiers = IdentifierMap()
        let comparison = AnswerComparison(recorded: [], present: [])
        let request = try RequestRebuilding(recorded, comparison: comparison).request(&values, &identifiers)
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"pin":4321,"count":1234}"#)
    }

    @Test func jsonIsKeptAsItWasWrittenWhereNothingIsLeftOut() {
        let spaced = lines(Self.exchange(body: #"{ "a" : 1.50 }"#))[0]
        #expect(spaced.contains(#""text":"{ \"a\" : 1.50 }""#))
        #expect(lines(Self.exchange(body: #"{"a":1.50}"#))[0].contains(#""json":{"a":1.50}"#))
    }

    @Test func signedRequestsAreToBeSignedAnew() {
        var redactor = SessionRedactor()
        let recorded = redactor.record(
            Self.exchange(headers: [
                (
                    "Authorization",
                    "AWS4-HMAC-SHA256 Credential=AK/20260301/eu-west-1/lambda/aws4_request, Signature=ab"
                ),
                ("X-Amz-Date", "20260301T000000Z"), ("X-Amz-Security-Token", "t"), ("X-Amz-Invocation-Type", "Event"),
            ]))
        #expect(recorded.signing == .init(service: "lambda", region: "eu-west-1"))
        #expect(recorded.requestHeaders.map(\.name) == ["X-Amz-Invocation-Type"])
    }

    @Test(arguments: [
        ("127.0.0.1:3000", 0), ("localhost:3000", 0), ("[::1]:3000", 0), ("api.example.org", 1),
        ("abc.lambda-url:1", 1),
    ])
    func onlyHostsThatSaySomethingAreKept(_ host: String, _ count: Int) {
        var redactor = SessionRedactor()
        #expect(redactor.record(Self.exchange(headers: [("Host", host)])).requestHeaders.count == count)
    }
}
