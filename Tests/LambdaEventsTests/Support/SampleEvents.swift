import JSONValue

/// Events as the gateways send them, with what a test wants to vary.
enum SampleEvents {
    /// API Gateway, HTTP API, payload 2.0.
    static func httpAPI(
        _ method: String = "GET", _ path: String = "/pictures/cat", query: String = "", stage: String = "$default",
        domain: String = "a1b2c3.execute-api.eu-central-1.amazonaws.com", headers: JSONObject = [:],
        cookies: [String]? = nil, body: String? = nil, isBase64: Bool = false, authorizer: JSONValue? = nil
    ) -> JSONValue {
        var all: JSONObject = [
            "accept": "*/*", "content-length": "0", "host": .string(domain), "user-agent": "curl/7.88.1",
            "x-amzn-trace-id": "Root=1-67b6c3f1-0a1b2c3d4e5f60718293a4b5", "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443", "x-forwarded-proto": "https",
        ]
        for (name, value) in headers { all[name] = value }
        var context: JSONObject = [
            "accountId": "123456789012", "apiId": "a1b2c3", "domainName": .string(domain), "domainPrefix": "a1b2c3",
            "http": [
                "method": .string(method), "path": .string(path), "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7",
                "userAgent": "curl/7.88.1",
            ],
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": "$default", "stage": .string(stage),
            "time": "12/Mar/2026:19:03:58 +0000", "timeEpoch": 1_773_342_238_000,
        ]
        context["authorizer"] = authorizer
        var event: JSONObject = [
            "version": "2.0", "routeKey": "$default", "rawPath": .string(path), "rawQueryString": .string(query),
            "headers": .object(all), "requestContext": .object(context), "isBase64Encoded": .bool(isBase64),
        ]
        if let cookies { event["cookies"] = .array(cookies.map { .string($0) }) }
        if let body { event["body"] = .string(body) }
        return .object(event)
    }

    /// A function URL.
    static func functionURL(_ method: String = "GET", _ path: String = "/pictures/cat") -> JSONValue {
        httpAPI(method, path, domain: "abcdefghij.lambda-url.eu-central-1.on.aws")
    }

    /// API Gateway, REST API, payload 1.0.
    static func restAPI(
        _ method: String = "GET", _ path: String = "/pictures/cat", query: [(String, [String])] = [],
        headers: [(String, [String])] = [], body: String? = nil, isBase64: Bool = false, authorizer: JSONValue? = nil
    ) -> JSONValue {
        let all =
            [
                ("Accept", ["*/*"]), ("Host", ["a1b2c3.execute-api.eu-central-1.amazonaws.com"]),
                ("User-Agent", ["curl/7.88.1"]), ("X-Forwarded-For", ["203.0.113.7"]), ("X-Forwarded-Port", ["443"]),
                ("X-Forwarded-Proto", ["https"]),
            ] + headers
        func last(_ fields: [(String, [String])]) -> JSONValue {
            .object(JSONObject(fields.map { ($0.0, .string($0.1.last ?? "")) }))
        }
        func lists(_ fields: [(String, [String])]) -> JSONValue {
            .object(JSONObject(fields.map { ($0.0, .array($0.1.map { .string($0) })) }))
        }
        var context: JSONObject = [
            "accountId": "123456789012", "apiId": "a1b2c3", "deploymentId": "d1",
            "domainName": "a1b2c3.execute-api.eu-central-1.amazonaws.com", "domainPrefix": "a1b2c3",
            "extendedRequestId": "JKJaXmPLvHcESHA=", "httpMethod": .string(method),
            "identity": [
                "accessKey": nil, "accountId": nil, "caller": nil, "cognitoAuthenticationProvider": nil,
                "cognitoAuthenticationType": nil, "cognitoIdentityId": nil, "cognitoIdentityPoolId": nil,
                "principalOrgId": nil, "sourceIp": "203.0.113.7", "user": nil, "userAgent": "curl/7.88.1",
                "userArn": nil,
            ],
            "path": .string("/Prod" + path), "protocol": "HTTP/1.1",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "requestTime": "12/Mar/2026:19:03:58 +0000",
            "requestTimeEpoch": 1_773_342_238_000, "resourceId": "r1", "resourcePath": "/{proxy+}", "stage": "Prod",
        ]
        context["authorizer"] = authorizer
        return [
            "resource": "/{proxy+}", "path": .string(path), "httpMethod": .string(method), "headers": last(all),
            "multiValueHeaders": lists(all), "queryStringParameters": query.isEmpty ? nil : last(query),
            "multiValueQueryStringParameters": query.isEmpty ? nil : lists(query),
            "pathParameters": ["proxy": .string(String(path.dropFirst()))], "stageVariables": nil,
            "requestContext": .object(context), "body": body.map { .string($0) } ?? nil,
            "isBase64Encoded": .bool(isBase64),
        ]
    }

    /// A put in S3.
    static let s3 = """
        {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-central-1",\
        "eventTime":"2026-03-12T19:03:58.123Z","eventName":"ObjectCreated:Put",\
        "userIdentity":{"principalId":"AWS:AIDAJDPLRKLG7UEXAMPLE"},"requestParameters":{"sourceIPAddress":"203.0.113.7"},\
        "responseElements":{"x-amz-request-id":"D82B88E5F771F645","x-amz-id-2":"vlR7PnpV2Ce81l0PRw6jlUpck7Jo5ZsQ"},\
        "s3":{"s3SchemaVersion":"1.0","configurationId":"828aa6fc","bucket":{"name":"pictures",\
        "ownerIdentity":{"principalId":"A3I5XTEXAMAI3E"},"arn":"arn:aws:s3:::pictures"},\
        "object":{"key":"my+cat%2Bdog/%C3%A9.jpg","size":1305107,"eTag":"b21b84d653bb07b05b1e6b33684dc11b",\
        "versionId":"096fKKXTRTtl3on89fVO.nfljtsv6qko","sequencer":"0C0F6F405D6ED209E1"}}}]}
        """

    /// Messages of a queue; `group` makes them a FIFO queue's.
    static func sqs(_ messages: [(id: String, body: String, group: String?)]) -> JSONValue {
        let records: [JSONValue] = messages.map { id, body, group in
            var attributes: JSONObject = [
                "ApproximateReceiveCount": "1", "SentTimestamp": "1773342238000", "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                "ApproximateFirstReceiveTimestamp": "1773342238123",
            ]
            if let group { attributes["MessageGroupId"] = .string(group) }
            return [
                "messageId": .string(id), "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", "body": .string(body),
                "attributes": .object(attributes),
                "messageAttributes": [
                    "kind": [
                        "stringValue": "label", "stringListValues": [], "binaryListValues": [], "dataType": "String",
                    ]
                ],
                "md5OfMessageAttributes": nil, "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:recognise",
                "awsRegion": "eu-central-1",
            ]
        }
        return ["Records": .array(records)]
    }

    /// A schedule's event.
    static let scheduled = """
        {"version":"0","id":"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa","detail-type":"Scheduled Event",\
        "source":"aws.events","account":"123456789012","time":"2026-03-12T19:03:00Z","region":"eu-central-1",\
        "resources":["arn:aws:events:eu-central-1:123456789012:rule/sweep"],"detail":{}}
        """
}
