import JSONValue
import Testing

@testable import CloudLambda

/// An extension that a test plays.
struct ExtensionClient {
    static let base = "/2020-01-01/extension"

    let connection: RawConnection
    let identifier: String

    init(_ peer: Peer, _ name: String, _ events: String) async throws {
        connection = try await peer.connect()
        let answer = try await connection.request(
            "POST", Self.base + "/register", #"{"events":[\#(events)]}"#, headers: [("Lambda-Extension-Name", name)])
        #expect(answer.status == 200)
        identifier = answer.headers["lambda-extension-identifier"] ?? ""
    }

    var header: [(String, String)] { [("Lambda-Extension-Identifier", identifier)] }

    func next() async throws -> JSONValue {
        let answer = try await connection.request("GET", Self.base + "/event/next", headers: header)
        #expect(answer.status == 200)
        #expect(answer.headers["lambda-extension-event-identifier"]?.utf8.count == 36)
        return try JSONValue(parsing: answer.body)
    }

    /// Asks, and leaves the answer for later.
    func ask() async throws {
        try await connection.write(RawConnection.head("GET", Self.base + "/event/next", header))
    }

    func told() async throws -> JSONValue { try JSONValue(parsing: try await connection.answer().body) }

    func fail(_ where: String, type: String? = "Extension.Sad") async throws -> RawConnection.Answer {
        try await connection.request(
            "POST", "\(Self.base)/\(`where`)/error", #"{"errorMessage":"so sad"}"#,
            headers: header + (type.map { [("Lambda-Extension-Function-Error-Type", $0)] } ?? []))
    }
}
