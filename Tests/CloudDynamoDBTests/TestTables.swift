import CloudCore
import Foundation
import JSONValue
import Synchronization
import Testing

@testable import CloudDynamoDB

/// A DynamoDB of its own on an ephemeral store, called as a client calls it.
final class TestTables: Sendable {
    let store: Store
    let service: DynamoDBService
    let clock: CloudClock

    /// - Parameter directory: keeps everything there; without one, everything is gone afterwards.
    init(
        clock: CloudClock = CloudClock(startingAt: Timestamp(seconds: 1_700_000_000), pace: .frozen),
        directory: String? = nil, changeLog: (any ItemChangeLog)? = nil
    ) throws {
        self.clock = clock
        store = try directory.map { try Store(directory: $0) } ?? Store.ephemeral()
        let counter = Mutex<UInt64>(0)
        service = try DynamoDBService(
            store: store, clock: clock, identity: CloudIdentity(),
            identifiers: IdentifierSource { count in
                let number = counter.withLock {
                    $0 += 1; return $0
                }
                return (0..<count).map { UInt8(truncatingIfNeeded: number >> (($0 % 8) * 8)) }
            }, changeLog: changeLog)
    }

    deinit { store.close() }

    /// Calls an operation; the answer as JSON.
    ///
    /// - Throws: `ServiceError` for an error answer.
    @discardableResult
    func call(_ operation: String, _ input: JSONValue) async throws -> JSONValue {
        let response = await respond(operation, String(decoding: input.encoded(), as: UTF8.self))
        let bytes = try #require(response.bytes)
        let body = bytes.readableBytes == 0 ? .object([:]) : try JSONValue(parsing: bytes.readableBytesView)
        guard response.status == 200 else {
            var members = try #require(body.object)
            let type = members["__type"]?.string ?? ""
            let message = (members["message"] ?? members["Message"])?.string ?? ""
            members["__type"] = nil
            members["message"] = nil
            throw ServiceError(
                String(type.split(separator: "#").last ?? ""), message, status: response.status, members: members)
        }
        return body
    }

    func respond(_ operation: String, _ body: String) async -> CloudResponse {
        await service.respond(
            to: CloudRequest(
                method: "POST", target: "/", headers: ["x-amz-target": "DynamoDB_20120810.\(operation)"],
                body: RequestBody(.init(string: body))),
            call: ServiceCall(requestID: "request-1"))
    }

    /// The error that a call is refused with.
    func refusal(_ operation: String, _ input: JSONValue) async -> ServiceError? {
        do {
            try await call(operation, input)
            return nil
        } catch { return error as? ServiceError }
    }

    /// A table by `pk` (S) and, if asked for, `sk` of a type.
    func makeTable(_ name: String = "things", sort: String? = nil, _ more: JSONObject = [:]) async throws {
        var attributes: [JSONValue] = [["AttributeName": "pk", "AttributeType": "S"]]
        var key: [JSONValue] = [["AttributeName": "pk", "KeyType": "HASH"]]
        if let sort {
            attributes.append(["AttributeName": "sk", "AttributeType": .string(sort)])
            key.append(["AttributeName": "sk", "KeyType": "RANGE"])
        }
        var input: JSONObject = [
            "TableName": .string(name), "AttributeDefinitions": .array(attributes), "KeySchema": .array(key),
            "BillingMode": "PAY_PER_REQUEST",
        ]
        for (member, value) in more { input[member] = value }
        try await call("CreateTable", .object(input))
    }

    func put(_ item: JSONValue, into table: String = "things") async throws {
        try await call("PutItem", ["TableName": .string(table), "Item": item])
    }

    func get(_ key: JSONValue, from table: String = "things") async throws -> JSONValue? {
        try await call("GetItem", ["TableName": .string(table), "Key": key])["Item"]
    }
}

/// Numbers that look random and are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// An attribute map out of its wire form.
func attributes(_ json: JSONValue) throws -> AttributeMap { try AttributeMap(wire: try #require(json.object)) }
