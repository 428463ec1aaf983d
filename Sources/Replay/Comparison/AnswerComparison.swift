import CloudCore
import Digests
import JSONValue

/// Compares an answer with the one that was recorded.
///
/// What is new each time is compared by its shape: an identifier that was X must be one Y wherever X was, a moment must be
/// a moment. What a caller had said itself must come back as it was said, and everything else must be equal.
struct AnswerComparison {
    /// The moments that the recording and the replay are near to.
    var recorded: [Timestamp]
    var present: [Timestamp]
    /// Texts of the recording that are others now: the addresses of the cloud.
    var addresses: [(recorded: String, present: String)]
    /// Which identifier stands for which.
    var identifiers = IdentifierMap()
    private(set) var differences: [Difference] = []

    init(recorded: [Timestamp], present: [Timestamp], addresses: [(recorded: String, present: String)] = []) {
        self.recorded = recorded
        self.present = present
        self.addresses = addresses
    }

    /// Longer texts are compared as they are.
    private static let volatileLimit = 65536

    /// Where a value differs, from here on.
    mutating func takeDifferences() -> [Difference] {
        defer { differences = [] }
        return differences
    }

    mutating func compare(status expected: Int, _ got: Int) {
        if expected != got { note("status", String(expected), String(got)) }
    }

    /// Compares fields of one name after the other; those of ``VolatileNames`` are left out.
    mutating func compare(
        headers expected: [(name: String, value: String)], _ got: [(name: String, value: String)]
    ) {
        func grouped(_ fields: [(name: String, value: String)]) -> [String: [String]] {
            Dictionary(grouping: fields.map { ($0.name.lowercased(), $0.value) }, by: \.0)
                .filter { !VolatileNames.fields.contains($0.key) }.mapValues { $0.map(\.1) }
        }
        let (expected, got) = (grouped(expected), grouped(got))
        for name in Set(expected.keys).union(got.keys).sorted() {
            let path = "headers/\(name)"
            switch (expected[name], got[name]) {
            case (let values?, let there?) where values.count == there.count:
                for (value, found) in zip(values, there) { compare(text: value, found, at: path) }
            case (let values, let there):
                note(path, values.map { $0.joined(separator: ", ") }, there.map { $0.joined(separator: ", ") })
            }
        }
    }

    /// Compares bodies: as JSON where both are, as text, or byte for byte.
    mutating func compare(body expected: [UInt8], _ got: [UInt8]) {
        if let value = Self.json(expected) {
            guard let there = Self.json(got) else {
                return note("body", value.text(), Self.shown(got))
            }
            return compare(value, there, at: "body", name: nil)
        }
        if expected.isEmpty != got.isEmpty { return note("body", Self.shown(expected), Self.shown(got)) }
        if let text = String(validating: expected, as: UTF8.self), let there = String(validating: got, as: UTF8.self) {
            return compare(text: text, there, at: "body")
        }
        if expected != got { note("body", Self.shown(expected), Self.shown(got)) }
    }

    /// Compares a body that was too long to be recorded by its length and its digest.
    mutating func compare(length: Int, sha256: String, _ got: [UInt8]) {
        let digest = Hex.encode(Digest.of(got, .sha256))
        if digest != sha256 { note("body", "\(length) bytes with SHA-256 \(sha256)", Self.shown(got)) }
    }

    // MARK: JSON

    mutating func compare(_ expected: JSONValue, _ got: JSONValue, at path: String, name: String?) {
        switch (expected, got) {
        case (.object(let members), .object(let there)):
            for (name, value) in members {
                let place = "\(path)/\(name)"
                // An identifier may be the name of a member.
                let found = there[name] ?? identifiers[name].flatMap { there[$0] }
                if let found {
                    compare(value, found, at: place, name: name)
                } else {
                    note(place, value.text(), nil)
                }
            }
            for (name, value) in there where members[name] == nil && !isMapped(name, members) {
                note("\(path)/\(name)", nil, value.text())
            }
        case (.array(let elements), .array(let there)):
            guard elements.count == there.count else {
                return note(path, "\(elements.count) elements", "\(there.count): \(got.text())")
            }
            for (index, pair) in zip(elements, there).enumerated() {
                compare(pair.0, pair.1, at: "\(path)/\(index)", name: name)
            }
        case (.string(let text), .string(let there)):
            if let inner = Self.nested(text), let found = Self.nested(there) {
                return compare(inner, found, at: path, name: name)
            }
            compare(text: text, there, at: path)
        case (.number, .number): compareNumbers(expected, got, at: path, name: name)
        default: if expected != got { note(path, expected.text(), got.text()) }
        }
    }

    private func isMapped(_ name: String, _ members: JSONObject) -> Bool {
        members.keys.contains { identifiers[$0] == name }
    }

    private mutating func compareNumbers(_ expected: JSONValue, _ got: JSONValue, at path: String, name: String?) {
        guard expected != got, let value = expected.double, let there = got.double, value != there else { return }
        if let name, VolatileNames.isMeasured(name), value >= 0, there >= 0 { return }
        for factor in [1000.0, 1.0] where isMoment(value * factor, recorded) && isMoment(there * factor, present) {
            return
        }
        note(path, expected.text(), got.text())
    }

    private func isMoment(_ milliseconds: Double, _ around: [Timestamp]) -> Bool {
        guard abs(milliseconds) < 1e16 else { return false }
        return VolatileText.isNear(milliseconds: Int64(milliseconds), around)
    }

    // MARK: Texts

    mutating func compare(text expected: String, _ got: String, at path: String) {
        let expected = addresses.reduce(expected) { $0.replacing($1.recorded, with: $1.present) }
        guard expected.utf8.count <= Self.volatileLimit, got.utf8.count <= Self.volatileLimit else {
            if expected != got { note(path, expected, got) }
            return
        }
        let pieces = VolatileText(expected, around: recorded).pieces
        // What is the same still takes part in the mapping.
        let found = VolatileText(got, around: expected == got ? recorded : present).pieces
        guard pieces.count == found.count else { return note(path, expected, got) }
        for pair in zip(pieces, found) {
            switch pair {
            case (.literal(let text), .literal(let there)): if text != there { return note(path, expected, got) }
            case (.volatile(let kind, let text), .volatile(let other, let there)) where kind == other:
                if case .moment = kind {
                    if text != there, identifiers.isChosen(text) { return note(path, expected, got) }
                } else if !identifiers.pair(text, there) {
                    return note(
                        path, identifiers[text].map { "\(expected) (as \($0), which it was before)" } ?? expected, got)
                }
            default: return note(path, expected, got)
            }
        }
    }

    // MARK: Noting

    private mutating func note(_ path: String, _ expected: String?, _ got: String?) {
        differences.append(Difference(path: path, expected: expected ?? "nothing", got: got ?? "nothing"))
    }

    private static func json(_ bytes: [UInt8]) -> JSONValue? {
        guard let first = bytes.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return nil }
        return try? JSONValue(parsing: bytes)
    }

    private static func nested(_ text: String) -> JSONValue? {
        text.hasPrefix("{") || text.hasPrefix("[") ? try? JSONValue(parsing: text) : nil
    }

    private static func shown(_ bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "nothing" }
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return "\(bytes.count) bytes with SHA-256 \(Hex.encode(Digest.of(bytes, .sha256)))"
    }
}
