import CloudCore
import Digests
import JSONValue

/// Makes the request to send out of the one that was recorded: secrets, identifiers and addresses as they are now.
struct RequestRebuilding {
    private let exchange: RecordedExchange
    private let recorded: [Timestamp]
    private let addresses: [(recorded: String, present: String)]

    init(_ exchange: RecordedExchange, comparison: AnswerComparison) {
        self.exchange = exchange
        recorded = comparison.recorded
        addresses = comparison.addresses
    }

    /// Longer texts hold contents, not identifiers.
    private static let textLimit = 65536

    /// The request.
    ///
    /// - Parameter identifiers: takes up what the caller chose itself.
    func request(
        _ values: inout SecretValues, _ identifiers: inout IdentifierMap
    ) throws(SecretValues.Missing) -> SessionReplay.Request {
        var headers: [(name: String, value: String)] = []
        let target = try text(exchange.target, &values, &identifiers)
        for (name, value) in exchange.requestHeaders {
            headers.append((name, try text(value, &values, &identifiers)))
        }
        return SessionReplay.Request(
            entrance: exchange.entrance, method: exchange.method, target: target, headers: headers,
            body: try body(&values, &identifiers),
            signing: exchange.signing.map { ($0.service, $0.region) })
    }

    private func text(
        _ recordedText: RecordedText, _ values: inout SecretValues, _ identifiers: inout IdentifierMap
    ) throws(SecretValues.Missing) -> String {
        var result = ""
        for piece in recordedText.pieces {
            switch piece {
            case .literal(let literal): result += present(literal, &identifiers)
            case .secret(let reference, let encoding): result += encoding.apply(to: try values.value(of: reference))
            }
        }
        return result
    }

    private func present(_ literal: String, _ identifiers: inout IdentifierMap) -> String {
        guard literal.utf8.count <= Self.textLimit else { return literal }
        let volatile = VolatileText(literal, around: recorded)
        identifiers.choose(volatile.volatiles)
        let text = volatile.replacing { identifiers[$0] }
        return addresses.reduce(text) { $0.replacing($1.recorded, with: $1.present) }
    }

    private func body(
        _ values: inout SecretValues, _ identifiers: inout IdentifierMap
    ) throws(SecretValues.Missing) -> [UInt8] {
        switch exchange.requestBody {
        case .empty: return []
        case .text(let recordedText):
            let bytes = Array(try text(recordedText, &values, &identifiers).utf8)
            choose(digestsOf: bytes, &identifiers)
            return bytes
        case .json(let value): return try json(value, &values, &identifiers).encoded()
        case .bytes(let pieces):
            var bytes: [UInt8] = []
            for piece in pieces {
                switch piece {
                case .bytes(let piece): bytes += piece
                case .secret(let reference, let encoding):
                    bytes += encoding.apply(to: try values.value(of: reference)).utf8
                }
            }
            choose(digestsOf: bytes, &identifiers)
            return bytes
        case .leftOut(let length, _):
            throw SecretValues.Missing(
                sentence: "its body of \(length) bytes is longer than what the recorder was to keep, and was left out: "
                    + "record again with a larger --body-limit")
        }
    }

    private func json(
        _ value: JSONValue, _ values: inout SecretValues, _ identifiers: inout IdentifierMap
    ) throws(SecretValues.Missing) -> JSONValue {
        switch value {
        case .string(let string):
            guard let recordedText = try? RecordedText(parsing: string) else { return value }
            let filled = try text(recordedText, &values, &identifiers)
            // A number stays one.
            if recordedText.pieces.count == 1, case .secret(.given(_, _, isNumber: true), _) = recordedText.pieces[0] {
                return (try? JSONValue(parsing: filled)) ?? .string(filled)
            }
            return .string(filled)
        case .array(let elements):
            var changed: [JSONValue] = []
            for element in elements { changed.append(try json(element, &values, &identifiers)) }
            return .array(changed)
        case .object(let members):
            var changed = JSONObject()
            for (name, value) in members {
                guard let recordedText = try? RecordedText(parsing: name) else { continue }
                changed[try text(recordedText, &values, &identifiers)] = try json(value, &values, &identifiers)
            }
            return .object(changed)
        case .null, .bool, .number: return value
        }
    }

    /// What answers say of contents that were sent is no identifier: the digests must come again.
    private func choose(digestsOf bytes: [UInt8], _ identifiers: inout IdentifierMap) {
        var contents: [ArraySlice<UInt8>] = [bytes[...]]
        for case (let name, let value) in exchange.requestHeaders where name.lowercased() == "content-type" {
            guard let boundary = MediaType(value.text).boundary else { continue }
            contents += MultipartFields(bytes, boundary: boundary).parts.map { bytes[$0.range] }
        }
        for content in contents where !content.isEmpty {
            for algorithm in [DigestAlgorithm.md5, .sha1, .sha256] {
                identifiers.choose([Hex.encode(Digest.of(content, algorithm))])
            }
        }
    }
}
