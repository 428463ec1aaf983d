import CloudCore
import JSONValue
import NIOCore
import NIOHTTP1
import Testing

@testable import CloudGateway

@Suite("Events")
struct EventTests {
    private func event(_ api: GatewayAPI, _ request: CloudRequest) async throws -> JSONValue {
        let invoker = FakeInvoker(answering: #"{"statusCode":200}"#)
        let response = await gateway([api], invoker).respond(to: request)
        #expect(response.status == 200)
        return try #require(invoker.event)
    }

    @Test func format2IsComplete() async throws {
        let found = try await event(
            api([("GET", "/items/{id}")], variables: ["mode": "test"]),
            request(
                "GET", "/items/a%20b?q=1&q=2&r=x%20y+z&s",
                [
                    "Host": "abcdefghij.execute-api.us-east-1.localhost:3000", "Accept": "a", "X-Two": "1",
                    "x-two": "2",
                    "Cookie": "a=1; b=2", "User-Agent": "test/1", "X-Forwarded-For": "1.2.3.4", "Connection": "close",
                ]))
        let expected: JSONValue = [
            "version": "2.0", "routeKey": "GET /items/{id}", "rawPath": "/items/a%20b",
            "rawQueryString": "q=1&q=2&r=x%20y+z&s", "cookies": ["a=1", "b=2"],
            "headers": [
                "host": "abcdefghij.execute-api.us-east-1.localhost:3000", "accept": "a", "x-two": "1,2",
                "user-agent": "test/1", "x-amzn-trace-id": "Root=1-69a42a40-abababababababababababab",
                "x-forwarded-for": "1.2.3.4, 10.0.0.9", "x-forwarded-port": "3000", "x-forwarded-proto": "http",
            ],
            "queryStringParameters": ["q": "1,2", "r": "x y z", "s": ""],
            "requestContext": [
                "accountId": "000000000000", "apiId": "abcdefghij",
                "domainName": "abcdefghij.execute-api.us-east-1.localhost", "domainPrefix": "abcdefghij",
                "http": [
                    "method": "GET", "path": "/items/a%20b", "protocol": "HTTP/1.1", "sourceIp": "10.0.0.9",
                    "userAgent": "test/1",
                ],
                "requestId": "q6urq6urq6urq6s=", "routeKey": "GET /items/{id}", "stage": "$default",
                "time": "01/Mar/2026:12:00:00 +0000", "timeEpoch": 1_772_366_400_123,
            ],
            "pathParameters": ["id": "a b"], "stageVariables": ["mode": "test"], "isBase64Encoded": false,
        ]
        #expect(found == expected)
        #expect(
            found.object?.keys == [
                "version", "routeKey", "rawPath", "rawQueryString", "cookies", "headers", "queryStringParameters",
                "requestContext", "pathParameters", "stageVariables", "isBase64Encoded",
            ])
    }

