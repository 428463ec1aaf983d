import DarkroomTesting
import JSONValue
import Testing

/// Somebody who uses the picture service, by one way or another.
struct Visitor: Sendable {
    let cloud: TestCloud
    let way: Way
    /// The session, once logged in.
    var token: String?

    init(cloud: TestCloud, way: Way) {
        self.cloud = cloud
        self.way = way
    }

    func send(
        _ method: HTTPMethod, _ path: String, headers: [String: String] = [:], body: [UInt8] = []
    ) async throws -> TestResponse {
        var headers = headers
        if let token { headers["authorization"] = "Bearer \(token)" }
        switch way {
        case .overHTTP: return try await cloud.request(method, path, headers: headers, body: body)
        case .inProcess, .spawned:
            let request = GatewayEvent(method: method, path: path, headers: headers, body: body)
            let outcome = try await cloud.invoke(try request.function(in: cloud.template), request.json)
            try #require(outcome.functionError == nil, "\(outcome.json.text())")
            return GatewayEvent.response(outcome.json)
        }
    }

    func send(_ method: HTTPMethod, _ path: String, json: JSONValue) async throws -> TestResponse {
        try await send(method, path, headers: ["content-type": "application/json"], body: json.encoded())
    }

    /// A form as `curl -F key=… -F file=@…` sends it.
    func upload(_ picture: [UInt8], key: String) async throws -> TestResponse {
        let head =
            "--XX\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n\(key)\r\n--XX\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"\(key).png\"\r\n\r\n"
        return try await send(
            .post, "/pictures", headers: ["content-type": "multipart/form-data; boundary=XX"],
            body: Array(head.utf8) + picture + Array("\r\n--XX--\r\n".utf8))
    }

    /// The same visitor with an account of that name, logged in.
    func member(_ username: String) async throws -> Visitor {
        let credentials: JSONValue = ["username": .string(username), "password": "correct horse"]
        let signedUp = try await send(.post, "/signup", json: credentials)
        try #require(signedUp.status == 201, "\(signedUp.text)")
        let session = try await send(.post, "/login", json: credentials)
        var member = self
        member.token = try #require(session.json["token"]?.string)
        return member
    }

    /// The keys of all pictures, newest first.
    func keys() async throws -> [String] {
        try await send(.get, "/pictures").json["pictures"]?.array?.compactMap { $0["key"]?.string } ?? []
    }
}

extension TestResponse {
    /// The code of the service's errors.
    var errorCode: String? { json["error"]?["code"]?.string }
}
