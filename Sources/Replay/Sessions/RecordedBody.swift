import Digests
import JSONValue

/// A body in a session's file.
enum RecordedBody: Sendable, Hashable {
    /// A piece of a body that is no text.
    enum Piece: Sendable, Hashable {
        case bytes([UInt8])
        case secret(SecretReference, RecordedText.Encoding)
    }

    case empty
    case text(RecordedText)
    /// JSON whose strings, names of members too, are written as ``RecordedText``.
    case json(JSONValue)
    case bytes([Piece])
    case leftOut(length: Int, sha256: String)

    /// As a line of the file has it; nil for an empty one.
    var value: JSONValue? {
        switch self {
        case .empty: nil
        case .text(let text): ["text": .string(text.text)]
        case .json(let value): ["json": value]
        case .bytes(let pieces): Self.value(of: pieces)
        case .leftOut(let length, let sha256):
            ["leftOut": ["bytes": JSONValue(length), "sha256": .string(sha256)]]
        }
    }

    private static func value(of pieces: [Piece]) -> JSONValue {
        if pieces.count == 1, case .bytes(let bytes) = pieces[0] { return ["base64": .string(Base64.encode(bytes))] }
        return [
            "pieces": .array(
                pieces.map { piece in
                    switch piece {
                    case .bytes(let bytes): ["base64": .string(Base64.encode(bytes))]
                    case .secret(let reference, let encoding):
                        ["text": .string(RecordedText([.secret(reference, encoding)]).text)]
                    }
                })
        ]
    }

    init(_ value: JSONValue?) throws(SessionFault) {
        guard let value, !value.isNull else {
            self = .empty
            return
        }
        if let text = value["text"]?.string {
            self = .text(try RecordedText(parsing: text))
        } else if let json = value["json"] {
            // Looked through here, so that what is wrong has a line.
            _ = try json.mapStrings { (text) throws(SessionFault) in try RecordedText(parsing: text).text }
            self = .json(json)
        } else if let base64 = value["base64"]?.string {
            self = .bytes([.bytes(try Self.bytes(base64))])
        } else if let pieces = value["pieces"]?.array {
            self = .bytes(try Self.pieces(pieces))
        } else if let length = value["leftOut"]?["bytes"]?.int, let sha256 = value["leftOut"]?["sha256"]?.string {
            self = .leftOut(length: length, sha256: sha256)
        } else {
            throw SessionFault("a body has one of text, json, base64, pieces, leftOut; this one has none")
        }
    }

    private static func pieces(_ values: [JSONValue]) throws(SessionFault) -> [Piece] {
        var pieces: [Piece] = []
        for value in values {
            if let base64 = value["base64"]?.string {
                pieces.append(.bytes(try bytes(base64)))
            } else if let text = value["text"]?.string {
                for piece in try RecordedText(parsing: text).pieces {
                    switch piece {
                    case .literal(let literal): pieces.append(.bytes(Array(literal.utf8)))
                    case .secret(let reference, let encoding): pieces.append(.secret(reference, encoding))
                    }
                }
            } else {
                throw SessionFault("a piece of a body has base64 or text; this one has neither")
            }
        }
        return pieces
    }

    private static func bytes(_ base64: String) throws(SessionFault) -> [UInt8] {
        guard let bytes = Base64.decode(base64) else { throw SessionFault("a body is no base64") }
        return bytes
    }
}

extension JSONValue {
    /// The value with every string changed, those that name members too.
    func mapStrings<Failure: Error>(_ change: (String) throws(Failure) -> String) throws(Failure) -> JSONValue {
        switch self {
        case .string(let text): return .string(try change(text))
        case .array(let elements):
            var changed: [JSONValue] = []
            changed.reserveCapacity(elements.count)
            for element in elements { changed.append(try element.mapStrings(change)) }
            return .array(changed)
        case .object(let members):
            var changed = JSONObject()
            for (name, value) in members { changed[try change(name)] = try value.mapStrings(change) }
            return .object(changed)
        case .null, .bool, .number: return self
        }
    }
}
