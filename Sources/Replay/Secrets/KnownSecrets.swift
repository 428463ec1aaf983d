/// The secrets that a session has shown so far, and the search for them in whatever follows.
///
/// One pass over the text, however many secrets there are: each is found by its first eight bytes. A shorter one is
/// replaced only where its name says what it is; elsewhere it could be any word.
struct KnownSecrets: Sendable {
    /// What stands in a text: bytes of its own, or a secret.
    enum Piece: Sendable, Equatable {
        case bytes(Range<Int>)
        case secret(SecretReference, RecordedText.Encoding)
    }

    /// A stretch that is a secret whatever it says.
    struct Named: Sendable {
        var range: Range<Int>
        var reference: SecretReference
        var encoding: RecordedText.Encoding
    }

    private struct Entry: Sendable {
        var bytes: [UInt8]
        var reference: SecretReference
        var encoding: RecordedText.Encoding
    }

    private static let headLength = 8

    private var references: [String: SecretReference] = [:]
    private var entries: [UInt64: [Entry]] = [:]
    /// Whether something known begins with two bytes: most of a picture is passed over by this alone.
    private var beginnings = [Bool](repeating: false, count: 1 << 16)

    /// What stands for a value; nil for one that is not known.
    subscript(value: String) -> SecretReference? { references[value] }

    /// Keeps a value that is not known yet.
    mutating func add(_ value: String, _ reference: SecretReference) {
        guard !value.isEmpty, references[value] == nil else { return }
        references[value] = reference
        var forms: Set<String> = []
        for encoding in RecordedText.Encoding.allCases {
            let form = encoding.apply(to: value)
            guard forms.insert(form).inserted, form.utf8.count >= Self.headLength else { continue }
            let bytes = Array(form.utf8)
            guard let head = Self.head(bytes, at: 0) else { continue }
            beginnings[Int(bytes[0]) << 8 | Int(bytes[1])] = true
            entries[head, default: []].append(Entry(bytes: bytes, reference: reference, encoding: encoding))
            // Of several that begin alike, the longest is meant.
            entries[head]?.sort { $0.bytes.count > $1.bytes.count }
        }
    }

    /// Takes a text apart. Stretches that are named come first, in order and apart from one another; what is known is
    /// looked for in the rest.
    func pieces(of bytes: [UInt8], named: [Named] = []) -> [Piece] {
        var pieces: [Piece] = []
        var at = 0
        for stretch in named {
            search(bytes, at..<stretch.range.lowerBound, &pieces)
            pieces.append(.secret(stretch.reference, stretch.encoding))
            at = stretch.range.upperBound
        }
        search(bytes, at..<bytes.count, &pieces)
        return pieces
    }

    private func search(_ bytes: [UInt8], _ range: Range<Int>, _ pieces: inout [Piece]) {
        var start = range.lowerBound
        var at = range.lowerBound
        while let (next, found) = first(in: bytes, at..<range.upperBound) {
            if start < next { pieces.append(.bytes(start..<next)) }
            pieces.append(.secret(found.reference, found.encoding))
            at = next + found.bytes.count
            start = at
        }
        if start < range.upperBound { pieces.append(.bytes(start..<range.upperBound)) }
    }

    /// The first place at which something known stands.
    private func first(in bytes: [UInt8], _ range: Range<Int>) -> (at: Int, entry: Entry)? {
        guard !entries.isEmpty, range.count >= Self.headLength else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            beginnings.withUnsafeBufferPointer { beginnings in
                var at = range.lowerBound
                let last = range.upperBound - Self.headLength
                while at <= last {
                    if beginnings[Int(buffer[at]) << 8 | Int(buffer[at + 1])], let head = Self.head(bytes, at: at),
                        let found = entries[head]?.first(where: {
                            at + $0.bytes.count <= range.upperBound
                                && buffer[at..<(at + $0.bytes.count)].elementsEqual($0.bytes)
                        })
                    {
                        return (at, found)
                    }
                    at += 1
                }
                return nil
            }
        }
    }

    private static func head(_ bytes: [UInt8], at offset: Int) -> UInt64? {
        guard offset + headLength <= bytes.count else { return nil }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    }

    /// A text with references in place of secrets.
    func text(_ text: String, named: [Named] = []) -> RecordedText {
        let bytes = Array(text.utf8)
        return RecordedText(
            pieces(of: bytes, named: named).map { piece in
                switch piece {
                case .bytes(let range): .literal(String(decoding: bytes[range], as: UTF8.self))
                case .secret(let reference, let encoding): .secret(reference, encoding)
                }
            })
    }
}
