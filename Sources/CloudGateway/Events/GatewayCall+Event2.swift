import CloudCore
import NIOCore
import NIOHTTP1

extension GatewayCall {
    /// The event of payload format 2.0, of HTTP APIs and function URLs.
    ///
    /// What is not there is left out, not null. Source: "Lambda proxy integrations" in the HTTP API guide, "Invoking
    /// function URLs" in the Lambda guide.
    func event2() -> [UInt8] {
        var event = JSONEventWriter(capacity: capacity)
        event.open()
        event.member("version", "2.0")
        event.member("routeKey", route.key)
        event.member("rawPath", eventPath)
        event.member("rawQueryString", request.query ?? "")
        writeCookies(into: &event)
        event.key("headers")
        writeJoinedHeaders(into: &event)
        writeJoinedQuery(into: &event)
        writeContext2(into: &event)
        if !parameters.isEmpty {
            event.key("pathParameters")
            event.open()
            for (name, value) in parameters {
                event.key(text: name)
                event.string(PercentEncoding.decode(value))
            }
            event.close()
        }
        if !api.stageVariables.isEmpty {
            event.key("stageVariables")
            writeStageVariables(into: &event)
        }
        writeBody(into: &event, text: bodyText2, omitsEmpty: true)
        event.close()
        return event.bytes
    }

    /// The body as text, if it goes as text: of a type that is known to be text, or without a type. Bytes that are no text
    /// cannot stand in JSON, whatever their type says.
    var bodyText2: String? {
        guard MediaTypes.isText(request.headers.first(name: "content-type")) ?? true else { return nil }
        return String(validating: body.readableBytesView, as: UTF8.self)
    }

    private func writeCookies(into event: inout JSONEventWriter) {
        guard request.headers.contains(name: "cookie") else { return }
        event.key("cookies")
        event.openList()
        for field in request.headers["cookie"] {
            for cookie in field.split(separator: ";") { event.string(String(cookie.drop(while: { $0 == " " }))) }
        }
        event.closeList()
    }

    /// Names in lower case, several fields of one name joined by commas.
    private func writeJoinedHeaders(into event: inout JSONEventWriter) {
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(request.headers.count + 4)
        for (name, value) in request.headers {
            let name = name.lowercased()
            if name == "cookie" || Self.isHopByHop(name) || Self.isForwarding(name) { continue }
            if let known = fields.firstIndex(where: { $0.name == name }) {
                fields[known].value += "," + value
            } else {
                fields.append((name, value))
            }
        }
        event.open()
        for (name, value) in fields {
            event.key(text: name)
            event.string(value)
        }
        event.member("x-amzn-trace-id", traceID)
        event.member("x-forwarded-for", forwardedFor)
        event.member("x-forwarded-port", forwardedPort)
        event.member("x-forwarded-proto", scheme)
        event.close()
    }

    private func writeJoinedQuery(into event: inout JSONEventWriter) {
        let items = request.queryItems.items
        guard !items.isEmpty else { return }
        var joined: [(name: String, value: String)] = []
        var places: [String: Int] = [:]
        for item in items {
            if let known = places[item.name] {
                joined[known].value += "," + (item.value ?? "")
            } else {
                places[item.name] = joined.count
                joined.append((item.name, item.value ?? ""))
            }
        }
        event.key("queryStringParameters")
        event.open()
        for (name, value) in joined {
            event.key(text: name)
            event.string(value)
        }
        event.close()
    }

    private func writeContext2(into event: inout JSONEventWriter) {
        event.key("requestContext")
        event.open()
        event.member("accountId", api.kind == .functionURL && authorization == nil ? "anonymous" : accountID)
        event.member("apiId", api.id)
        if let authorization {
            event.key("authorizer")
            event.value(authorization)
        }
        event.member("domainName", domainName)
        event.member("domainPrefix", domainPrefix)
        event.key("http")
        event.open()
        event.member("method", request.method)
        event.member("path", eventPath)
        event.member("protocol", "HTTP/1.1")
        event.member("sourceIp", request.remoteAddress)
        event.member("userAgent", request.headers.first(name: "user-agent") ?? "")
        event.close()
        event.member("requestId", requestID)
        event.member("routeKey", route.key)
        event.member("stage", api.stage)
        event.member("time", time.commonLogDate)
        event.key("timeEpoch")
        event.number(time.milliseconds)
        event.close()
    }

    func writeStageVariables(into event: inout JSONEventWriter) {
        event.open()
        for (name, value) in api.stageVariables.sorted(by: { $0.key < $1.key }) {
            event.key(text: name)
            event.string(value)
        }
        event.close()
    }

    /// Writes the body: its text, or Base64 where there is none.
    func writeBody(into event: inout JSONEventWriter, text: @autoclosure () -> String?, omitsEmpty: Bool) {
        if body.readableBytes == 0 {
            if !omitsEmpty { event.member("body", nil) }
            event.key("isBase64Encoded")
            event.bool(false)
            return
        }
        event.key("body")
        let text = text()
        if let text {
            event.string(text)
        } else {
            event.base64(body)
        }
        event.key("isBase64Encoded")
        event.bool(text == nil)
    }
}
