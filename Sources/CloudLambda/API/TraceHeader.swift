/// An `X-Amzn-Trace-Id`, as a caller of Lambda may give it.
struct TraceHeader {
    private let root: Substring
    private var parent: Substring?
    private var sampled: Substring?
    /// `Self`, `Lineage` and what else services add.
    private var others: [Substring] = []

    /// Reads one; nil for what has no root, `Root=1-5759e988-bd862e3fe1be46a994272793`.
    init?(_ text: String) {
        guard text.utf8.count <= 1024, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return nil }
        var root: Substring?
        for part in text.split(separator: ";") {
            let field = part.drop { $0 == " " }
            let value = field.drop { $0 != "=" }.dropFirst()
            if field.hasPrefix("Root=") {
                if Self.isRoot(value) { root = field }
            } else if field.hasPrefix("Parent=") {
                if Self.isHex(value, 16) { parent = field }
            } else if field.hasPrefix("Sampled=") {
                // `?` leaves the choice to who is called: nothing is sampled here.
                if value == "0" || value == "1" { sampled = field }
            } else if !value.isEmpty {
                others.append(field)
            }
        }
        guard let root else { return nil }
        self.root = root
    }

    /// The text that a runtime is given, which names all three: without a parent it gets a new one, without a decision
    /// it is not sampled.
    func text(newParent: () -> String) -> String {
        let known = [root, parent ?? "Parent=\(newParent())", sampled ?? "Sampled=0"]
        return (known + others).joined(separator: ";")
    }

    private static func isRoot(_ value: Substring) -> Bool {
        let parts = value.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] == "1" && isHex(parts[1], 8) && isHex(parts[2], 24)
    }

    private static func isHex(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
            }
    }
}
