import CloudCore
import NIOCore
import NIOHTTP1

extension GatewayCall {
    /// The event of payload format 1.0, of REST APIs and of HTTP APIs that ask for it.
    ///
    /// What is not there is null. Source: "Input format of a Lambda function for proxy integration" in the API Gateway
    /// guide.
    func event1() -> [UInt8] {
        var event = JSONEventWriter(capacity: capacity * 2)
        let isREST = api.kind == .rest
        event.open()
        if !isREST { event.member("version", "1.0") }
        event.member("resource", route.path)
        // A REST API strips the stage here, but no base path of a custom domain.
        event.member("path", !isREST ? eventPath : prefix == .basePath ? request.path : String(path))
        event.member("httpMethod", request.method)
        writeHeaders1(into: &event)
        writeQuery1(into: &event)
        event.key("pathParameters")
        writeParameters1(into: &event)
        event.key("stageVariables")
        if api.stageVariables.isEmpty { event.null() } else { writeStageVariables(into: &event) }
        writeContext1(into: &event)
        writeBody(into: &event, text: isREST ? bodyText1 : bodyText2, omitsEmpty: false)
        event.close()
        return event.bytes
    }

    /// The body as text, unless the API says that its type is binary.
    private var bodyText1: String? {
        let isBinary = MediaTypes.matches(request.headers.first(name: "content-type"), api.binaryMediaTypes)
        return isBinary ? nil : String(buffer: body)
    }

    private func writeHeaders1(into event: inout JSONEventWriter) {
        var fields: [(name: String, key: String, values: [String])] = []
        func add(_ name: String, _ value: String) {
            let key = name.lowercased()
            if let known = fields.firstIndex(where: { $0.key == key }) {
                fields[known].values.append(value)
            } else {
                fields.append((name, key, [value]))
            }
        }
        for (name, value) in request.headers {
            let key = name.lowercased()
            if key == "content-length" || Self.isHopByHop(key) || Self.isForwarding(key) { continue }
            switch key {
            case "authorization": add("Authorization", value)
            case "user-agent": add("User-Agent", value)
            default: add(name, value)
            }
        }
        add("X-Amzn-Trace-Id", traceID)
        add("X-Forwarded-For", forwardedFor)
        add("X-Forwarded-Port", forwardedPort)
        add("X-Forwarded-Proto", scheme)
        event.key("headers")
        writeLast(fields.map { ($0.name, $0.values) }, into: &event)
        event.key("multiValueHeaders")
        writeAll(fields.map { ($0.name, $0.values) }, into: &event)
    }

    private func writeQuery1(into event: inout JSONEventWriter) {
        var items: [(String, [String])] = []
        var places: [String: Int] = [:]
        for item in request.queryItems.items {
            if let known = places[item.name] {
                items[known].1.append(item.value ?? "")
            } else {
                places[item.name] = items.count
                items.append((item.name, [item.value ?? ""]))
            }
        }
        event.key("queryStringParameters")
        if items.isEmpty { event.null() } else { writeLast(items, into: &event) }
        event.key("multiValueQueryStringParameters")
        if items.isEmpty { event.null() } else { writeAll(items, into: &event) }
    }

    private func writeLast(_ items: [(String, [String])], into event: inout JSONEventWriter) {
        event.open()
        for (name, values) in items {
            event.key(text: name)
            event.string(values.last)
        }
        event.close()
    }

    private func writeAll(_ items: [(String, [String])], into event: inout JSONEventWriter) {
        event.open()
        for (name, values) in items {
            event.key(text: name)
            event.openList()
            for value in values { event.string(value) }
            event.closeList()
        }
        event.close()
    }

    /// A REST API passes parameters on as they were sent; an HTTP API decodes them.
    private func writeParameters1(into event: inout JSONEventWriter) {
        guard !parameters.isEmpty else { return event.null() }
        event.open()
        for (name, value) in parameters {
            event.key(text: name)
            event.string(api.kind == .rest ? String(value) : PercentEncoding.decode(value))
        }
        event.close()
    }

    private func writeContext1(into event: inout JSONEventWriter) {
        let isREST = api.kind == .rest
        event.key("requestContext")
        event.open()
        event.member("accountId", accountID)
        event.member("apiId", api.id)
        let signer = authorization?["iam"]
        if let authorization, signer == nil {
            event.key("authorizer")
            event.value(authorization)
        }
        if isREST { event.member("deploymentId", "local") }
        event.member("domainName", domainName)
        event.member("domainPrefix", domainPrefix)
        event.member("extendedRequestId", extendedRequestID)
        event.member("httpMethod", request.method)
        event.key("identity")
        event.open()
        for (name, key) in Self.identityKeys { event.member(name, key.flatMap { signer?[$0]?.string }) }
        event.member("sourceIp", request.remoteAddress)
        event.member("userAgent", request.headers.first(name: "user-agent"))
        event.close()
        event.member("path", isREST && prefix == .basePath ? request.path : eventPath)
        event.member("protocol", "HTTP/1.1")
        event.member("requestId", requestID)
        event.member("requestTime", time.commonLogDate)
        event.key("requestTimeEpoch")
        event.number(time.milliseconds)
        event.member("resourceId", isREST ? api.id : route.key)
        event.member("resourcePath", route.path)
        event.member("stage", api.stage)
        event.close()
    }

    /// Who called, which only signed and Cognito requests say: the names here, and those of payload format 2.0.
    private static let identityKeys: [(StaticString, String?)] = [
        ("accessKey", "accessKey"), ("accountId", "accountId"), ("caller", "callerId"),
        ("cognitoAuthenticationProvider", nil), ("cognitoAuthenticationType", nil), ("cognitoIdentityId", nil),
        ("cognitoIdentityPoolId", nil), ("principalOrgId", nil), ("user", "userId"), ("userArn", "userArn"),
    ]
}