    @Test func format2LeavesOutWhatIsNotThere() async throws {
        let found = try await event(api(), request("GET", "/"))
        #expect(
            found.object?.keys == [
                "version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "isBase64Encoded",
            ])
        #expect(found["routeKey"] == "$default")
        #expect(found["requestContext"]?["domainName"] == "127.0.0.1")
        #expect(found["requestContext"]?["domainPrefix"] == "abcdefghij")
    }

    @Test(arguments: [
        ("application/json", "{}", "{}", false), ("text/plain; charset=utf-8", "ä", "ä", false),
        ("application/problem+json", "x", "x", false), ("image/svg+xml", "x", "x", false),
        ("application/octet-stream", "abc", "YWJj", true), ("image/png", "abc", "YWJj", true),
        ("multipart/form-data; boundary=x", "abc", "YWJj", true),
        ("application/x-www-form-urlencoded", "a=b", "YT1i", true), ("", "plain", "plain", false),
    ])
    func format2BodiesGoByTheirType(type: String, body: String, expected: String, isBase64: Bool) async throws {
        let headers: HTTPHeaders = type.isEmpty ? [:] : ["Content-Type": type]
        let found = try await event(api(), request("POST", "/", headers, body: body))
        #expect(found["body"]?.string == expected)
        #expect(found["isBase64Encoded"]?.bool == isBase64)
    }

    @Test func bytesThatAreNoTextAreNeverLost() async throws {
        var raw = request("POST", "/", ["Content-Type": "text/plain"])
        raw.body = RequestBody(ByteBuffer(bytes: [0xFF, 0x00, 0xFE]))
        let found = try await event(api(), raw)
        #expect(found["body"] == "/wD+")
        #expect(found["isBase64Encoded"] == true)
    }

    @Test func restEventsAreComplete() async throws {
        let found = try await event(
            api([("POST", "/files/{proxy+}")], kind: .rest),
            request(
                "POST", "/Prod/files/a//b%2Bc/?q=1&q=2",
                ["authorization": "A", "X-Two": "1", "x-two": "2", "Content-Length": "2", "user-agent": "u"], body: "{}"
            ))
        let expected: JSONValue = [
            "resource": "/files/{proxy+}", "path": "/files/a//b%2Bc/", "httpMethod": "POST",
            "headers": [
                "Authorization": "A", "X-Two": "2", "User-Agent": "u", "Host": "127.0.0.1:3000",
                "X-Amzn-Trace-Id": "Root=1-69a42a40-abababababababababababab", "X-Forwarded-For": "10.0.0.9",
                "X-Forwarded-Port": "3000", "X-Forwarded-Proto": "http",
            ],
            "multiValueHeaders": [
                "Authorization": ["A"], "X-Two": ["1", "2"], "User-Agent": ["u"], "Host": ["127.0.0.1:3000"],
                "X-Amzn-Trace-Id": ["Root=1-69a42a40-abababababababababababab"], "X-Forwarded-For": ["10.0.0.9"],
                "X-Forwarded-Port": ["3000"], "X-Forwarded-Proto": ["http"],
            ],
            "queryStringParameters": ["q": "2"], "multiValueQueryStringParameters": ["q": ["1", "2"]],
            "pathParameters": ["proxy": "a//b%2Bc"], "stageVariables": nil,
            "requestContext": [
                "accountId": "000000000000", "apiId": "abcdefghij", "deploymentId": "local", "domainName": "127.0.0.1",
                "domainPrefix": "abcdefghij", "extendedRequestId": "q6urq6urq6urq6s=", "httpMethod": "POST",
                "identity": [
                    "accessKey": nil, "accountId": nil, "caller": nil, "cognitoAuthenticationProvider": nil,
                    "cognitoAuthenticationType": nil, "cognitoIdentityId": nil, "cognitoIdentityPoolId": nil,
                    "principalOrgId": nil, "sourceIp": "10.0.0.9", "user": nil, "userAgent": "u", "userArn": nil,
                ],
                "path": "/Prod/files/a//b%2Bc/", "protocol": "HTTP/1.1",
                "requestId": "abababab-abab-4bab-abab-abababababab", "requestTime": "01/Mar/2026:12:00:00 +0000",
                "requestTimeEpoch": 1_772_366_400_123, "resourceId": "abcdefghij", "resourcePath": "/files/{proxy+}",
                "stage": "Prod",
            ],
            "body": "{}", "isBase64Encoded": false,
        ]
        #expect(found == expected)
    }

    @Test func restEventsHaveNullForWhatIsNotThere() async throws {
        let found = try await event(api([("GET", "/a")], kind: .rest), request("GET", "/a"))
        for key in [
            "queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body",
        ] {
            #expect(found[key] == .null)
        }
        #expect(found["requestContext"]?["path"] == "/Prod/a")
    }

    @Test(
        arguments: [
            (["image/png"], "image/png", true), (["image/*"], "Image/JPEG; x=y", true),
            (["*/*"], "application/json", true),
            (["*/*"], nil, true), (["image/png"], "image/gif", false), ([], "image/png", false),
        ] as [([String], String?, Bool)])
    func restBodiesGoByTheAPIsTypes(binary: [String], type: String?, isBase64: Bool) async throws {
        let headers: HTTPHeaders = type.map { ["Content-Type": $0] } ?? [:]
        let found = try await event(
            api([("POST", "/a")], kind: .rest, binary: binary), request("POST", "/a", headers, body: "abc"))
        #expect(found["body"] == (isBase64 ? "YWJj" : "abc"))
        #expect(found["isBase64Encoded"]?.bool == isBase64)
    }

    @Test func format1OnAnHTTPAPISaysSo() async throws {
        let found = try await event(api([("GET", "/a/{b}")], format: .v1), request("GET", "/a/x%20y"))
        #expect(found["version"] == "1.0")
        #expect(found["pathParameters"] == ["b": "x y"])
        #expect(found["requestContext"]?["resourceId"] == "GET /a/{b}")
        #expect(found["requestContext"]?["deploymentId"] == nil)
    }

    @Test func functionURLsAreAnonymous() async throws {
        let url = api(kind: .functionURL, id: "urlid")
        let found = try await event(url, request("GET", "/x", ["Host": "urlid.lambda-url.us-east-1.localhost"]))
        #expect(found["requestContext"]?["accountId"] == "anonymous")
        #expect(found["requestContext"]?["apiId"] == "urlid")
        #expect(found["headers"]?["x-forwarded-port"] == "80")
    }

    @Test func aTraceIsPassedOn() async throws {
        let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        let invoker = FakeInvoker(answering: "{}")
        _ = await gateway([api()], invoker).respond(to: request("GET", "/", ["X-Amzn-Trace-Id": trace]))
        #expect(invoker.event?["headers"]?["x-amzn-trace-id"]?.string == trace)
        #expect(invoker.invocations.first?.traceID == trace)
    }
}
