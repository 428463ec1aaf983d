import Digests
import JSONValue

/// Amazon DynamoDB, as far as functions need it.
///
/// A condition that does not hold is an ``AWSError`` with the code ``AWSError/Code/conditionalCheckFailed``; the item
/// that stood in the way is its ``AWSError/conflictingItem``, if it was asked for. A write with a condition is not tried
/// again when nobody knows whether the first attempt was carried out, because the second would then meet the first.
public struct DynamoDBClient: Sendable {
    let client: AWSClient

    /// A view of the client.
    public init(_ client: AWSClient) { self.client = client }

    func call(
        _ operation: String, _ body: JSONObject, idempotent: Bool, _ options: CallOptions
    ) async throws -> JSONValue {
        let service = AWSService.dynamoDB
        let request = ServiceRequest(
            service: service, method: "POST", endpoint: client.configuration.endpoint(for: service), path: "/",
            headers: [
                ("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "DynamoDB_20120810.\(operation)"),
            ],
            body: .bytes(JSONValue.object(body).encoded()), isIdempotent: idempotent, responseLimit: 64 << 20)
        let response = try await client.send(request, options: options, check: Self.checkSum)
        guard let answer = try? JSONValue(parsing: response.body) else { throw Self.unreadable(operation) }
        return answer
    }

    static func unreadable(_ operation: String) -> TransportError {
        TransportError(
            kind: .incompleteAnswer, message: "DynamoDB \(operation): the answer cannot be read",
            mayHaveBeenExecuted: true)
    }

    /// DynamoDB sends the CRC-32 of its answer, in decimal digits.
    @Sendable private static func checkSum(_ response: HTTPResponse) throws {
        guard let text = response.head.headers["x-amz-crc32"], let expected = UInt64(text) else { return }
        var check = CyclicRedundancyCheck.crc32
        check.update(response.body)
        guard check.value == expected else {
            throw TransportError(
                kind: .corrupted, message: "DynamoDB: the answer has the CRC-32 \(check.value), not \(expected)",
                mayHaveBeenExecuted: true)
        }
    }
}

/// What a write gives back.
public enum DynamoDBReturn: String, Sendable, Hashable {
    /// Nothing.
    case none = "NONE"
    /// The item as it was before.
    case allOld = "ALL_OLD"
    /// The item as it is now; for updates.
    case allNew = "ALL_NEW"
    /// What was updated, as it was before; for updates.
    case updatedOld = "UPDATED_OLD"
    /// What was updated, as it is now; for updates.
    case updatedNew = "UPDATED_NEW"
}

extension AWSError {
    /// The item that kept a condition from holding, if the call asked for it.
    public var conflictingItem: Item? {
        details?["Item"].flatMap { Item(json: $0) }
    }

    /// Why a transaction was given up: for each of its actions a code (`None` for those that were fine) and a message.
    public var cancellationReasons: [DynamoDBCancellationReason] {
        (details?["CancellationReasons"]?.array ?? []).map {
            DynamoDBCancellationReason(
                code: $0["Code"]?.string ?? "None", message: $0["Message"]?.string,
                item: $0["Item"].flatMap { Item(json: $0) })
        }
    }
}

/// What kept an action of a transaction from being carried out.
public struct DynamoDBCancellationReason: Sendable, Hashable {
    /// `None`, `ConditionalCheckFailed`, `TransactionConflict`, …
    public var code: String
    /// The service's own sentence.
    public var message: String?
    /// The item that was in the way, if it was asked for.
    public var item: Item?
}

extension JSONObject {
    /// Adds what the placeholders of an expression stand for.
    mutating func addExpressions(names: [String: String], values: Item) {
        if !names.isEmpty {
            self["ExpressionAttributeNames"] = .object(
                JSONObject(names.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        if !values.isEmpty { self["ExpressionAttributeValues"] = JSONValue(item: values) }
    }

    /// Adds a text, if there is one.
    mutating func add(_ name: String, _ text: String?) {
        if let text { self[name] = .string(text) }
    }
}
