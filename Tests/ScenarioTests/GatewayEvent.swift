import DarkroomTesting
import Digests
import JSONValue
import Template
import Testing

/// A request as an HTTP API hands it to a function (payload 2.0), made without the gateway.
struct GatewayEvent {
    var method: HTTPMethod
    var path: String
    var headers: [String: String]
    var body: [UInt8]

    var json: JSONValue {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        var event: JSONObject = [
            "version": "2.0", "routeKey": "$default", "rawPath": .string(parts[0]),
            "rawQueryString": .string(parts.count > 1 ? parts[1] : ""),
            "headers": .object(JSONObject(headers.map { ($0.key.lowercased(), JSONValue.string($0.value)) })),
            "requestContext": [
                "http": [
                    "method": .string(method.name), "path": .string(parts[0]), "protocol": "HTTP/1.1",
                    "sourceIp": "203.0.113.7", "userAgent": "test",
                ],
                "requestId": "r", "stage": "$default",
            ],
            "isBase64Encoded": .bool(!body.isEmpty),
        ]
        if !body.isEmpty { event["body"] = .string(Base64.encode(body)) }
        return .object(event)
    }

    /// The function whose route the request takes: the one with the most segments that match word for word.
    func function(in template: ServerlessTemplate) throws -> String {
        let segments = path.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let routes = template.apis.flatMap(\.routes).filter { $0.method == method.name }
        let candidates = routes.compactMap { route -> (words: Int, arn: String)? in
            let pattern = route.path.split(separator: "/")
            let isGreedy = pattern.last?.hasSuffix("+}") == true
            guard isGreedy ? segments.count >= pattern.count : segments.count == pattern.count,
                zip(pattern, segments).allSatisfy({ $0 == $1 || $0.hasPrefix("{") })
            else { return nil }
            return (pattern.filter { !$0.hasPrefix("{") }.count, route.functionARN)
        }
        let best = try #require(candidates.max { $0.words < $1.words }, "no route takes \(method) \(path)")
        return best.arn
    }

    /// A function's output as the response that it stands for.
    static func response(_ output: JSONValue) -> TestResponse {
        var headers = (output["headers"]?.object ?? [:]).map { (name: $0.key, value: $0.value.string ?? "") }
        headers += (output["cookies"]?.array ?? []).map { (name: "set-cookie", value: $0.string ?? "") }
        let text = output["body"]?.string ?? ""
        let body = output["isBase64Encoded"]?.bool == true ? Base64.decode(text) ?? [] : Array(text.utf8)
        return TestResponse(status: output["statusCode"]?.int ?? 0, headers: headers, body: body)
    }
}
