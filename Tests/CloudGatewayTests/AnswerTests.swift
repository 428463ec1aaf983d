import CloudCore
import JSONValue
import NIOCore
import NIOHTTP1
import Testing

@testable import CloudGateway

@Suite("Answers")
struct AnswerTests {
    private func respond(
        _ answer: String, _ api: GatewayAPI = api(), _ headers: HTTPHeaders = [:]
    ) async -> CloudResponse {
        await gateway([api], FakeInvoker(answering: answer)).respond(to: request("GET", "/", headers))
    }

    /// What JSON without a status code becomes on an HTTP API.
    @Test(arguments: [
        (#""hello""#, "hello"), ("17", "17"), ("true", "true"), ("null", "null"),
        (#"["hello", 3, true]"#, #"["hello",3,true]"#),
        (#"{"a": 1.50}"#, #"{"a":1.50}"#), (#"{"body": "x"}"#, #"{"body":"x"}"#), (#""""#, ""),
    ])
    func format2IsInferred(answer: String, body: String) async {
        let response = await respond(answer)
        #expect(response.status == 200)
        #expect(response.headers["content-type"] == ["application/json"])
        #expect(response.text == body)
    }

    @Test func format2IsTakenAsItSays() async {
        let response = await respond(
            #"""
            {"statusCode": 201, "headers": {"X-A": "1", "X-B": 2, "X-C": true, "Content-Length": "99"},
             "cookies": ["a=1; Path=/", "b=2"], "body": "aGk=", "isBase64Encoded": true, "other": 1,
             "multiValueHeaders": {"X-D": ["no"]}}
            """#)
        #expect(response.status == 201)
        #expect(response.text == "hi")
        #expect(response.headers["x-a"] == ["1"])
        #expect(response.headers["x-b"] == ["2"])
        #expect(response.headers["x-c"] == ["true"])
        #expect(response.headers["x-d"] == [])
        #expect(response.headers["content-length"] == [])
        #expect(response.headers["set-cookie"] == ["a=1; Path=/", "b=2"])
        #expect(response.headers["content-type"] == ["application/json"])
        #expect(response.headers["apigw-requestid"] == ["q6urq6urq6urq6s="])
    }

    @Test(arguments: [
        #"{"statusCode": "201", "body": null}"#, #"{"statusCode": 201}"#, #"{"statusCode": 201.0, "headers": null}"#,
    ])
    func format2IsForgiving(answer: String) async {
        let response = await respond(answer)
        #expect(response.status == 201)
        #expect(response.text == "")
    }

    @Test(arguments: [
        "", "not json", "{", #"{"statusCode": "abc"}"#, #"{"statusCode": 99}"#, #"{"statusCode": 100}"#,
        #"{"statusCode": 1e9}"#, #"{"statusCode": null}"#, #"{"statusCode": 200, "headers": []}"#,
        #"{"statusCode": 200, "headers": {"a b": "x"}}"#, #"{"statusCode": 200, "headers": {"a": "x\r\ny: z"}}"#,
        #"{"statusCode": 200, "headers": {"a": {}}}"#, #"{"statusCode": 200, "body": {}}"#,
        #"{"statusCode": 200, "body": "*", "isBase64Encoded": true}"#, #"{"statusCode": 200, "cookies": "a"}"#,
        #"{"statusCode": 200, "cookies": ["a\n"]}"#, #"{"statusCode": 200, "isBase64Encoded": 3, "body": ""}"#,
    ])
    func format2Malformed(answer: String) async {
        let response = await respond(answer)
        #expect(response.status == 500)
        #expect(response.text == #"{"message":"Internal Server Error"}"#)
        let host: HTTPHeaders = ["Host": "abcdefghij.lambda-url.us-east-1.localhost"]
        let url = await respond(answer, api(kind: .functionURL), host)
        #expect(url.status == 502)
        #expect(url.text == "Internal Server Error")
    }

    @Test(arguments: [
        (#"{"statusCode": 200, "body": "x"}"#, 200), (#"{"statusCode": "418"}"#, 418), (#"{"body": "x"}"#, 200),
        (#"{}"#, 200), (#"{"headers": null, "multiValueHeaders": null, "body": null}"#, 200),
        (#"{"statusCode": 200, "extra": 1}"#, 502), (#""text""#, 502), ("[]", 502), ("null", 502), ("", 502),
        ("<", 502),
        (#"{"statusCode": "ok"}"#, 502), (#"{"statusCode": 200, "multiValueHeaders": {"a": "b"}}"#, 502),
        (#"{"statusCode": 200, "headers": "x"}"#, 502), (#"{"statusCode": 200, "body": 3}"#, 502),
    ])
    func restAnswersAreStrict(answer: String, status: Int) async {
        let response = await respond(answer, api([("GET", "/")], kind: .rest))
        #expect(response.status == status)
        if status == 502 { #expect(response.text == #"{"message":"Internal server error"}"#) }
    }

    @Test func restFieldsAreMerged() async {
        let response = await respond(
            #"""
            {"headers": {"x-many": "3", "X-One": true, "Date": "d"}, "multiValueHeaders": {"X-Many": ["1", "2"]}}
            """#, api([("GET", "/")], kind: .rest))
        #expect(response.headers.filter { $0.name == "X-Many" }.map(\.value) == ["1", "2", "3"])
        #expect(response.headers["x-one"] == ["true"])
        #expect(response.headers["x-amzn-remapped-date"] == ["d"])
        #expect(response.headers["date"] == [])
        #expect(response.headers["content-type"] == ["application/json"])
        #expect(response.headers["x-amzn-requestid"] == ["abababab-abab-4bab-abab-abababababab"])
    }

    @Test(
        arguments: [
            (["image/*"], "image/png", "hi"), (["image/*"], "image/png, text/html", "hi"), (["*/*"], nil, "hi"),
            (["image/*"], "text/html", "aGk="), (["image/*"], "text/html, image/png", "aGk="),
            (["image/*"], nil, "aGk="),
            ([], "image/png", "aGk="),
        ] as [([String], String?, String)])
    func restBytesNeedAnAcceptThatMatches(binary: [String], accept: String?, body: String) async {
        let response = await respond(
            #"{"body": "aGk=", "isBase64Encoded": true}"#, api([("GET", "/")], kind: .rest, binary: binary),
            accept.map { ["Accept": $0] } ?? [:])
        #expect(response.text == body)
    }

    @Test(arguments: [
        (#"{"statusCode": 200, "other": 1, "body": "aGk=", "isBase64Encoded": true}"#, 200, "hi"),
        (#"{"body": "x"}"#, 500, #"{"message":"Internal Server Error"}"#),
        (#""x""#, 500, #"{"message":"Internal Server Error"}"#),
    ])
    func format1OnAnHTTPAPI(answer: String, status: Int, body: String) async {
        let response = await respond(answer, api([("GET", "/")], format: .v1))
        #expect(response.status == status)
        #expect(response.text == body)
    }
}
