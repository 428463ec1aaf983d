import Digests
import JSONValue
import LambdaEvents
import LambdaRuntime
import Testing

@testable import PictureFunctions

/// What came back from a function, as a gateway would pass it on.
struct Answer: Sendable {
    var status: Int
    var headers: [String: String]
    var cookies: [String]
    var body: [UInt8]

    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    var errorCode: String? { json["error"]?["code"]?.string }
    var errorMessage: String? { json["error"]?["message"]?.string }

    subscript(header: String) -> String? { headers[header.lowercased()] }
}

/// Calls the functions with events such as API Gateway sends, in process.
struct FunctionClient: Sendable {
    let service: PictureService
    /// What stands in the `Authorization` header.
    var token: String?
    var address = "203.0.113.7"
    /// How long the invocation may take.
    var timeout = Duration.seconds(60)
    private let functions: [(operations: [Operation], router: Router)]

    init(_ service: PictureService) {
        self.service = service
        let cache = PictureCache(capacity: service.settings.cacheByteCount)
        functions = [
            AccountsFunction.routes, UploadFunction.routes, GetFunction.routes(cache: cache), ListFunction.routes,
            RekognizeFunction.routes, DeleteFunction.routes, StatisticsFunction.routes,
            (try? TestSettings.backup()).map { BackupFunction.routes($0) } ?? [],
        ].map { ($0.map(\.operation), Router($0, service: service)) }
    }

    func send(
        _ method: String, _ path: String, query: String = "", headers: [String: String] = [:], body: [UInt8] = []
    ) async throws -> Answer {
        var headers = headers
        if let token { headers["authorization"] = "Bearer \(token)" }
        var event: JSONObject = [
            "version": "2.0", "routeKey": "$default", "rawPath": .string(path), "rawQueryString": .string(query),
            "headers": .object(JSONObject(headers.map { ($0.key.lowercased(), JSONValue.string($0.value)) })),
            "requestContext": [
                "http": [
                    "method": .string(method), "path": .string(path), "protocol": "HTTP/1.1",
                    "sourceIp": .string(address), "userAgent": "test",
                ],
                "requestId": "r", "stage": "$default",
            ],
        ]
        if !body.isEmpty {
            event["body"] = .string(Base64.encode(body))
            event["isBase64Encoded"] = true
        }
        let context = Context(deadline: .after(timeout), logger: Logger(sink: LogSink { _ in }))
        // A gateway picks the function by its routes.
        let function = try #require(functions.first { $0.operations.contains { $0.takes(method, path) } })
        return try Self.answer(
            try await function.router.respond(to: JSONValue.object(event).encoded(), context: context))
    }

    func send(_ method: String, _ path: String, query: String = "", json: JSONValue) async throws -> Answer {
        try await send(method, path, query: query, headers: ["content-type": "application/json"], body: json.encoded())
    }

    /// A form as `curl -F key=… -F file=@…` sends it.
    func upload(_ bytes: [UInt8], key: String, fileName: String = "picture") async throws -> Answer {
        let head =
            "--XX\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n\(key)\r\n--XX\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"\(fileName)\"\r\n\r\n"
        return try await send(
            "POST", "/pictures", headers: ["content-type": "multipart/form-data; boundary=XX"],
            body: Array(head.utf8) + bytes + Array("\r\n--XX--\r\n".utf8))
    }

    private static func answer(_ output: [UInt8]) throws -> Answer {
        let value = try JSONValue(parsing: output)
        var headers: [String: String] = [:]
        for (name, value) in value["headers"]?.object ?? [:] { headers[name.lowercased()] = value.string }
        let text = value["body"]?.string ?? ""
        let body = value["isBase64Encoded"]?.bool == true ? Base64.decode(text) ?? [] : Array(text.utf8)
        return Answer(
            status: value["statusCode"]?.int ?? 0, headers: headers,
            cookies: (value["cookies"]?.array ?? []).compactMap(\.string), body: body)
    }
}

extension Operation {
    /// Whether a request is for this operation, as a gateway sees it.
    fileprivate func takes(_ method: String, _ path: String) -> Bool {
        let pattern = self.path.split(separator: "/")
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isGreedy = pattern.last?.hasSuffix("+}") == true
        guard self.method == method, isGreedy ? segments.count >= pattern.count : segments.count == pattern.count else {
            return false
        }
        return zip(pattern, segments).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }
}
