import JSONValue
import URLEncoding

/// A text of a recorded session, with references where secrets stood.
///
/// In the file a reference is `${…}`, and a dollar sign that could be taken for the start of one is doubled.
public struct RecordedText: Sendable, Hashable {
    /// How a secret is written at its place.
    enum Encoding: String, Sendable, Hashable, CaseIterable {
        case plain = ""
        /// Percent-encoded.
        case url
        /// Percent-encoded, spaces as `+`.
        case form
        /// As a JSON string has it between its quotes.
        case json
    }

    /// A stretch of the text.
    enum Piece: Sendable, Hashable {
        case literal(String)
        case secret(SecretReference, Encoding)
    }

    var pieces: [Piece]

    init(_ pieces: [Piece]) { self.pieces = pieces }

    init(literal: String) { pieces = literal.isEmpty ? [] : [.literal(literal)] }

    /// Whether a secret stood somewhere in it.
    var hasSecrets: Bool { pieces.contains { if case .secret = $0 { true } else { false } } }

    /// The text as the file has it.
    var text: String {
        var text = ""
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .literal(let literal): text += Self.escaped(literal, isLast: index == pieces.count - 1)
            case .secret(let reference, let encoding):
                text += "${\(reference.text)\(encoding == .plain ? "" : "|" + encoding.rawValue)}"
            }
        }
        return text
    }

    private static func escaped(_ literal: String, isLast: Bool) -> String {
        guard literal.utf8.contains(UInt8(ascii: "$")) else { return literal }
        var bytes: [UInt8] = []
        let source = Array(literal.utf8)
        for (index, byte) in source.enumerated() {
            bytes.append(byte)
            guard byte == UInt8(ascii: "$") else { continue }
            let next = index + 1 < source.count ? source[index + 1] : isLast ? 0 : UInt8(ascii: "$")
            if next == UInt8(ascii: "$") || next == UInt8(ascii: "{") { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads a text of the file.
    ///
    /// - Throws: ``SessionFault`` where a reference is none.
    init(parsing text: String) throws(SessionFault) {
        pieces = []
        guard text.utf8.contains(UInt8(ascii: "$")) else {
            if !text.isEmpty { pieces = [.literal(text)] }
            return
        }
        let bytes = Array(text.utf8)
        var literal: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "$"), index + 1 < bytes.count else {
                literal.append(bytes[index])
                index += 1
                continue
            }
            switch bytes[index + 1] {
            case UInt8(ascii: "$"):
                literal.append(UInt8(ascii: "$"))
                index += 2
            case UInt8(ascii: "{"):
                guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "}")) else {
                    throw SessionFault("a reference is not closed in '\(text.prefix(80))'")
                }
                if !literal.isEmpty { pieces.append(.literal(String(decoding: literal, as: UTF8.self))) }
                literal = []
                pieces.append(try Self.reference(String(decoding: bytes[(index + 2)..<end], as: UTF8.self)))
                index = end + 1
            default:
                literal.append(bytes[index])
                index += 1
            }
        }
        if !literal.isEmpty { pieces.append(.literal(String(decoding: literal, as: UTF8.self))) }
    }

    private static func reference(_ text: String) throws(SessionFault) -> Piece {
        let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        guard let reference = SecretReference(parts[0]),
            let encoding = Encoding(rawValue: parts.count > 1 ? String(parts[1]) : "")
        else { throw SessionFault("'${\(text.prefix(80))}' refers to nothing that is known") }
        return .secret(reference, encoding)
    }

    /// The text with values in place of the references.
    func filled<Failure: Error>(
        _ value: (SecretReference) throws(Failure) -> String
    ) throws(Failure) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .secret(let reference, let encoding): text += encoding.apply(to: try value(reference))
            }
        }
        return text
    }
}

extension RecordedText.Encoding {
    /// A value as it is written at its place.
    func apply(to value: String) -> String {
        switch self {
        case .plain: return value
        case .url: return PercentEncoding.encode(value)
        case .form: return PercentEncoding.encode(value).replacing("%20", with: "+")
        case .json:
            var bytes: [UInt8] = []
            JSONValue.write(string: value, into: &bytes)
            return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
        }
    }

    /// What a percent-encoded text says.
    static func percentDecoded(_ text: some StringProtocol, plusIsSpace: Bool) -> String {
        PercentEncoding.decode(text, plusIsSpace: plusIsSpace)
    }
}
