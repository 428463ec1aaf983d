/// A pattern for names: `*` stands for any characters, also `/` and none, `?` for any single one.
struct Glob: Sendable, Equatable {
    private let pattern: [UInt8]

    init(_ pattern: String) { self.pattern = Array(pattern.utf8) }

    /// Whether a whole name fits. Takes at most as many steps as the product of both lengths.
    func matches(_ name: String) -> Bool {
        let name = Array(name.utf8)
        var (at, inPattern) = (0, 0)
        // Where the last star was, and how much of the name it stands for.
        var star: (inPattern: Int, at: Int)?
        while at < name.count {
            if inPattern < pattern.count, pattern[inPattern] == UInt8(ascii: "*") {
                star = (inPattern, at)
                inPattern += 1
            } else if inPattern < pattern.count, pattern[inPattern] == name[at] {
                at += 1
                inPattern += 1
            } else if inPattern < pattern.count, pattern[inPattern] == UInt8(ascii: "?") {
                // One character, of however many bytes.
                at += 1
                while at < name.count, name[at] & 0xC0 == 0x80 { at += 1 }
                inPattern += 1
            } else if let last = star {
                star = (last.inPattern, last.at + 1)
                at = last.at + 1
                inPattern = last.inPattern + 1
            } else {
                return false
            }
        }
        return pattern[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
